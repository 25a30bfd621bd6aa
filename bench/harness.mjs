/**
 * Times contestants fairly. They run in turn, round after round, so that a change of the clock or a busy neighbour affects all of
 * them. A ratio is taken within a round, and the median of the rounds counts. The input of each slice is restored before it, and
 * the output is checked after it, which shows that all compute the same and that nothing was optimized away. It runs in Node and
 * in a page.
 */

import { median, settle } from './settling.mjs';

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
 * @property {(least: { ms: number, slices: number }) => Promise<readonly number[]>} [run]
 *           instead of `work`: runs slices without a pause, prepares each of them, and returns the ms of each
 * @property {readonly { setting: string }[]} [variants]
 *           settings of a library, each with the members that it replaces; the fastest of them enters the race
 */

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {number} units
 * @property {readonly number[]} times  ms of each round's slice
 * @property {Float64Array} output
 * @property {boolean} stable           whether the times became stable during the warm-up
 * @property {boolean} apart            timed in one long run, not in the rounds
 * @property {string} [setting]         the variant that was fastest
 */

/** Least duration of the timed part of a long run, in ms. */
const LONG_RUN_MS = 2000;

/**
 * Runs a race.
 *
 * @param {readonly Contestant[]} contestants
 * @param {{ rounds: number, warmUp: import('./settling.mjs').SettlingRule, tolerance?: number }} options
 *        each contestant warms up until its times are stable by the rule of settling.mjs; tolerance is relative to the largest
 *        output, default 0
 * @returns {Promise<Map<string, Result>>}
 * @throws Error if the outputs of two contestants differ, or the output of one differs from its earlier output
 */
export async function race(contestants, { rounds, warmUp, tolerance = 0 }) {
  const entrants = [];
  const results = new Map();
  for (const contestant of contestants) {
    const entered = contestant.run
      ? await longRun(contestant, rounds, warmUp, tolerance)
      : await warmedUp(contestant, warmUp);
    entrants.push(entered.contestant);
    const { name, units, alone = false, setting } = entered.contestant;
    const { times, stable } = entered;
    const output = Float64Array.from(await entered.contestant.output());
    results.set(name, { name, units, alone, setting, times, stable, apart: Boolean(contestant.run), output });
  }
  agree(
    [...results.values()].filter(({ alone }) => !alone),
    tolerance,
  );
  const inTurn = entrants.filter(({ run }) => !run);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < inTurn.length; turn++) {
      // Another contestant begins each round, so that nobody always runs after the same one.
      const contestant = inTurn[(round + turn) % inTurn.length];
      const result = results.get(contestant.name);
      result.times.push(await slice(contestant));
      const output = await contestant.output();
      same(result.name, result.output, `${result.name} again`, output, contestant.random ? tolerance : 0);
    }
  }
  return results;
}

/** Warms up a contestant, or all variants of it, of which it returns the fastest. */
async function warmedUp(contestant, rule) {
  let fastest;
  for (const variant of contestant.variants ?? [{}]) {
    const candidate = { ...contestant, ...variant };
    const { times, stable } = await settle(() => slice(candidate), rule);
    const time = median(times.slice(-rule.slices)) / candidate.units;
    if (fastest === undefined || time < fastest.time) fastest = { contestant: candidate, time, stable };
  }
  return { ...fastest, times: [] };
}

/**
 * Times a contestant in one long run, before the rounds. Between the slices of others, a library in another process would find
 * cold caches and a slower clock.
 */
async function longRun(contestant, rounds, rule, tolerance) {
  const { stable } = await settle(() => contestant.run({ ms: rule.windowMs, slices: 1 }), rule);
  const before = Float64Array.from(await contestant.output());
  const times = [...(await contestant.run({ ms: Math.min(LONG_RUN_MS, rule.mostMs), slices: rounds }))];
  const { name, output, random } = contestant;
  same(name, before, `${name} again`, await output(), random ? tolerance : 0);
  return { contestant, times, stable };
}

/**
 * Times a slice in ms: the smaller of elapsed time and processor time. This excludes both waiting for a core and work of the
 * engine's helper threads. In a page there is only elapsed time.
 */
async function slice({ prepare, work }) {
  await prepare?.();
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

/**
 * Returns how many times as fast a result is as `other`, per unit: the median over the rounds. A long run has no rounds in common
 * with others, and its ratio is that of the medians.
 */
export function ratio(result, other) {
  if (result.apart || other.apart) {
    return median(other.times) / other.units / (median(result.times) / result.units);
  }
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
