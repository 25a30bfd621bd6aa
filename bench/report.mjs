/** What was measured, as Markdown. */
import { rate, ratio, spread } from './harness.mjs';

/** Three figures, without an exponent. */
export function significant(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(3);
}

/** `0.98, 1.02 ± 0.03`: lowest, median ± standard deviation. */
export function showSpread({ min, median, sd }, factor = 1) {
  const [low, middle, deviation] = [min, median, sd].map((value) => significant(value * factor));
  return `${low}, ${middle} ± ${deviation}`;
}

/** A Markdown table; the first column is words, the others numbers. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, c) => (c === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

const builds = ['portable', 'fused'];

/**
 * A table of races, a row for each contestant.
 *
 * @param {readonly { title: string, results: Map<string, object> }[]} races
 * @param {string} unit   what a time is of: 'step', 'epoch'
 * @param {number} count  how many of a contestant's units that is
 * @param {readonly string[]} firsts  whom the others are compared with
 */
export function raceTable(races, unit, count = 1, firsts = builds) {
  const times = (results, first, other) =>
    results.has(first) && first !== other
      ? `${significant(ratio(results.get(first), results.get(other)))} ×`
      : '';
  return table(
    [
      '',
      'who',
      `ms per ${unit}: lowest, median ± sd`,
      `${unit}s per second`,
      ...firsts.map((name) => `${name} is faster`),
    ],
    races.flatMap(({ title, results }) =>
      [...results.values()]
        .filter(({ name }) => !name.startsWith('peak'))
        .map((result, row) => [
          row === 0 ? title : '',
          result.name,
          showSpread(spread(result, count)),
          significant(rate(result) / count),
          ...firsts.map((first) => times(results, first, result.name)),
        ]),
    ),
  );
}
