/** `evenkeel lab`: the lectures' worked examples, computed again. */
import { type Command, InvalidArgumentError } from 'commander';
import { closestMatch } from 'leven';
import type { ExampleRun } from '../lab/examples/example.js';
import { exampleIds, examples } from '../lab/examples/index.js';
import type { ExampleId } from '../lab/expected/examples.js';
import { paintFor } from './colours.js';
import { type Listed, listing, overview, replay } from './lab-tables.js';

/** What there is, from the registries: a row each. */
const shelves: readonly { readonly heading: string; readonly entries: readonly Listed[] }[] = [
  { heading: 'worked example', entries: Object.values(examples) },
];

const ALL = 'examples';
const names = [ALL, ...shelves.flatMap(({ entries }) => entries.map(({ id }) => id))];
const WRONG_VALUE = 1;

const help = `
Examples:
  evenkeel lab             what there is
  evenkeel lab E15         a ReLU unit dies, step by step
  evenkeel lab examples    all in a table; status 1 if a value is wrong
  evenkeel lab E6 --json | jq '.steps[] | select(.status == "mismatch")'`;

export function addLab(program: Command): Command {
  return program
    .command('lab')
    .description("Replays the lectures' worked examples beside what their slides print.")
    .argument('[id]', "of an example, in any case; 'examples' for all; without it a list", parseId)
    .option('--json', 'as JSON')
    .addHelpText('after', help)
    .action(run);
}

function run(id: string | undefined, { json = false }: { json?: boolean }): void {
  if (id === undefined) {
    process.stdout.write(json ? asJson(shelves) : list());
    return;
  }
  const runs = (id === ALL ? exampleIds : [id as ExampleId]).map((one) => examples[one].run());
  process.stdout.write(json ? asJson(id === ALL ? runs : runs[0]) : asText(id, runs));
  if (runs.some(({ agrees }) => !agrees)) process.exitCode = WRONG_VALUE;
}

function list(): string {
  const tables = shelves.map(({ heading, entries }) => listing(heading, entries));
  return `${tables.join('\n')}\nevenkeel lab ID replays one, evenkeel lab ${ALL} checks all.\n`;
}

function asText(id: string, runs: readonly ExampleRun[]): string {
  const paint = paintFor(process.stdout, process.env);
  return id === ALL ? overview(runs, paint) : replay(runs[0]!, paint);
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function parseId(text: string): string {
  const sought = text.toLowerCase();
  const name = names.find((known) => known.toLowerCase() === sought);
  if (name !== undefined) return name;
  const all = [...names, 'compare'];
  const lower = all.map((known) => known.toLowerCase());
  const nearest = all[lower.indexOf(closestMatch(sought, lower)!)]!;
  throw new InvalidArgumentError(`Did you mean '${nearest}'?`);
}
