/** The lectures' experiments; each run returns plain data. */
import type { Experiment } from './experiment.js';
import { x1 } from './x1.js';
import { x2 } from './x2.js';
import { x3 } from './x3.js';
import { x4 } from './x4.js';
import { x5 } from './x5.js';
import { type X6, x6 } from './x6.js';

/** Experiments by number. X6 takes images; the others draw their inputs. */
export const experiments = {
  /** Hidden outputs by the standard deviation of the kernels. */
  X1: x1,
  /** Glorot and He in a 50-80-100 network. */
  X2: x2,
  /** Figure 7.4: fifty ReLU layers from five kernel variances. */
  X3: x3,
  /** Five tanh layers, with and without Glorot. */
  X4: x4,
  /** Chains of sigmoid units: derivatives by depth. */
  X5: x5,
  /** Networks for Fashion-MNIST. */
  X6: x6,
} as const satisfies Record<string, Experiment | X6>;
/** Number of an experiment. */
export type ExperimentId = keyof typeof experiments;
