/** Shows measurements as Markdown. */
import { rate, ratio, spread } from './harness.mjs';

/** Shows a number with three digits and without an exponent. */
export function significant(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(3);
}

/** Shows `0.98, 1.02 ± 0.03`: lowest, median ± standard deviation. */
export function showSpread({ min, median, sd }, factor = 1) {
  const [low, middle, deviation] = [min, median, sd].map((value) => significant(value * factor));
  return `${low}, ${middle} ± ${deviation}`;
}

/** Makes a Markdown table; the first column has words, the others numbers. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, c) => (c === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

const builds = ['portable', 'fused'];

/**
 * Makes a table of races with one row per contestant.
 *
 * @param {readonly { title: string, results: Map<string, object> }[]} races
 * @param {string} unit   unit of the times: 'step', 'epoch'
 * @param {number} count  number of a contestant's units in one such unit
 * @param {readonly string[]} firsts  contestants that the others are compared with
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
