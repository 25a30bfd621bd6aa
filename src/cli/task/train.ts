/** Command `evenkeel train`: trains a model on a table or a folder of images and saves it. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { finiteNumber } from '../../errors.js';
import { formatNumber } from '../../format.js';
import { toHTML } from '../../report/index.js';
import { visible } from '../../visible.js';
import { flagOf, parseCount, parseHidden, parseLabel, parsePart, parsePositive } from '../arguments.js';
import { checkFiles, write, writeWhole } from '../files.js';
import { note, print, reporting } from '../output.js';
import { readConfig, type TaskConfig } from './config.js';
import { type Rows, readTask, readTaskLike, type Task } from './data.js';
import { type Division, divide } from './division.js';
import { allRows, type Fitted, type Fitting, fitAll, type Model, modelOfAll } from './fitting.js';
import { readMore, savedModel } from './going-on.js';
import { influences } from './influence.js';
import {
  checkNumbers,
  compileOptions,
  type FitOverrides,
  fitOptions,
  learnsNumbers,
  modelOf,
  type NetworkOptions,
  networkInWords,
} from './network.js';
import { wordsFor } from './origins.js';
import { readingNames } from './reading-options.js';
import { epochsInWords, resultOf } from './result.js';
import { judgeMembers } from './scores.js';
import { candidates } from './search.js';
import { csvOptions, type TableOptions, withTableOptions } from './table-options.js';
import { trainingPage } from './train-page.js';
import type { Reading } from './trained.js';

interface TrainOptions extends NetworkOptions, FitOverrides, TableOptions {
  readonly from?: string;
  readonly config?: string;
  readonly validation?: number;
  readonly test?: string | number;
  readonly split?: 'auto' | 'random' | 'ordered';
  readonly ensemble?: number;
  readonly search?: 'small';
  readonly out: string;
  readonly report?: string;
}

/** Share of the rows that validates, without --validation. */
const VALIDATION = 0.2;
/** Number of networks that are trained and averaged, without --ensemble. */
const ENSEMBLE = 5;
/** Largest number of rows for which several networks are trained. A larger table has enough rows for one network. */
const MOST_ROWS_OF_ENSEMBLE = 50_000;
/** Number of epochs for a table without validation rows: about the median at which validation stops the training. */
const BLIND_EPOCHS = 20;

const examples = `
Examples:
  evenkeel train iris.csv --target species
  evenkeel train houses.csv --target price --test 0.2 --report houses.html
  evenkeel train churn.csv --target left --ignore id --class-weight balanced
  evenkeel train mnist/ --config network.json
  evenkeel train new.csv --from model.safetensors --out better.safetensors

A config is JSON, each part optional: { "model": options of new MLP,
"compile": …, "fit": …, "data": options of readCsv }.`;

export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .description('Trains a network on a CSV table or a folder of IDX images, and saves it.')
    .argument('<data>', 'a CSV file, or a folder with the four files of MNIST');
  withTableOptions(command)
    .option('--from <model>', 'continues training a saved model, with its columns and its optimizer')
    .option('--config <file>', 'network, loss and training as JSON')
    .option('--hidden <n,n,…>', 'units of the hidden layers; 0 for none (a linear model)', parseHidden)
    .option('--epochs <n>', 'largest number of epochs (default: tables 200, images 5)', parseCount)
    .option('--batch <n>', 'rows per step (default: depends on the rows)', parseCount)
    .option('--learning-rate <rate>', 'learning rate (default: depends on the rows)', parsePositive)
    .addOption(
      new Option('--class-weight <how>', 'weights the classes equally, whatever their sizes').choices([
        'balanced',
      ]),
    )
    .option(
      '--validation <share>',
      `share of the rows that chooses the epoch; 0 for none (default: ${VALIDATION})`,
      parsePart,
    )
    .option('--test <share or file>', 'rows for an unbiased score, used for nothing else', parseTest)
    .addOption(
      new Option('--split <how>', 'choice of the rows that validate and test (default: auto)').choices([
        'auto',
        'random',
        'ordered',
      ]),
    )
    .option('--ensemble <n>', `number of networks to average (default: tables ${ENSEMBLE})`, parseCount)
    .addOption(new Option('--search <range>', 'tries several networks and keeps the best').choices(['small']))
    .option('--seed <seed>', 'seed of weights, batches and divisions', parseLabel)
    .option('--out <file>', 'file for the model', 'model.safetensors')
    .option('--report <file>', 'writes scores, influence and curves as a page of charts')
    .addHelpText('after', examples)
    .action((data: string, options: TrainOptions) =>
      reporting(
        () => train(data, options),
        wordsFor(options, [data, typeof options.test === 'string' ? options.test : undefined]),
      ),
    );
}

