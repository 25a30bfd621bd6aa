/** The rule that tells a change from noise. */

/**
 * Number of processes. Two copies of the same code differ by some percent from process to process, because the engine puts them at
 * other addresses; rounds within one process do not show that.
 */
export const PROCESSES = 5;
/** Quantile of Student's t with 2 · 5 − 1 degrees of freedom: 0.1 % of rows without a change lie outside of ± t. */
const T = 4.781;
/** Changes of less than this are not named, however sure they are. */
const LEAST = Math.log(1.01);

/**
 * Compares the times of two builds.
 *
 * The standard deviation is pooled from the changes around their mean and the controls around 0: a control is the change of a second
 * copy of the old build, which should be none. A change counts if its mean over the processes is further from 0 than T standard
 * errors and than one percent.
 *
 * @param {readonly number[]} changes   time of the new build divided by that of the old one, a median per process
 * @param {readonly number[]} controls  time of a second copy of the old build divided by that of the first, in the same rounds
 * @returns {{ change: number, noise: number, changed: boolean }} change is the factor of the time; a factor within
 *          1 ± noise cannot be told from no change
 */
export function compare(changes, controls) {
  if (changes.length !== PROCESSES || controls.length !== PROCESSES) {
    throw new RangeError(
      `expected ${PROCESSES} changes and controls, got ${changes.length} and ${controls.length}`,
    );
  }
  const [logs, control] = [changes.map(Math.log), controls.map(Math.log)];
  const mean = logs.reduce((sum, value) => sum + value, 0) / PROCESSES;
  const squares =
    logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) +
    control.reduce((sum, value) => sum + value ** 2, 0);
  const error = Math.sqrt(squares / (2 * PROCESSES - 1) / PROCESSES);
  const limit = Math.max(LEAST, T * error);
  return { change: Math.exp(mean), noise: Math.exp(limit) - 1, changed: Math.abs(mean) > limit };
}
