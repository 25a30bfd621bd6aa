/**
 * Timing that can be argued with. Contestants run in turn within one process, round after round, so that a
 * change of the clock or a busy neighbour meets all of them; a ratio is taken within a round, then the median
 * of the rounds. Before each slice its input is put back, and after it the result is looked at: everyone has
 * computed the same, and nothing was optimized away.
 */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {number} units           what one slice does, e.g. floating-point operations or steps
 * @property {() => void} [prepare]   before each slice, not timed
 * @property {() => void} work        the slice that is timed
 * @property {() => number} checksum  after each slice, not timed
 */

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {number} units
 * @property {readonly number[]} times  ms of each round's slice
 * @property {number} checksum
 */

/**
 * @param {readonly Contestant[]} contestants
 * @param {{ rounds: number, warmUpMs: number }} options  each contestant warms up for so long, three slices at least
 * @returns {Map<string, Result>}
 */
export function race(contestants, { rounds, warmUpMs }) {
  const results = new Map();
  for (const { name, units, prepare, work, checksum } of contestants) {
    const until = performance.now() + warmUpMs;
    for (let slices = 0; slices < 3 || performance.now() < until; slices++) {
      prepare?.();
      work();
    }
    results.set(name, { name, units, times: [], checksum: checksum() });
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      // Another one begins each round: nobody always runs behind the same neighbour.
      const { name, prepare, work, checksum } = contestants[(round + turn) % contestants.length];
      const result = results.get(name);
      prepare?.();
      result.times.push(time(work));
      const sum = checksum();
      if (sum !== result.checksum) throw new Error(`${name}: came to ${result.checksum}, now to ${sum}`);
    }
  }
  return results;
}

/**
 * ms of a run: the lesser of the clock's and of the process's processor time. Waiting for a core is not counted
 * then, nor what the engine's helper threads do beside it.
 */
function time(work) {
  const usage = process.cpuUsage();
  const began = performance.now();
  work();
  const elapsed = performance.now() - began;
  const { user, system } = process.cpuUsage(usage);
  return Math.min(elapsed, (user + system) / 1000);
}

/** @throws Error if two contestants did not compute the same. */
export function agree(results, tolerance) {
  const [first, ...others] = results;
  for (const other of others) {
    const distance = Math.abs(other.checksum - first.checksum);
    if (!(distance <= tolerance * Math.abs(first.checksum))) {
      throw new Error(`${first.name} comes to ${first.checksum}, ${other.name} to ${other.checksum}`);
    }
  }
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
  const times = result.times.map((time) => (time / result.units) * units);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const squares = times.reduce((sum, time) => sum + (time - mean) ** 2, 0);
  return { min: Math.min(...times), median: median(times), sd: Math.sqrt(squares / (times.length - 1)) };
}

/** `0.98, 1.02 ± 0.03`: lowest, median ± standard deviation. */
export function showSpread({ min, median, sd }, factor = 1) {
  const [low, middle, deviation] = [min, median, sd].map((time) => significant(time * factor));
  return `${low}, ${middle} ± ${deviation}`;
}

/** Three figures, without an exponent. */
export function significant(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(3);
}

/** A Markdown table; the first column is words, the others numbers. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, c) => (c === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
