/** `evenkeel train`: a table or a folder of images becomes a model in a file. */
import { type Command, Option } from 'commander';
import { trainTestSplit } from '../../data/index.js';
import { type BackendName, type History, isFitFailure, type MLP, NonFiniteError } from '../../index.js';
import { type PlainFitOptions, progressBar } from '../../node/index.js';
import { toHTML } from '../../report/index.js';
import { visible } from '../../visible.js';
import { parseCount, parseLabel, parsePositive, parseShare, parseUnits } from '../arguments.js';
import { checkFiles, write, writeWhole } from '../files.js';
import { listed, note, print, reporting } from '../output.js';
import { interruptible } from '../signals.js';
import { readConfig, type TaskConfig } from './config.js';
import { type Rows, readTask, type Task } from './data.js';
import { fitDefaults, modelOf, type NetworkOptions, networkInWords } from './network.js';

interface TrainOptions extends NetworkOptions {
  target?: string;
  config?: string;
  epochs?: number;
  batch?: number;
  validation: number;
  onMissing: 'error' | 'skip';
  out: string;
  report?: string;
}

const VALIDATION = 0.2;
const DIVERGED = 1;

const examples = `
Examples:
  evenkeel train iris.csv --target species
  evenkeel train houses.csv --target price --hidden 64,64 --on-missing skip
  evenkeel train mnist/ --config network.json

A config is JSON, each part optional: { "model": options of new MLP,
"compile": …, "fit": …, "data": options of readCsv }.`;

export function addTrain(program: Command): void {
  program
    .command('train')
    .description('Trains a network on a CSV table or a folder of IDX images, and saves it.')
    .argument('<data>', 'a CSV file, or a folder with the four files of MNIST')
    .option('--target <column>', 'of the table, to be learned: numbers, or names of classes')
    .option('--config <file>', 'network, loss and training as JSON')
    .option('--hidden <n,n,…>', 'units of the hidden layers (default: 32, images 256)', parseUnits)
    .option('--epochs <n>', 'at most (default: tables 200, images 5)', parseCount)
    .option('--batch <n>', 'rows a step (default: tables 32, images 128)', parseCount)
    .option('--learning-rate <rate>', 'of Adam (default: tables 0.01, images 0.001)', parsePositive)
    .option(
      '--validation <share>',
      'of the table, not trained on; it says when to stop',
      parseShare,
      VALIDATION,
    )
    .option('--seed <seed>', 'of weights and batches', parseLabel)
    .addOption(
      new Option('--on-missing <what>', 'what a row without all its cells is')
        .choices(['error', 'skip'])
        .default('error'),
    )
    .option('--out <file>', 'where the model goes', 'model.safetensors')
    .option('--report <file>', 'loss and metrics by epoch as a page of charts')
    .addHelpText('after', examples)
    .action((data: string, options: TrainOptions) => reporting(() => train(data, options)));
}

async function train(path: string, options: TrainOptions): Promise<void> {
  const { target, onMissing, out, report } = options;
  checkFiles(
    [
      { name: 'the data', path },
      { name: '--config', path: options.config },
    ],
    [
      { name: '--out', path: out },
      { name: '--report', path: report },
    ],
  );
  const config = readConfig(options.config);
  const task = await readTask(path, { onMissing, ...config.data, ...(target !== undefined && { target }) });
  const model = modelOf(task, config, options);
  const parts = heldOut(task, config.fit?.validationSplit ?? options.validation, model.seed);
  const described = networkInWords(model);
  print(`${[task.described, ...described].map(visible).join('\n')}\n\n`);

  const { history, status, ended } = await fitted(model, parts, fitSettings(task, config, options));
  process.exitCode = status;
  writeWhole(out, model.save({ metadata: metadataOf(task) }));
  const { x, y, rows, name } = parts.test;
  const { bestEpoch } = history;
  const epochs =
    bestEpoch === undefined ? `${model.epoch} epochs` : `epoch ${bestEpoch}, the best of ${model.epoch}`;
  print(`\n${ended === undefined ? '' : `${ended}; `}${epochs}\n`);
  print(`${rows} ${name}: ${listed(await model.evaluateAsync(x, y))}\n${visible(out)} written\n`);
  if (report !== undefined) write(report, toHTML(history, { title: `${path}: ${described.join('; ')}` }));
}

interface Parts {
  readonly train: Pick<Rows, 'x' | 'y'>;
  readonly test: Rows & { readonly name: string };
}

/** A table gives up some of its rows, of each class its share; images have some set apart already. */
function heldOut(task: Task, share: number, seed: number | string): Parts {
  if (task.test) return { train: task, test: { ...task.test, name: 'test images' } };
  const { inputSize, classNames } = task;
  const settings = { testSize: share, inputSize, seed, stratify: classNames !== undefined };
  const { xTrain, yTrain, xTest, yTest } = trainTestSplit(task.x, task.y, settings);
  return {
    train: { x: xTrain, y: yTrain },
    test: { x: xTest, y: yTest, rows: yTest.length, name: 'rows not trained on' },
  };
}

function fitSettings({ kind }: Task, { fit }: TaskConfig, { epochs, batch }: TrainOptions): PlainFitOptions {
  const { validationSplit: _, ...settings } = { ...fitDefaults[kind], ...fit };
  return {
    ...settings,
    ...(epochs !== undefined && { epochs }),
    ...(batch !== undefined && { batchSize: batch }),
  };
}

/** Result of a fit, with the exit status if something ended it early. */
interface Fitted {
  readonly history: History;
  readonly status: number;
  /** Reason for an early end, with which the summary opens. */
  readonly ended?: string;
}

/**
 * Fits the model. A signal stops the fit like a callback, so that it ends with the weights of the best epoch so far. These are also
 * kept if a later epoch overflows.
 */
function fitted(model: MLP<BackendName>, { train, test }: Parts, settings: PlainFitOptions): Promise<Fitted> {
  return interruptible(async (interrupt) => {
    const stop = () => (interrupt.signal.aborted ? 'stop' : undefined);
    try {
      const history = await model.fit(train.x, train.y, {
        ...settings,
        validationData: [test.x, test.y],
        callbacks: [progressBar(), { onBatchEnd: stop, onEpochEnd: stop }],
      });
      return { history, status: interrupt.status, ...(interrupt.status !== 0 && { ended: 'interrupted' }) };
    } catch (error) {
      if (!isFitFailure(error) || !(error instanceof NonFiniteError)) throw error;
      if (error.history.bestEpoch === undefined) throw error;
      note(`${visible(error.message)}\n`);
      return { history: error.history, status: DIVERGED, ended: 'diverged' };
    }
  });
}

/** What `predict` needs of the table. */
function metadataOf({ columns, classNames, target, reading }: Task): Record<string, string> {
  const task = JSON.stringify({ target, classNames, reading });
  return columns === undefined ? { task } : { task, columns: JSON.stringify(columns) };
}
