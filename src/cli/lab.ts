/** Command `evenkeel lab`: recomputes the lectures' worked examples and runs their experiments. */
import { type Command, InvalidArgumentError } from 'commander';
import { shortened } from '../errors.js';
import { nearestName } from '../hints.js';
import type { ExampleRun } from '../lab/examples/example.js';
import { exampleIds, examples } from '../lab/examples/index.js';
import type { ExampleId } from '../lab/expected/example.js';
import { type ExperimentId, experiments } from '../lab/experiments/index.js';
import { toHTML } from '../report/index.js';
import { paintFor } from './colours.js';
import { checkFiles, STANDARD_OUTPUT, write } from './files.js';
import {
  addExperimentOptions,
  type ExperimentOptions,
  experimentIds,
  refuseOptions,
  runExperiment,
} from './lab-experiments.js';
import { examplePage, overviewPage } from './lab-pages.js';
import { experimentListing, listing, overview, replay } from './lab-tables.js';
import { print, reporting } from './output.js';
import { asJson, columns, reportFiles } from './report-files.js';

/** Lists of examples and experiments, from the registries. */
const shelves = [
  { heading: 'worked example', entries: Object.values(examples) },
  { heading: 'experiment', entries: Object.values(experiments) },
] as const;

const ALL = 'examples';
const names = [ALL, ...shelves.flatMap(({ entries }) => entries.map(({ id }) => id))];
const WRONG_VALUE = 1;
/** Least number of columns of lists and examples. They use the whole width of a wider terminal. */
const LEAST_COLUMNS = 80;

const help = `
Examples:
  evenkeel lab             list of examples and experiments
  evenkeel lab E15         a ReLU unit dies, step by step
  evenkeel lab examples    all examples in a table; status 1 if a value is wrong
  evenkeel lab E15 --html e15.html
  evenkeel lab E6 --json | jq '.steps[] | select(.status == "mismatch")'
  evenkeel lab X1 --networks 200 --seed 7
  evenkeel lab X2 --json x2.json
  evenkeel lab X3 --html x3.html
  evenkeel lab X4 --networks 10
  evenkeel lab X5 --json | jq .tables
  evenkeel lab X6 --data fashion-mnist --only depth,cures --epochs 5
  evenkeel lab X6 --only grid --file grid.jsonl

X6 in full takes half an hour. Ctrl-C ends an experiment and keeps its results.
With the default seed and size, a figure other than the expected one gives
status 1. With other options it may differ by chance, and the status is 0.`;

type LabOptions = Omit<ExperimentOptions, 'json'> & {
  /** File of --json; true or '-' stands for standard output. */
  readonly json?: string | true;
};

export function addLab(program: Command): Command {
  const command = program
    .command('lab')
    .description("Replays the lectures' worked examples and runs their experiments.")
    .argument('[id]', "number in upper or lower case, or 'examples' for all; without it a list", parseId)
    .option('--json [file]', "writes JSON; without a file, or with '-', in place of the text")
    .addHelpText('after', help)
    .action((id: string | undefined, options: LabOptions, command: Command) =>
      reporting(() => run(id, options, command)),
    );
  addExperimentOptions(command);
  return command;
}

async function run(given: string | undefined, options: LabOptions, command: Command): Promise<void> {
  const { id, ...target } = sorted(given, options);
  refuseOptions(command, id, options);
  if (experimentIds.includes(id as ExperimentId)) {
    return runExperiment(id as ExperimentId, { ...options, ...target } as ExperimentOptions);
  }
  const { html } = options;
  checkFiles([], reportFiles({ ...target, ...(html !== undefined && { html }) }));
  if (id === undefined) {
    show(list, shelves, target.json);
    return;
  }
  const runs = (id === ALL ? exampleIds : [id as ExampleId]).map((one) => examples[one].run());
  show(() => asText(id, runs), id === ALL ? runs : runs[0], target.json);
  if (html !== undefined) write(html, toHTML(id === ALL ? overviewPage(runs) : examplePage(runs[0]!)));
  if (runs.some(({ agrees }) => !agrees)) process.exitCode = WRONG_VALUE;
}

/** Returns the id and the file. Text after `--json` that is an id counts as the id. */
function sorted(id: string | undefined, { json }: LabOptions): { id: string | undefined; json?: string } {
  const meant = id === undefined && typeof json === 'string' ? idOf(json) : undefined;
  if (meant !== undefined) return { id: meant, json: STANDARD_OUTPUT };
  return { id, ...(json !== undefined && { json: json === true ? STANDARD_OUTPUT : json }) };
}

function show(text: () => string, value: unknown, json: string | undefined): void {
  print(json === STANDARD_OUTPUT ? asJson(value) : text());
  if (json !== undefined && json !== STANDARD_OUTPUT) write(json, asJson(value));
}

function list(): string {
  const [worked, measured] = shelves;
  return [
    listing(worked.heading, worked.entries, width()),
    '',
    experimentListing(measured.heading, measured.entries, width()),
    `evenkeel lab ID replays or runs one, evenkeel lab ${ALL} checks all examples.`,
    '',
  ].join('\n');
}

function width(): number {
  return columns(LEAST_COLUMNS, Number.POSITIVE_INFINITY);
}

function asText(id: string, runs: readonly ExampleRun[]): string {
  const paint = paintFor(process.stdout, process.env);
  return id === ALL ? overview(runs, paint) : replay(runs[0]!, paint, width());
}

/** Returns the id that a text names in upper or lower case; undefined if there is none. */
function idOf(text: string): string | undefined {
  return names.find((known) => known.toLowerCase() === text.toLowerCase());
}

function parseId(text: string): string {
  const name = idOf(text);
  if (name !== undefined) return name;
  const sought = shortened(text).toLowerCase();
  const all = [...names, 'compare'];
  const lower = all.map((known) => known.toLowerCase());
  // Among equally near names, those of the same kind win.
  const alike = lower.filter((known) => known[0] === sought[0]);
  const nearest = all[lower.indexOf(nearestName(sought, alike.length > 0 ? alike : lower)!)]!;
  throw new InvalidArgumentError(`Did you mean '${nearest}'?`);
}
