/** Shows measurements as Markdown. */
import { rate, ratio, spread } from './harness.mjs';
import { median } from './settling.mjs';

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

/** Puts a line below the heading of a report: where it was measured, and with which versions. */
export function captioned(report, { processor, node }, results, versions) {
  const others = results.flatMap(({ name, setting }) =>
    versions[name] ? [`${name} ${versions[name]}${setting ? ` (${setting})` : ''}`] : [],
  );
  const [heading, ...rest] = report.split('\n\n');
  const line = `*${[processor, `Node ${node}`, ...new Set(others)].join('; ')}.*`;
  return [heading, line, ...rest].join('\n\n');
}

/** Share by which the last rounds of a contestant may be faster than its first before the report says so. */
const STILL_FASTER = 0.1;

/** Lists the contestants whose times were not stable, by race; undefined if there are none. */
export function restless(races) {
  const found = races.flatMap(({ title, results }) =>
    [...results.values()].flatMap((result) => {
      const trait = result.stable
        ? gainsOn(result.times)
          ? 'faster to the end'
          : ''
        : 'not stable after its warm-up';
      return trait ? [`${result.name}, ${title}: ${trait}`] : [];
    }),
  );
  return found.length > 0 ? `Times that moved: ${found.join('; ')}.` : undefined;
}

/** Tells whether the last third of the times is faster than the first. */
function gainsOn(times) {
  const third = Math.floor(times.length / 3);
  return third >= 2 && median(times.slice(-third)) < (1 - STILL_FASTER) * median(times.slice(0, third));
}
