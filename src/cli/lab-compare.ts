/** Command `evenkeel lab compare`: two starts, with theory and simulation side by side. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatDigits } from '../format.js';
import {
  type ActivationName,
  type InitializerConfig,
  initializerFromConfig,
  initializerNames,
  type ModelExplanation,
} from '../index.js';
import { parseJson } from '../json.js';
import {
  type CompareOptions,
  compareDefaults,
  compareStarts,
  type Start,
  type StartComparison,
} from '../lab/compare.js';
import { activationNames } from '../network/activations.js';
import type { Page, Section } from '../report/index.js';
import { formatLog10, toAxis } from '../report/numbers.js';
import { pageOf } from '../report/page.js';
import { wrap } from '../report/width.js';
import type { LogStatistics, PropagatedLayer, Propagation } from '../theory/index.js';
import { visible } from '../visible.js';
import { parseCount, parseLabel, parseName } from './arguments.js';
import { checkFiles, STANDARD_OUTPUT } from './files.js';
import { note, print, reporting } from './output.js';
import { type ReportOptions, reportFiles, showReport, withReportOptions } from './report-files.js';
import { interruptible } from './signals.js';
import { workBar } from './work-bar.js';

type Options = Required<CompareOptions> & ReportOptions & { readonly allLayers?: boolean };

const { depth, width, activation, networks, seed } = compareDefaults;
type Activation = typeof activation | Exclude<ActivationName, 'step' | 'softmax'>;
const activations = activationNames.filter(
  (name): name is Activation => name !== 'step' && name !== 'softmax',
);

const examples = `
Examples:
  evenkeel lab compare heNormal glorotUniform
  evenkeel lab compare xavierTanh lecunNormal --activation tanh --depth 30
  evenkeel lab compare heNormal '{"name": "randomNormal", "stddev": 0.05}'
  evenkeel lab compare heNormal tfjsHeNormal --html starts.html

A start is the name of an initializer, or its config as JSON. Each network has
one input of its own, normal with variance 1, and a gradient of 1 at its output.
${wrap(`Names: ${initializerNames.join(', ')}`, 80).join('\n')}`;

export function addCompare(lab: Command): void {
  const command = lab
    .enablePositionalOptions()
    .command('compare')
    .description('Compares two starts of a deep network: the prediction of theory, and random networks.')
    .argument('<a>', 'first start, such as heNormal', parseStart)
    .argument('<b>', 'second start, such as glorotUniform', parseStart)
    .option('--depth <n>', 'hidden layers', parseCount, depth)
    .option('--width <n>', 'number of inputs, and of units in each layer', parseWidth, width)
    .addOption(
      new Option('--activation <name>', 'activation of the hidden layers')
        .argParser(parseName(activations))
        .default(activation),
    )
    .option('--networks <n>', 'number of random networks per start', parseCount, networks)
    .option('--seed <seed>', 'seed of both starts', parseLabel, seed)
    .option('--all-layers', 'show all layers in the text instead of a selection');
  withReportOptions(command)
    .addHelpText('after', examples)
    .action((a: Start, b: Start, options: Options) => reporting(() => compare(a, b, options)));
}

async function compare(a: Start, b: Start, { html, svg, json, ...given }: Options): Promise<void> {
  const files = { html, svg, json } as ReportOptions;
  checkFiles([], reportFiles(files));
  const { allLayers, ...options } = given;
  const { comparison, through, status } = await measured(a, b, options);
  process.exitCode = status;
  if (comparison !== undefined) {
    const text = pageOfComparison(comparison, allLayers ? () => true : shownLayers(options.depth));
    showReport({ text, pictures: pageOfComparison(comparison, () => true), data: comparison }, files);
    return;
  }
  // With --json to standard output, standard output holds only JSON.
  const say = json === STANDARD_OUTPUT ? note : print;
  if (through === undefined) {
    say('Interrupted before a start was complete.\n');
    return;
  }
  const { label, report } = through;
  say(`Interrupted. ${visible(label)} was complete:\n`);
  showReport({ text: report, pictures: report, data: report }, files);
}

interface Measured {
  /** Comparison of both starts; absent if a signal ended it. */
  readonly comparison?: StartComparison;
  /** First start, once it is measured. */
  readonly through?: { readonly label: string; readonly report: Propagation };
  readonly status: number;
}

function measured(a: Start, b: Start, options: Required<CompareOptions>): Promise<Measured> {
  return interruptible(async (interrupt) => {
    const bar = workBar();
    let through: Measured['through'];
    bar.update('networks', 0, 2 * options.networks);
    try {
      const comparison = await compareStarts(a, b, options, {
        onProgress: (done, total) => bar.update('networks', done, total),
        onMeasured: (label, report) => {
          through ??= { label, report };
        },
        signal: interrupt.signal,
      });
      return { comparison, status: 0 };
    } catch (error) {
      if (!interrupt.caused(error)) throw error;
      return { ...(through && { through }), status: interrupt.status };
    } finally {
      bar.stop();
    }
  });
}

