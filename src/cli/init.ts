/** Command `evenkeel init`: each kernel of a network, as the formula predicts it and as it is drawn. */
import Table from 'cli-table3';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatCount, formatNumber, NONE } from '../format.js';
import {
  explainInitializer,
  type InitializerExplanation,
  type InitializerName,
  initializerNames,
  type Label,
  Rng,
} from '../index.js';
import { layerStreams } from '../network/layers.js';
import { visible } from '../visible.js';
import { parseCount, parseLabel, parseName } from './arguments.js';
import { histogram } from './histogram.js';
import { layout } from './layout.js';
import { print } from './output.js';

interface InitOptions {
  initializer: InitializerName;
  seed: Label;
  histogram: boolean;
}

const examples = `
Examples:
  evenkeel init 50,80,100 --initializer glorotNormal
  evenkeel init 784,256,10 --initializer heNormal --seed 7 --no-histogram`;

export function addInit(program: Command): void {
  const command = program
    .command('init')
    .description('Draws the kernels of a network and shows formula and draw side by side.')
    .argument('<sizes>', 'size of the input and of each layer: 50,80,100', parseSizes)
    .addOption(
      new Option('--initializer <name>', `one of ${initializerNames.join(', ')}`)
        .argParser(parseName(initializerNames))
        .default('glorotUniform' satisfies InitializerName),
    )
    .option('--seed <seed>', 'seed of the network: a whole number or any other string', parseLabel, 0)
    .option('--histogram', 'show histograms of the drawn values', true)
    .option('--no-histogram', 'show only the table')
    .addHelpText('after', examples);
  command.action((sizes: readonly number[], options: InitOptions) => {
    print(report(explainKernels(command, sizes, options), options));
  });
}

/** Draws from the streams of the layers, so that an MLP of this seed begins with the same kernels. */
function explainKernels(command: Command, sizes: readonly number[], { initializer, seed }: InitOptions) {
  return layerStreams(new Rng(seed), sizes).map(({ fanIn, units, kernel }) => {
    try {
      return explainInitializer(initializer, [fanIn, units], { rng: kernel });
    } catch (error) {
      // The library refuses a kernel that does not fit in memory. Any other error is a bug and shows its stack.
      if (!(error instanceof RangeError)) throw error;
      return command.error(`error: a kernel of [${fanIn}, ${units}] cannot be drawn. ${error.message}`);
    }
  });
}

function report(kernels: readonly InitializerExplanation[], options: InitOptions): string {
  return [
    `${options.initializer}, seed ${visible(String(options.seed))}`,
    kernelTable(kernels),
    '±a: no value is further from 0 than a.',
    ...definitions(kernels),
    ...(options.histogram ? kernels.flatMap(titledHistogram) : []),
    '',
  ].join('\n');
}

function kernelTable(kernels: readonly InitializerExplanation[]): string {
  const table = new Table({
    ...layout,
    head: ['kernel', 'formula\nσ', 'drawn\nσ', 'formula\n±a', 'drawn\nmin', 'drawn\nmax'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const { shape, expected, drawn } of kernels) {
    const limit = expected?.limit ?? Number.NaN;
    table.push([
      nameOf(shape),
      formatNumber(Math.sqrt(expected?.variance ?? Number.NaN)),
      formatNumber(Math.sqrt(drawn.variance)),
      Number.isFinite(limit) ? `±${formatNumber(limit)}` : NONE,
      formatNumber(drawn.min),
      formatNumber(drawn.max),
    ]);
  }
  return table.toString();
}

/** Returns distribution, formula and source of the kernels, each text once. */
function definitions(kernels: readonly InitializerExplanation[]): string[] {
  const texts = kernels.flatMap(({ expected }) => {
    if (!expected) return [];
    const { distribution, formula, source } = expected;
    return [`distribution: ${distribution}\nformula: ${formula}\nsource: ${source}`];
  });
  return [...new Set(texts)];
}

function titledHistogram({ shape, values, drawn }: InitializerExplanation): string[] {
  return ['', `${nameOf(shape)}: ${formatCount(drawn.n)} values`, ...histogram(values, drawn)];
}

function nameOf(shape: InitializerExplanation['shape']): string {
  return `[${shape.join(', ')}]`;
}

function parseSizes(text: string): number[] {
  const sizes = text.split(',').map((part) => parseCount(part.trim()));
  if (sizes.length < 2) throw new InvalidArgumentError('Expected at least two sizes, such as 50,80.');
  return sizes;
}
