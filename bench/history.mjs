/**
 * Reads and writes history.jsonl, which has a line per ratio and run: `date`, `commit`, `machine`, `node`, `row`, `against` with
 * `version`, `ratio` (the median of the rounds) and `best` (the best rounds). A row that is no ratio has its `unit`.
 */

/** Returns the records of a run. @param rows  measured rows of targets.mjs */
export function recordsOf({ date, commit, processor, node }, rows, versions) {
  return rows
    .filter(({ median }) => median !== undefined)
    .map(({ work, against, unit, median, best }) => ({
      date,
      commit,
      machine: processor,
      node,
      row: work,
      ...(unit ? { unit } : { against, ...(versions[against] ? { version: versions[against] } : {}) }),
      ratio: rounded(median),
      best: rounded(best),
    }));
}

const rounded = (value) => Number(value.toPrecision(4));

export function parseHistory(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

export function formatHistory(records) {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

const groupOf = ({ commit, machine, node }) => [commit, machine, node].join('\n');
/** Names a record within its run. */
export const keyOf = ({ row, against, unit }) => `${row} | ${against ?? unit}`;

/** Groups records by commit, machine and version of Node, in the order of their last runs. */
export function groups(records) {
  const found = new Map();
  for (const record of records) {
    const members = found.get(groupOf(record)) ?? [];
    // Inserted anew, so that the group that was measured last is last.
    found.delete(groupOf(record));
    found.set(groupOf(record), [...members, record]);
  }
  return [...found.values()];
}

/** Returns the dates of the runs of a group. */
export function runsOf(records) {
  return [...new Set(records.map(({ date }) => date))];
}

/** Returns the last group with at least two runs, or the last group if none has two. */
export function published(records) {
  const all = groups(records);
  return all.findLast((group) => runsOf(group).length > 1) ?? all.at(-1) ?? [];
}

/** Returns the lowest and highest figures over the runs of a group, by `row | against`. */
export function ranges(group) {
  const found = new Map();
  for (const record of group) {
    const { ratio, best } = record;
    const { low, high, lowBest, highBest } = found.get(keyOf(record)) ?? {
      low: ratio,
      high: ratio,
      lowBest: best,
      highBest: best,
    };
    found.set(keyOf(record), {
      low: Math.min(low, ratio),
      high: Math.max(high, ratio),
      lowBest: Math.min(lowBest, best),
      highBest: Math.max(highBest, best),
      version: record.version,
    });
  }
  return found;
}

/** Writes a figure with two digits, rounded down, so that a ratio is never better than it was measured. */
export function down(value) {
  return digits(value, Math.floor);
}

/** Writes a figure with two digits, rounded up, for figures of which less is better. */
export function up(value) {
  return digits(value, Math.ceil);
}

function digits(value, round) {
  const places = 1 - Math.floor(Math.log10(value));
  // The exponent is written, not multiplied: 0.58 · 100 is a little less than 58.
  return String(Number(`${round(Number(`${value}e${places}`))}e${-places}`));
}

/** Writes a range of ratios, or one figure if both are the same. */
export function range(low, high, write = down) {
  const [from, to] = [write(low), write(high)];
  return from === to ? from : `${from} to ${to}`;
}
