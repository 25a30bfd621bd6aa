/**
 * Times contestants fairly. They run in turn, round after round, so that a change of the clock or a busy neighbour affects all of
 * them. A ratio is taken within a round, and the median of the rounds counts. The input of each slice is restored before it, and
 * the output is checked after it, which shows that all compute the same and that nothing was optimized away. It runs in Node and
 * in a page.
 */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {number} units           work of one slice, such as floating-point operations or steps
 * @property {() => unknown} [prepare]  runs before each slice, not timed; may be asynchronous
 * @property {() => number | undefined | Promise<number | undefined>} work
 *           the timed slice; a contestant in another process returns the ms that it took there
 * @property {() => ArrayLike<number> | Promise<ArrayLike<number>>} output  result of the slice, not timed; later slices may overwrite it
 * @property {boolean} [alone]        the output is not compared with that of others
 * @property {boolean} [random]       the output differs from slice to slice, within the tolerance
 */

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {number} units
 * @property {readonly number[]} times  ms of each round's slice
 * @property {Float64Array} output
 */

/**
 * Runs a race.
 *
 * @param {readonly Contestant[]} contestants
 * @param {{ rounds: number, warmUpMs: number, tolerance?: number }} options
 *        warmUpMs is the time for which each contestant warms up, with at least three slices, or one if it takes so long;
 *        tolerance is relative to the largest output, default 0
 * @returns {Promise<Map<string, Result>>}
 * @throws Error if the outputs of two contestants differ, or the output of one differs from its earlier output
 */
export async function race(contestants, { rounds, warmUpMs, tolerance = 0 }) {
  const results = new Map();
  for (const contestant of contestants) {
    await warmUp(contestant, warmUpMs);
    const { name, units, alone = false } = contestant;
    results.set(name, {
      name,
      units,
      alone,
      times: [],
      output: Float64Array.from(await contestant.output()),
    });
  }
  agree(
    [...results.values()].filter(({ alone }) => !alone),
    tolerance,
  );
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      // Another contestant begins each round, so that nobody always runs after the same one.
      const contestant = contestants[(round + turn) % contestants.length];
      const result = results.get(contestant.name);
      await contestant.prepare?.();
      result.times.push(await time(contestant.work));
      const output = await contestant.output();
      same(result.name, result.output, `${result.name} again`, output, contestant.random ? tolerance : 0);
    }
  }
  return results;
}

async function warmUp({ prepare, work }, warmUpMs) {
  const began = performance.now();
  const late = () => performance.now() - began >= warmUpMs;
  for (let slices = 0; slices === 0 || !late() || (slices < 3 && warmUpMs > 0); slices++) {
    await prepare?.();
    const slice = performance.now();
    await work();
    if (performance.now() - slice >= warmUpMs) return;
  }
}

/**
 * Times a run in ms: the smaller of elapsed time and processor time. This excludes both waiting for a core and work of the
 * engine's helper threads. In a page there is only elapsed time.
 */
async function time(work) {
  const processor = processorTime();
  const began = performance.now();
  let own = work();
  if (own instanceof Promise) own = await own;
  const elapsed = performance.now() - began;
  return own ?? Math.min(elapsed, processorTime() - processor);
}

function processorTime() {
  if (globalThis.process?.cpuUsage === undefined) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Checks that all results are equal within the tolerance. @throws Error if not */
function agree([first, ...others], tolerance) {
  for (const other of others) same(first.name, first.output, other.name, other.output, tolerance);
}

function same(name, output, otherName, other, tolerance) {
  let [largest, distance, place] = [0, 0, 0];
  for (let i = 0; i < output.length; i++) {
    const gap = Math.abs(output[i] - other[i]);
    // This comparison lets a NaN count as a distance.
    if (!(gap <= distance)) [distance, place] = [gap, i];
    largest = Math.max(largest, Math.abs(output[i]));
  }
  if (output.length === other.length && distance <= tolerance * largest) return;
  throw new Error(
    `${name} has ${output[place]} at ${place} of ${output.length}, ${otherName} has ${other[place]} of ${other.length}`,
  );
}

/** Returns how many times as fast a result is as `other`, per unit: the median over the rounds. */
export function ratio(result, other) {
  return median(result.times.map((time, r) => other.times[r] / other.units / (time / result.units)));
}

/** Returns the ratio of the lowest times, which a noisy neighbour affects least. */
export function bestRatio(result, other) {
  return Math.min(...other.times) / other.units / (Math.min(...result.times) / result.units);
}

/** Returns units per second: the median over the rounds. */
export function rate({ times, units }) {
  return (1000 * units) / median(times);
}

/** Returns lowest, median and standard deviation of the times, in ms for `units` units. */
export function spread(result, units) {
  return statistics(result.times.map((time) => (time / result.units) * units));
}

/** Returns lowest, median and standard deviation of values. */
export function statistics(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    min: Math.min(...values),
    median: median(values),
    sd: Math.sqrt(squares / Math.max(1, values.length - 1)),
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
