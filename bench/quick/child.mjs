/**
 * Measures the rows once, in a process of its own: two copies of the old build and one of the new in the same rounds. It gets the
 * folders of both as arguments and prints a line of JSON per row.
 */
import { pathToFileURL } from 'node:url';
import { race, ratio, statistics } from '../harness.mjs';
import { rows } from './rows.mjs';

const ROUNDS = 13;
const WARM_UP = { windowMs: 40, slices: 2, change: 0.1, leastMs: 80, mostMs: 200 };

const [, , base, work, turn, ...names] = process.argv;
let instances = 0;

for (const row of rows.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const builds = [
    ['base', base],
    ['copy', base],
    ['work', work],
  ];
  // The engine treats the first build that is loaded differently, so each process begins with another build.
  const order = builds.map((_, i) => builds[(i + Number(turn)) % builds.length]);
  process.stdout.write(`${JSON.stringify({ name: row.name, ...(await measured(row, order)) })}\n`);
}

async function measured(row, builds) {
  const contestants = [];
  for (const [name, folder] of builds) {
    try {
      contestants.push({
        ...row.make(await load(folder, row.entry ?? 'index')),
        name,
        units: 1,
        alone: true,
      });
    } catch (error) {
      return {
        missing: `${name === 'work' ? 'now' : 'before'}: ${error.message.split(/\n| imported from/)[0]}`,
      };
    }
  }
  const results = await race(contestants, { rounds: ROUNDS, warmUp: WARM_UP });
  const [old, copy, now] = ['base', 'copy', 'work'].map((name) => results.get(name));
  return {
    change: 1 / ratio(now, old),
    control: 1 / ratio(copy, old),
    before: statistics(old.times).median,
    now: statistics(now.times).median,
    bits:
      old.output.length === now.output.length &&
      old.output.every((value, i) => Object.is(value, now.output[i])),
  };
}

/** Imports an entry as a new module instance. */
function load(folder, entry) {
  instances += 1;
  return import(`${pathToFileURL(folder)}/${entry}.js?${instances}`);
}
