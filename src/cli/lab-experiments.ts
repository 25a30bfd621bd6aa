/** Command `evenkeel lab X3`: runs one of the lectures' experiments, shows it, and writes its files. */
import type { Command } from 'commander';
import {
  type Experiment,
  type ExperimentId,
  type ExperimentResult,
  experiments,
  type RecipeName,
  recipeNames,
  type X6Group,
  x6Groups,
} from '../lab/index.js';
import { gridSearch, readImageFolder } from '../node/index.js';
import { canMoveCursor } from '../node/progress-bar.js';
import { parseCount, parseName, parseWhole } from './arguments.js';
import { checkFiles } from './files.js';
import { mnistFolder } from './mnist.js';
import { note } from './output.js';
import { type ReportOptions, reportFiles, showReport } from './report-files.js';
import { interruptible } from './signals.js';
import { workBar } from './work-bar.js';

export const experimentIds = Object.keys(experiments) as ExperimentId[];
const DISAGREES = 1;

type Part = X6Group | RecipeName;

interface Given {
  readonly networks?: number;
  readonly seed?: number;
  readonly epochs?: number;
  readonly data?: string;
  readonly only?: readonly Part[];
  readonly file?: string;
  readonly html?: string;
  readonly svg?: string;
}

export type ExperimentOptions = Given & ReportOptions;

/** Options of an experiment that are not among its numeric defaults. */
const others: Readonly<Partial<Record<ExperimentId, readonly (keyof Given)[]>>> = {
  X6: ['data', 'only', 'file'],
};

/** Word for all worked examples among the experiments that take an option. */
const EXAMPLES = 'examples';
type Taker = ExperimentId | typeof EXAMPLES;

/** Returns the names of the options that an experiment or the worked examples take, without --json. */
function takenBy(taker: Taker): readonly string[] {
  if (taker === EXAMPLES) return ['html'];
  return [...Object.keys(experiments[taker].defaults), ...(others[taker] ?? []), 'html', 'svg'];
}

function takers(option: keyof Given): Taker[] {
  return [...experimentIds, EXAMPLES as Taker].filter((taker) => takenBy(taker).includes(option));
}

export function addExperimentOptions(command: Command): Command {
  const by = (option: keyof Given, text: string) => `${text} (${takers(option).join(', ')})`;
  return command
    .option('--networks <n>', by('networks', 'random networks'), parseCount)
    .option('--seed <n>', by('seed', 'seed of all draws'), parseWhole)
    .option('--epochs <n>', by('epochs', 'largest number of epochs'), parseCount)
    .option('--data <dir>', by('data', 'folder of four IDX files; default MNIST'))
    .option(
      '--only <names>',
      by('only', `${x6Groups.join(', ')}, or recipes, separated by commas`),
      parseParts,
    )
    .option('--file <file>', by('file', 'stores the fits of the grid search and continues from them'))
    .option('--html <file>', by('html', 'writes the report with its charts as one page'))
    .option('--svg <file>', by('svg', 'writes only the charts'));
}

/** Exits with status 2 if an option was given that does not belong to `id`, and lists what it belongs to. */
export function refuseOptions(command: Command, id: string | undefined, options: Given): void {
  const taker = experimentIds.find((known) => known === id) ?? EXAMPLES;
  const taken = id === undefined ? [] : takenBy(taker);
  const wrong = (Object.keys(options) as (keyof Given)[]).find(
    (name) => takers(name).length > 0 && !taken.includes(name),
  );
  if (wrong === undefined) return;
  command.error(
    `error: option '--${wrong}': belongs to ${takers(wrong).join(', ')}, not to ${id ?? 'the list'}`,
  );
}

/** Runs an experiment and shows it. @throws Error, TypeError or RangeError that names the file or the option */
export async function runExperiment(id: ExperimentId, options: ExperimentOptions): Promise<void> {
  const images = takenBy(id).includes('data') ? (options.data ?? mnistFolder()) : undefined;
  checkFiles(
    [{ name: '--data', path: images }],
    [{ name: '--file', path: options.file }, ...reportFiles(options)],
  );
  const { result, status } = await interruptible(async (interrupt) => ({
    result: await measured(id, options, interrupt.signal),
    status: interrupt.status,
  }));
  showReport({ text: result, pictures: result, data: result }, options);
  const disagree = result.comparisons.some(({ agrees }) => !agrees);
  if (result.interrupted) process.exitCode = status;
  else if (disagree && atDefaults(id, result)) process.exitCode = DISAGREES;
  else if (disagree) note(BY_CHANCE);
}

const BY_CHANCE = [
  'Tolerances are about four standard errors, so with another seed or size a figure',
  'may lie outside by chance. Only with the defaults is it an error, with status 1.',
  '',
].join('\n');

/** Returns true if all options are the defaults, for which every figure agrees on every machine. */
function atDefaults(id: ExperimentId, { options }: ExperimentResult): boolean {
  return Object.entries(experiments[id].defaults).every(([name, value]) => options[name] === value);
}

async function measured(
  id: ExperimentId,
  { networks, seed, epochs, ...rest }: ExperimentOptions,
  signal: AbortSignal,
): Promise<ExperimentResult> {
  const numbers = {
    ...(networks !== undefined && { networks }),
    ...(seed !== undefined && { seed }),
    ...(epochs !== undefined && { epochs }),
  };
  const progress = progressOf(id);
  try {
    if (id === 'X6') return await trained({ ...rest, ...numbers }, progress, signal);
    const { run }: Experiment = experiments[id];
    return await run(numbers, { onProgress: progress.onProgress, signal });
  } finally {
    progress.stop();
  }
}

interface Progress {
  onProgress(done: number, total: number): void;
  /** Shows the present stage in a few words. */
  stage(text: string): void;
  stop(): void;
}

/** Shows a bar with the time left on a terminal, and one line per stage elsewhere. */
function progressOf(id: ExperimentId): Progress {
  const drawn = canMoveCursor(process.stderr);
  const bar = workBar();
  let what: string = id;
  return {
    onProgress: (done, total) => bar.update(what, done, total),
    stage(text) {
      what = `${id} ${text}`;
      if (!drawn) note(`${what}\n`);
    },
    stop: () => bar.stop(),
  };
}

/** Runs X6, network by network. */
async function trained(
  { file, only, data, seed, epochs }: Given,
  { onProgress, stage }: Progress,
  signal: AbortSignal,
): Promise<ExperimentResult> {
  return experiments.X6.run(
    {
      data: await readImageFolder(data ?? mnistFolder()),
      ...(seed !== undefined && { seed }),
      ...(epochs !== undefined && { epochs }),
      ...(only && { only }),
      gridSearch: (x, y, options) => {
        stage('grid search');
        return gridSearch(x, y, { ...options, ...(file !== undefined && { file }) });
      },
    },
    {
      onProgress,
      onNetwork: (name, epochs) => stage(`${name}, ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`),
      signal,
    },
  );
}

function parseParts(text: string): Part[] {
  const parse = parseName<Part>([...x6Groups, ...recipeNames]);
  return text.split(',').map((part) => parse(part.trim()));
}
