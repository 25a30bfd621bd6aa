/** The lectures' experiments; each run returns plain data. */
import type { Experiment } from './experiment.js';
import { x1 } from './x1.js';
import { x2 } from './x2.js';
import { x3 } from './x3.js';
import { x4 } from './x4.js';
import { x5 } from './x5.js';
import { type X6, x6 } from './x6.js';

/** Experiments by number. X6 takes images; the others draw their inputs. */
export const experiments = { X1: x1, X2: x2, X3: x3, X4: x4, X5: x5, X6: x6 } as const satisfies Record<
  string,
  Experiment | X6
>;
/** Number of an experiment. */
export type ExperimentId = keyof typeof experiments;