/** Parses a share of the rows, or the path of a file with test rows. */
function parseTest(text: string): string | number {
  if (/^-?[\d.]+ ?%$/.test(text)) throw new InvalidArgumentError('Expected a share such as 0.2, or a file.');
  if (text.trim() === '' || Number.isNaN(Number(text))) return text;
  const share = parsePart(text);
  if (share === 0) throw new InvalidArgumentError('Expected a share between 0 and 1, or a file.');
  return share;
}

async function train(path: string, options: TrainOptions): Promise<void> {
  const { out, report, test } = options;
  checkFiles(
    [
      { name: 'the data', path },
      { name: '--config', path: options.config },
      { name: '--from', path: options.from },
      { name: '--test', path: typeof test === 'string' ? test : undefined },
    ],
    [
      { name: '--out', path: out },
      { name: '--report', path: report },
    ],
  );
  const config = readConfig(options.config);
  const kind = options.task ?? (learnsNumbers(config) ? 'asWritten' : 'auto');
  const saved = options.from === undefined ? undefined : savedModel(options.from, config, options);
  const read =
    saved === undefined
      ? await readTask(path, csvOptions(options, config), kind)
      : await readMore(path, saved, options);
  checkUse(path, read, config, options);
  const plan = planOf(read, config, saved === undefined ? options : { ...options, ensemble: 1 });
  const task = read.learntFrom?.(learntRows(plan.division)) ?? read;
  const tested = typeof test === 'string' ? readTest(test, task) : undefined;
  if (saved !== undefined) checkNumbers(task);
  const first = saved?.model ?? modelOf(task, config, options);
  const described = networkInWords(first);
  const heading = [task.described, ...task.notes, ...described, ...plan.words].map(visible);

  const { fitting, fitted } = await search(task, config, options, plan, saved?.model, heading);
  process.exitCode = fitted.status;
  const model = await modelOfAll(fitted.members, fitting);
  writeWhole(out, model.save({ metadata: metadataOf(task) }));

  const result = await resultOf(model, fitted.members, fitting, plan.division.test, tested);
  const lines = [epochsInWords(fitted), ...result.words];
  print(`\n${lines.join('\n')}\n${visible(out)} written\n`);
  if (report === undefined) return;
  const { judged, what, baseline, asked } = result;
  const title = `${path}: ${described.join('; ')}`;
  const histories = fitted.members.map(({ history }) => history);
  const found = influences(asked, task, model.seed);
  const page = { title, summary: lines, task, what, judged, baseline, influences: found, histories };
  write(report, toHTML(trainingPage(page), { title }));
}

/** Refuses options that would have no effect. @throws Error that names the option */
function checkUse(path: string, { kind }: Task, { data, model }: TaskConfig, options: TrainOptions): void {
  if (options.search !== undefined && (model?.layers !== undefined || options.hidden !== undefined)) {
    throw new Error('--search: the hidden layers are fixed already by --hidden or the config');
  }
  if (kind === 'table') return;
  const unused = [
    ...(data === undefined ? [] : ['data of the config']),
    ...(['target', 'ignore', 'kinds', ...readingNames, 'split'] as const)
      .filter((name) => options[name] !== undefined)
      .map(flagOf),
    ...(options.test === undefined ? [] : ['--test']),
  ];
  if (unused.length > 0)
    throw new Error(`${path}: ${unused.join(', ')}: only for tables; images have test images`);
}

/** @throws Error that opens with the path */
function readTest(path: string, { columns, reading }: Task): Rows {
  const { notes, ...rows } = readTaskLike(
    path,
    { ...(columns && { columns }), ...(reading && { reading }) },
    {},
  );
  for (const line of notes) note(`${visible(path)}: ${visible(line)}\n`);
  return rows;
}

/** Returns the rows from which fills are learnt: those of the network, or those of all networks, which share their scalings. */
function learntRows({ folds }: Division): Uint32Array {
  return folds.length === 1 ? folds[0]!.train : allRows(folds[0]!);
}

interface Plan {
  readonly division: Division;
  /** Division of the rows in words. */
  readonly words: readonly string[];
}

