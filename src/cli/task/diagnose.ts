/** Command `evenkeel diagnose`: measures a network layer by layer, and says what is wrong and what to change. */
import { type Command, Option } from 'commander';
import { valueNames } from '../../data/csv/columns.js';
import { formatNumber } from '../../format.js';
import {
  type BackendName,
  type Diagnosis,
  diagnose,
  type FitOptions,
  type MLP,
  NonFiniteError,
} from '../../index.js';
import { pageOf } from '../../report/page.js';
import { parseCount, parseHidden, parseLabel, parsePositive } from '../arguments.js';
import { checkFiles } from '../files.js';
import { reporting } from '../output.js';
import { type ReportOptions, reportFiles, showReport, withReportOptions } from '../report-files.js';
import { interruptible } from '../signals.js';
import { workBar } from '../work-bar.js';
import { readConfig, type TaskConfig } from './config.js';
import { readQuestion, readTask, type Task } from './data.js';
import { fitOptions, learnsNumbers, modelOf, type NetworkOptions, networkInWords } from './network.js';
import { wordsFor } from './origins.js';
import { givenReading } from './reading-options.js';
import { readModel } from './saved-model.js';
import { csvOptions, type TableOptions, withTableOptions } from './table-options.js';

interface DiagnoseOptions extends NetworkOptions, TableOptions, ReportOptions {
  readonly model?: string;
  readonly config?: string;
  readonly after?: number;
  readonly batch?: number;
  readonly rows?: number;
  readonly check?: boolean;
}

/** Exit status with --check if the network is not healthy. */
const UNHEALTHY = 1;

const examples = `
Examples:
  evenkeel diagnose iris.csv --target species
  evenkeel diagnose mnist/ --config network.json --after 100
  evenkeel diagnose flowers.csv --model model.safetensors --html report.html
  evenkeel diagnose mnist/ --config network.json --check --json - > report.json

The diagnosed network is the one with which \`evenkeel train\` would begin, before
its first step. --after trains it for some steps first, because a dying ReLU or
a learning rate that is too high shows only then.`;

export function addDiagnose(program: Command): void {
  const command = program
    .command('diagnose')
    .description('Says what is wrong in a network, layer by layer, and what to change.')
    .argument('<data>', 'a CSV file, or a folder with the four files of MNIST')
    .addOption(
      new Option('--model <file>', 'network saved by `evenkeel train`').conflicts([
        'config',
        'target',
        'task',
        'ignore',
        'kinds',
        'hidden',
        'learningRate',
        'seed',
        'after',
        'batch',
      ]),
    )
    .option('--config <file>', 'network, loss and training as JSON')
    .option('--hidden <n,n,…>', 'units of the hidden layers; 0 for none (a linear model)', parseHidden)
    .option('--seed <seed>', 'seed of weights and batches', parseLabel)
    .option('--after <steps>', 'number of training steps before the diagnosis', parseCount)
    .option('--batch <n>', 'rows per step (default: depends on the rows)', parseCount)
    .option('--learning-rate <rate>', 'learning rate (default: depends on the rows)', parsePositive)
    .option('--rows <n>', 'largest number of rows to use (default: 2048, fewer in wide networks)', parseCount)
    .option('--check', 'exit with status 1 if the verdict is not healthy');
  withTableOptions(command);
  withReportOptions(command)
    .addHelpText('after', examples)
    .action((data: string, options: DiagnoseOptions) =>
      reporting(() => run(data, options), wordsFor(options, [data, options.model])),
    );
}

async function run(path: string, options: DiagnoseOptions): Promise<void> {
  checkFiles(
    [
      { name: 'the data', path },
      { name: '--config', path: options.config },
      { name: '--model', path: options.model },
    ],
    reportFiles(options),
  );
  const { described, diagnosis, status } =
    options.model === undefined ? await fresh(path, options) : await saved(path, options.model, options);
  const { sections, ...page } = pageOf(diagnosis);
  const report = { ...page, sections: [{ kind: 'prose', text: [described] }, ...sections] } as const;
  showReport({ text: report, pictures: report, data: diagnosis }, options);
  process.exitCode = status || (options.check && diagnosis.verdict !== 'healthy' ? UNHEALTHY : 0);
}

