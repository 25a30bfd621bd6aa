/** The rule by which a contestant counts as warmed up. */

/**
 * Warm-up of a full run. jax-js gets faster for three seconds on the smallest net, and its slices there take half a second, so that
 * two windows of three slices cover that time.
 */
export const WARM_UP = { windowMs: 500, slices: 3, change: 0.03, leastMs: 1000, mostMs: 8000 };

/** Warm-up of a short run. */
export const BRIEF_WARM_UP = { windowMs: 50, slices: 2, change: 0.1, leastMs: 50, mostMs: 400 };

/**
 * Tells whether times have become stable: the median of the last window differs by less than `change` from that of the window
 * before it. A window is the shortest series of slices that lasts `windowMs` and has at least `slices` of them.
 *
 * @param {readonly number[]} times  ms of each slice so far
 * @param {{ windowMs: number, slices: number, change: number, leastMs: number }} rule
 *        times that sum to less than `leastMs` are never stable
 */
export function settled(times, { windowMs, slices, change, leastMs }) {
  if (sum(times) < leastMs) return false;
  const last = windowBefore(times, times.length, windowMs, slices);
  if (last === undefined) return false;
  const earlier = windowBefore(times, times.length - last.length, windowMs, slices);
  if (earlier === undefined) return false;
  const [now, before] = [median(last), median(earlier)];
  return Math.abs(now - before) < change * Math.min(now, before);
}

/** Returns the window that ends before this index, or undefined if there are too few slices. */
function windowBefore(times, end, windowMs, slices) {
  let lasted = 0;
  for (let start = end - 1; start >= 0; start--) {
    lasted += times[start];
    if (lasted >= windowMs && end - start >= slices) return times.slice(start, end);
  }
  return undefined;
}

/** Runs slices until their times are stable or their sum reaches `mostMs`. @returns the times, and whether they are stable */
export async function settle(slice, rule) {
  const times = [];
  let total = 0;
  while (total < rule.mostMs) {
    for (const time of [await slice()].flat()) {
      times.push(time);
      total += time;
    }
    if (settled(times, rule)) return { times, stable: true };
  }
  return { times, stable: false };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
