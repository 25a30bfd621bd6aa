/**
 * Timing that can be argued with. Contestants run in turn, round after round, so that a change of the clock or a
 * busy neighbour meets all of them; a ratio is taken within a round, then the median of the rounds. Before each
 * slice its input is put back, and after it the output is looked at: everyone has computed the same, and nothing
 * was optimized away. Runs in Node and in a page.
 */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {number} units           what one slice does, e.g. floating-point operations or steps
 * @property {() => unknown} [prepare]  before each slice, not timed; may be asynchronous
 * @property {() => number | undefined | Promise<number | undefined>} work
 *           the slice that is timed; one in another process returns the ms that it took there
 * @property {() => ArrayLike<number> | Promise<ArrayLike<number>>} output  what came out, not timed; it may be overwritten
 * @property {boolean} [alone]        its output is compared with nobody's
 * @property {boolean} [random]       its output is another each time, within the tolerance
 */

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {number} units
 * @property {readonly number[]} times  ms of each round's slice
 * @property {Float64Array} output
 */

/**
 * @param {readonly Contestant[]} contestants
 * @param {{ rounds: number, warmUpMs: number, tolerance?: number }} options
 *        each warms up for so long, three slices at least, one if that alone takes so long; tolerance is relative to
 *        the largest output
 * @returns {Promise<Map<string, Result>>}
 * @throws Error if two contestants did not compute the same, or one not what it had computed before
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
      // Another one begins each round: nobody always runs behind the same neighbour.
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
 * ms of a run: the lesser of the clock's and of the process's processor time. Waiting for a core is not counted
 * then, nor what the engine's helper threads do beside it. A page has the clock alone.
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

/** @throws Error if two results are not the same but for the tolerance. */
function agree([first, ...others], tolerance) {
  for (const other of others) same(first.name, first.output, other.name, other.output, tolerance);
}

function same(name, output, otherName, other, tolerance) {
  let [largest, distance, place] = [0, 0, 0];
  for (let i = 0; i < output.length; i++) {
    const gap = Math.abs(output[i] - other[i]);
    // Written so that a NaN counts as a distance.
    if (!(gap <= distance)) [distance, place] = [gap, i];
    largest = Math.max(largest, Math.abs(output[i]));
  }
  if (output.length === other.length && distance <= tolerance * largest) return;
  throw new Error(
    `${name} comes to ${output[place]} at ${place} of ${output.length}, ${otherName} to ${other[place]} of ${other.length}`,
  );
}

/** How many times as fast as `other`, unit by unit: the median over the rounds. */
export function ratio(result, other) {
  return median(result.times.map((time, r) => other.times[r] / other.units / (time / result.units)));
}

/** The same of the lowest times: what a noisy neighbour spoils least. */
export function bestRatio(result, other) {
  return Math.min(...other.times) / other.units / (Math.min(...result.times) / result.units);
}

/** Units a second: the median over the rounds. */
export function rate({ times, units }) {
  return (1000 * units) / median(times);
}

/** Lowest, median and standard deviation of the times, in ms for `units` units. */
export function spread(result, units) {
  return statistics(result.times.map((time) => (time / result.units) * units));
}

/** Lowest, median and standard deviation. */
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
