import type { Trainee } from './batch.js';

/**
 * Remembers what a call settles before its first step: scalings, the count of epochs, the epoch that was begun.
 *
 * @param firstEpoch  epochs behind the model when the call takes its first step
 * @returns what puts all of it back, unless the call has taken a step or ended an epoch
 */
export function rewinder({ scaler, targetScaler, state }: Trainee, firstEpoch = state.epoch): () => void {
  const unfitted = [scaler, targetScaler].filter(({ isFitted }) => !isFitted);
  const { epoch, begun } = state;
  const { step } = state.optimizer;
  return () => {
    if (state.optimizer.step !== step || state.epoch > firstEpoch) return;
    for (const each of unfitted) each.reset();
    state.epoch = epoch;
    state.begun = begun;
  };
}