/** Sections of the report, after the options and the verdict. */
function pageOfComparison(comparison: StartComparison, isShown: (layer: number) => boolean): Page {
  const { labels, verdict } = comparison;
  const reports = comparison.reports.map((report) => ({
    ...report,
    layers: report.layers.filter(({ layer }) => isShown(layer)),
  }));
  const { depth, width, networks, activationName, seed } = reports[0]!;
  const { title, sections } = pageOf({ labels, reports });
  return {
    kind: 'page',
    title,
    summary: [
      verdict,
      `${networks} networks each, of ${depth} layers of ${width} units, ${activationName}, seed ${seed}.`,
    ],
    sections: [endsTable(comparison), explanations(comparison), ...sections],
  };
}

/** Returns the variances at both ends, measured and predicted, and the layers at which f32 loses them. */
function endsTable({ labels, reports }: StartComparison): Section {
  const { depth } = reports[0];
  const ends = [
    { name: `variance, layer ${depth}`, layer: depth, side: 'forward', mean: 'forwardMean' },
    { name: `gradient's, layer ${depth}`, layer: depth, side: 'backward', mean: 'backwardMean' },
    { name: `gradient's, layer 1`, layer: 1, side: 'backward', mean: 'backwardMean' },
  ] as const;
  const rows = ends.flatMap(({ name, layer, side, mean }) => {
    const row = (what: string, cell: (layer: PropagatedLayer) => string) => [
      what,
      ...reports.map(({ layers }) => cell(layers[layer - 1]!)),
    ];
    return [
      row(name, (of) => withBand(of[side])),
      row('… in theory', ({ theory }) => withBand(normalBand(theory[mean], theory[`${side}Std`]))),
      row('… at infinite width', ({ theory }) => power(theory[side])),
    ];
  });
  const lost = limits.flatMap(({ name, of }) =>
    reports.some(({ float32 }) => float32[of] !== undefined)
      ? [
          [
            name,
            ...reports.map(({ float32 }) =>
              float32[of] === undefined ? 'never' : `at layer ${float32[of]}`,
            ),
          ],
        ]
      : [],
  );
  return {
    kind: 'table',
    columns: ['', ...labels],
    rows: [
      ['kernel variance', ...reports.map(({ kernelVariance }) => formatDigits(kernelVariance, 4))],
      ...rows,
      ...lost,
    ],
    note: 'Median (5 % … 95 %) over the networks, and the prediction of theory for this width.',
  };
}

/** Limits of f32 in the order in which a signal meets them. */
const limits = [
  { name: 'f32: variance overflows', of: 'varianceOverflow' },
  { name: 'f32: z overflows', of: 'overflow' },
  { name: 'f32: variance subnormal', of: 'varianceVanishes' },
  { name: 'f32: variance is 0', of: 'varianceZero' },
  { name: 'f32: z is 0', of: 'vanishes' },
] as const satisfies readonly { name: string; of: keyof Propagation['float32'] }[];

/** Distance of a normal distribution's 95 % quantile from the mean, in standard deviations. */
const Q95 = 1.6448536269514722;

type Band = Pick<LogStatistics, 'q05' | 'q50' | 'q95'>;

function normalBand(mean: number, std: number): Band {
  return { q05: mean - Q95 * std, q50: mean, q95: mean + Q95 * std };
}

function withBand({ q05, q50, q95 }: Band): string {
  return Number.isNaN(q50) ? 'nothing left' : `${power(q50)}  (${power(q05)} … ${power(q95)})`;
}

const power = (ln: number): string => formatLog10(toAxis(ln, 'ln'));

function explanations({ labels, explanations }: StartComparison): Section {
  return {
    kind: 'prose',
    title: 'Prediction of theory',
    text: explanations.flatMap((explanation, i) =>
      [...changes(explanation), ...explanation.notes].map((sentence) => `${labels[i]}: ${sentence}`),
    ),
    note: 'For infinite width.',
  };
}

/** States how the standard deviations change, if no note does. Notes report only deviations below 1e-3 or above 1e3. */
function changes({ layers, notes }: ModelExplanation): string[] {
  if (notes.length > 0) return [];
  const [first, last] = [layers[0]!, layers[layers.length - 1]!];
  const digits = (value: number) => formatDigits(value, 2);
  return [
    `the standard deviation of the preactivations goes from ${digits(first.preactivationStd)} in the first layer to ${digits(last.preactivationStd)} in the last, that of the gradients from ${digits(last.gradientStd)} in the last to ${digits(first.gradientStd)} in the first`,
  ];
}

const MOST_SHOWN = 10;

/** Selects the first layer, the last, and round numbers between them. */
function shownLayers(depth: number): (layer: number) => boolean {
  const step = steps().find((size) => depth / size <= MOST_SHOWN)!;
  return (layer) => layer === 1 || layer === depth || layer % step === 0;
}

/** Returns 1, 2, 5, 10, 20, 50 … */
function steps(): number[] {
  return Array.from({ length: 48 }, (_, i) => Number(`${[1, 2, 5][i % 3]}e${Math.floor(i / 3)}`));
}

function parseStart(text: string): Start {
  if (!text.trimStart().startsWith('{')) return parseName(initializerNames)(text);
  try {
    const config = parseJson(text) as InitializerConfig;
    initializerFromConfig(config);
    return config;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function parseWidth(text: string): number {
  const units = parseCount(text);
  if (units < 2) throw new InvalidArgumentError('Expected a whole number ≥ 2: one unit has no variance.');
  return units;
}
