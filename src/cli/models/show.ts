/** Command `evenkeel show model.onnx`: layers, scalings and kernels of a model file, and with a table its health. */
import type { Command } from 'commander';
import { pageOf } from '../../report/page.js';
import type { Section } from '../../report/sections.js';
import { parseCount, parseName } from '../arguments.js';
import { checkFiles } from '../files.js';
import { reporting } from '../output.js';
import { type ReportOptions, reportFiles, showReport, withReportOptions } from '../report-files.js';
import { wordsFor } from '../task/origins.js';
import { type ReadingOptions, withReadingOptions } from '../task/reading-options.js';
import { factsOf, type ModelFacts } from './facts.js';
import { diagnosisOn } from './health.js';
import { openModel } from './open.js';
import type { TorchChoices } from './torch.js';
import { torchChoices, withTorchOptions } from './torch-options.js';

interface ShowOptions extends ReportOptions, ReadingOptions, TorchChoices {
  readonly data?: string;
  readonly target?: string;
  readonly rows?: number;
}

const examples = `
Examples:
  evenkeel show model.safetensors
  evenkeel show pipeline.onnx --json -
  evenkeel show net.safetensors --activations relu,relu,softmax
  evenkeel show model.safetensors --data iris.csv
  evenkeel show pipeline.onnx --data iris.csv --target species
  evenkeel show activation gelu`;

/** Most scaled inputs, outputs or classes that the text lists. */
const MOST_LISTED = 12;

export function addShow(program: Command): Command {
  const command = program
    .command('show')
    .enablePositionalOptions()
    .description('Shows a model file of any tool, or an activation with its derivative.')
    .argument('<file>', "file with a model; or 'activation' and names of activations")
    .allowExcessArguments()
    .option('--data <table>', 'diagnoses the model on a table, or on a folder with the four files of MNIST')
    .option('--target <column>', 'for --data: the column with the right answers (default: as in training)')
    .option(
      '--rows <n>',
      'for --data: largest number of rows (default: 2048, fewer in wide networks)',
      parseCount,
    );
  withTorchOptions(command);
  withReadingOptions(command, { onMissing: 'as in training', onUnknown: 'as in training' });
  return withReportOptions(command)
    .addHelpText('after', examples)
    .action((file: string, options: ShowOptions, command: Command) => {
      // A model needs one argument, so that the first of several is a misspelt part.
      if (command.args.length > 1) misspelt(command, file);
      return reporting(() => run(file, options), wordsFor(options, [file, options.data]));
    });
}

function misspelt(command: Command, part: string): never {
  let hint = '';
  try {
    parseName(['activation'])(part);
  } catch (error) {
    hint = (error as Error).message;
  }
  return command.error(`error: expected one file, or a part and its names. ${hint}`);
}

async function run(file: string, options: ShowOptions): Promise<void> {
  const { data } = options;
  checkFiles(
    [
      { name: 'the model', path: file },
      { name: '--data', path: data },
    ],
    reportFiles(options),
  );
  const opened = openModel(file, torchChoices(options));
  const facts = factsOf(file, opened);
  const diagnosis = data === undefined ? undefined : await diagnosisOn(opened, data, options);
  const health = diagnosis === undefined ? [] : sectionsOf(pageOf(diagnosis));
  const page = {
    kind: 'page',
    title: facts.file,
    summary: summaryOf(facts),
    ...(diagnosis && { healthy: diagnosis.verdict === 'healthy' }),
    sections: [...sections(facts), ...health],
  } as const;
  showReport({ text: page, pictures: page, data: { ...facts, ...(diagnosis && { diagnosis }) } }, options);
}

/** Returns the summary and the sections of a page. */
function sectionsOf({ title, summary = [], sections }: ReturnType<typeof pageOf>): readonly Section[] {
  return [{ kind: 'prose', title, text: summary }, ...sections];
}

function summaryOf({ described, inputSize, layers, parameters, notes }: ModelFacts): string[] {
  const sizes = [inputSize, ...layers.map(({ units }) => units)].join('-');
  return [`${described}. ${sizes}, ${parameters} parameters.`, ...notes];
}

function sections(facts: ModelFacts): Section[] {
  const { layers, inputScaling, targetScaling, classNames, inputNames, outputNames, texts } = facts;
  const listing = (title: string, names: readonly string[] | undefined): Section[] =>
    names === undefined ? [] : [{ kind: 'prose', title, text: [namesInWords(names)] }];
  return [
    {
      kind: 'table',
      title: 'Layers',
      note: 'sd is the standard deviation of the kernel. The last two columns divide it by those of He, √(2 / fanIn), and Glorot, √(2 / (fanIn + fanOut)): 1 is the start that they recommend.',
      columns: ['layer', 'units', 'activation', 'parameters', 'sd', 'sd / He', 'sd / Glorot'],
      rows: layers.map(({ units, activation, parameters, kernel }, l) => [
        l + 1,
        units,
        activation,
        parameters,
        kernel.std,
        kernel.byHe,
        kernel.byGlorot,
      ]),
    },
    ...scaled('Scaling of the inputs', inputScaling, inputNames),
    ...scaled('Scaling of the targets', targetScaling, outputNames),
    ...listing('Classes', classNames),
    ...listing('Inputs', inputScaling.mean === undefined ? inputNames : undefined),
    ...listing('Outputs', targetScaling.mean === undefined ? outputNames : undefined),
    ...listing('Other texts of the file', texts.length > 0 ? texts : undefined),
  ];
}

function scaled(
  title: string,
  { kind, mean, std }: ModelFacts['inputScaling'],
  names: readonly string[] | undefined,
): Section[] {
  if (kind === 'none') return [];
  if (mean === undefined || std === undefined) return [{ kind: 'prose', title, text: [kind] }];
  const rest = mean.length - MOST_LISTED;
  return [
    {
      kind: 'table',
      title,
      note: rest > 0 ? `${kind}; ${rest} more are in --json` : kind,
      columns: ['value', 'mean', 'sd'],
      rows: mean.slice(0, MOST_LISTED).map((value, i) => [names?.[i] ?? String(i), value, std[i]!]),
    },
  ];
}

function namesInWords(names: readonly string[]): string {
  const rest = names.length - MOST_LISTED;
  return rest > 0 ? `${names.slice(0, MOST_LISTED).join(', ')} and ${rest} more` : names.join(', ');
}