interface Result {
  readonly diagnosis: Diagnosis;
  /** Description of the diagnosed network. */
  readonly described: string;
  /** Exit status, if a signal ended the training steps. */
  readonly status: number;
}

/** Diagnoses a new network, before training or after some steps. */
async function fresh(path: string, options: DiagnoseOptions): Promise<Result> {
  const config = readConfig(options.config);
  const { after } = options;
  const kind = options.task ?? (learnsNumbers(config) ? 'asWritten' : 'auto');
  const task = await readTask(path, csvOptions(options, config), kind);
  const model = modelOf(task, config, options);
  const { x, y } = task;
  model.adapt(x, y);
  const look = () => diagnose(model, x, y, lookAt(options, task.featureNames));
  const start = look();
  const before = `${task.described}. ${networkInWords(model).join('; ')}; `;
  if (after === undefined) {
    return { diagnosis: start, described: `${before}before its first step.`, status: 0 };
  }
  const { trained, status } = await steps(model, { x, y }, after, settings(task, config, options));
  const diagnosis = look();
  const blame =
    start.verdict === 'healthy' && diagnosis.verdict !== 'healthy'
      ? ' Before its first step it was healthy, so the steps caused the fault: look at the learning rate first.'
      : '';
  return { diagnosis, described: `${before}${trained}.${blame}`, status };
}

async function saved(path: string, file: string, options: DiagnoseOptions): Promise<Result> {
  const { model, trained } = readModel(file);
  const reading = { ...trained.reading, ...givenReading(options) };
  const { x, y, rows } = await readQuestion(path, trained.columns, reading);
  const described = `${rows} rows. ${networkInWords(model).join('; ')}; after ${model.epoch} epochs.`;
  const names = trained.columns?.features.flatMap(valueNames);
  return { diagnosis: diagnose(model, x, y, lookAt(options, names)), described, status: 0 };
}

/** Options of `diagnose`; images have no feature names. */
function lookAt({ rows }: DiagnoseOptions, featureNames: readonly string[] | undefined) {
  return { ...(rows !== undefined && { rows }), ...(featureNames !== undefined && { featureNames }) };
}

type Settings = Partial<Pick<FitOptions, 'batchSize' | 'classWeight' | 'shuffle'>>;

/** Options of `fit` that affect single steps. */
function settings(task: Task, config: TaskConfig, options: DiagnoseOptions): Settings {
  const { batchSize, classWeight, shuffle } = fitOptions(task, config, options);
  return {
    ...(batchSize !== undefined && { batchSize }),
    ...(classWeight !== undefined && { classWeight }),
    ...(shuffle !== undefined && { shuffle }),
  };
}

/** Result of some training steps in words, with the exit status if a signal ended them. */
interface Trained {
  readonly trained: string;
  readonly status: number;
}

/** Trains for a number of steps, or until Ctrl-C or an overflow ends it. */
function steps(
  model: MLP<BackendName>,
  { x, y }: Pick<Task, 'x' | 'y'>,
  count: number,
  fit: Settings,
): Promise<Trained> {
  return interruptible(async (interrupt) => {
    const bar = workBar();
    let done = 0;
    let loss = Number.NaN;
    const inWords = () =>
      `after ${done} ${done === 1 ? 'step' : 'steps'}, the last one's loss ${formatNumber(loss)}`;
    try {
      await model.fit(x, y, {
        ...fit,
        // Every epoch has at least one step.
        epochs: count,
        signal: interrupt.signal,
        onBatchEnd: (batch) => {
          loss = batch.loss;
          bar.update('steps', ++done, count);
          return done === count ? 'stop' : undefined;
        },
      });
      return { trained: inWords(), status: 0 };
    } catch (error) {
      if (interrupt.caused(error)) return { trained: `interrupted ${inWords()}`, status: interrupt.status };
      // An overflow is exactly the fault that a diagnosis should explain.
      if (error instanceof NonFiniteError && done > 0) {
        return { trained: `${inWords()}; the next one failed: ${error.message}`, status: 0 };
      }
      throw error;
    } finally {
      bar.stop();
    }
  });
}