function planOf(task: Task, config: TaskConfig, options: TrainOptions): Plan {
  const { rows, classNames, kind } = task;
  const { split = 'auto' } = options;
  const isImages = kind === 'images';
  const stopping = config.fit?.earlyStopping;
  const byDefault = isImages && (stopping === undefined || stopping === false) ? 0 : VALIDATION;
  const validation = options.validation ?? checkShare(config.fit?.validationSplit) ?? byDefault;
  const own = isImages || config.model?.layers !== undefined || rows > MOST_ROWS_OF_ENSEMBLE;
  const networks = options.ensemble ?? (own ? 1 : ENSEMBLE);
  const order = split === 'ordered' ? inOrder(rows) : split === 'auto' ? task.order?.rows : undefined;
  const division = divide({
    rows,
    ...(classNames !== undefined && { classes: task.y }),
    validation,
    test: typeof options.test === 'number' ? options.test : 0,
    networks,
    ...(order !== undefined && { order }),
    seed: options.seed ?? config.model?.seed ?? 0,
  });
  return { division, words: planInWords(task, division, order !== undefined, validation, isImages) };
}

/** Checks a share of a config, which may be 0 as that of --validation may. @throws TypeError or RangeError */
function checkShare(share: unknown): number | undefined {
  if (share === undefined) return undefined;
  const value = finiteNumber('validationSplit', share);
  if (value >= 0 && value < 1) return value;
  throw new RangeError(`validationSplit: expected a number from 0 to below 1, got ${value}`);
}

function planInWords(
  task: Task,
  { folds }: Division,
  ordered: boolean,
  share: number,
  isImages: boolean,
): string[] {
  const networks = folds.length;
  const part = `${Number((100 * share).toFixed(1))} % of the rows`;
  const words: string[] = [];
  if (ordered) {
    const by = task.order === undefined ? 'as they are in the file' : `by '${task.order.column}'`;
    words.push(
      `rows in the order of time, ${by}: the last ones validate and test; --split random mixes them`,
    );
  }
  if (networks > 1) {
    const how =
      share === 0
        ? ''
        : ordered
          ? `, all validated on the last ${part}`
          : `, each validated on another ${part}`;
    words.push(`mean of ${networks} networks${how}`);
  } else if (share === 0 && !isImages) words.push('no validation rows, so all epochs are trained');
  return words;
}

function inOrder(rows: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, r) => r);
}

/**
 * Trains the requested networks. With --search, it trains each candidate and keeps the one with the least validation loss.
 *
 * @param heading  lines to print once `fit` has accepted its options, so that a fault in them is reported alone
 */
async function search(
  task: Task,
  config: TaskConfig,
  options: TrainOptions,
  { division }: Plan,
  saved: Model | undefined,
  heading: readonly string[],
): Promise<{ fitting: Fitting; fitted: Fitted }> {
  let isBegun = false;
  const one = async (network: NetworkOptions, name?: string) => {
    const onBegin = (n: number) => {
      if (!isBegun) print(`${heading.join('\n')}\n\n`);
      isBegun = true;
      if (n === 0 && name !== undefined) note(`${name}\n`);
    };
    const fitting = { ...fittingOf(task, config, { ...options, ...network }, division, saved), onBegin };
    return { fitting, fitted: await fitAll(fitting) };
  };
  if (options.search === undefined) return one({});
  let best: { fitting: Fitting; fitted: Fitted } | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const { name, network } of candidates) {
    const tried = await one(network, name);
    const { loss } = (await judgeMembers(tried.fitted.members, task)).measures;
    print(`${name.padEnd(30)} validation loss ${formatNumber(loss)}\n`);
    if (best === undefined || loss < least) {
      best = tried;
      least = loss;
    }
    if (tried.fitted.ended === 'interrupted') break;
  }
  return best!;
}

function fittingOf(
  task: Task,
  config: TaskConfig,
  options: TrainOptions,
  { folds }: Division,
  saved: Model | undefined,
): Fitting {
  const blind = folds[0]!.validation.length === 0 && task.kind === 'table';
  const epochs = options.epochs ?? config.fit?.epochs ?? (blind ? BLIND_EPOCHS : undefined);
  const seed = options.seed ?? config.model?.seed ?? 0;
  return {
    task,
    folds,
    // The first network uses the seed itself.
    make: (n) =>
      saved ?? modelOf(task, config, { ...options, seed: n === 0 ? seed : `${seed}, network ${n + 1}` }),
    compile: compileOptions(task, config, options),
    fit: fitOptions(task, config, { ...options, ...(epochs !== undefined && { epochs }) }),
    ...(task.test !== undefined && { beside: task.test }),
  };
}

/** Returns the description of the table that `predict` needs. */
function metadataOf({ columns, classNames, targets, reading }: Task): Record<string, string> {
  const task: { target: string | readonly string[]; classNames?: readonly string[]; reading?: Reading } = {
    target: targets.length === 1 ? targets[0]! : targets,
    ...(classNames !== undefined && { classNames }),
    ...(reading !== undefined && { reading }),
  };
  return { task: JSON.stringify(task), ...(columns !== undefined && { columns: JSON.stringify(columns) }) };
}
