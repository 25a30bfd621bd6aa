import type { InputScaler } from '../network/input-scaler.js';
import type { Network } from '../network/network.js';
import type { TargetScaler } from '../network/target-scaler.js';
import type { Rng } from '../numbers/random.js';
import { initialState, type Optimizer, type OptimizerState, stateNames } from '../optimizers/step.js';
import { initialScheduleState, type ScheduleState } from '../schedules/index.js';
import type { Compiled } from './compile.js';
import type { Totals } from './totals.js';

/** Network of a model with its scalers, its random numbers and its training progress. */
export interface ModelParts {
  readonly network: Network;
  readonly scaler: InputScaler;
  readonly targetScaler: TargetScaler;
  readonly rng: Rng;
  readonly state: TrainingState;
}

/** Parts of a compiled model. */
export interface Trainee extends ModelParts {
  readonly compiled: Compiled;
}

/** Training progress, from which a later fit or a loaded model continues. */
export interface TrainingState {
  /** Number of completed epochs. */
  epoch: number;
  optimizer: OptimizerState;
  schedule: ScheduleState | undefined;
  /** Interrupted epoch, if there is one. */
  begun: BegunEpoch | undefined;
  /** True if the last measurement found no parameter so large that a step could overflow. */
  parametersSmall: boolean;
  /** Step and write counter at the last measurement of the parameters. */
  measured: { readonly step: number; readonly writes: number } | undefined;
}

/** Progress of an epoch that was interrupted. */
export interface BegunEpoch {
  /** Number of completed batches of the epoch. */
  batches: number;
  /** Number of completed rows of the epoch. */
  samples: number;
  /**
   * Description of the epoch's batches. A fit with other batches or other data restarts the epoch. During a fit this is the
   * source itself: its description requires hashing the data, and is needed only when an epoch is left or resumed.
   */
  source: { readonly batching: string };
  readonly totals: Totals;
}

/** Returns the training progress of a model that is not compiled yet. */
export function initialTraining(): TrainingState {
  return {
    epoch: 0,
    optimizer: { step: 0, scalars: [] },
    schedule: undefined,
    begun: undefined,
    parametersSmall: false,
    measured: undefined,
  };
}

/**
 * Restarts the optimizer's state, the count of steps and the schedule. An interrupted epoch is forgotten. @throws RangeError if
 * memory runs out; nothing has changed then
 */
export function restartOptimizer({ network, state }: ModelParts, optimizer: Optimizer): void {
  const { learningRate } = optimizer;
  network.layOutStates(stateNames(optimizer).length);
  state.optimizer = initialState(optimizer);
  state.schedule = typeof learningRate === 'number' ? undefined : initialScheduleState(learningRate);
  state.begun = undefined;
}
