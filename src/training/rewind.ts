import type { Trainee } from './trainee.js';

/**
 * Stores the state that a call changes before its first step: scalings, the count of epochs and the interrupted epoch.
 *
 * @param firstEpoch  number of completed epochs when the call takes its first step
 * @returns a function that restores the state, unless the call has taken a step or completed an epoch
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
