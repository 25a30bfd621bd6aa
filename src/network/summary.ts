/** Descriptions of a model: the table of `summary`, the line of `toString`, and what Node prints. */
import type { BackendName } from '../backend/names.js';
import { show } from '../errors.js';
import { formatCount, layerInWords } from '../format.js';
import type { InitializerConfig } from '../initializers/initializer.js';
import { visible } from '../visible.js';
import type { CheckedActivation } from './activations.js';
import { parameterNames, statisticNames, type TensorName, tensorSizes } from './dense.js';
import { defaultBias } from './layers.js';
import type { LayerConfig, MLPConfig } from './model-options.js';

/** Parts of a model that a description shows. */
interface Described {
  readonly config: MLPConfig<BackendName>;
  /** Arithmetic in use. */
  readonly arithmetic: string;
}

/** Largest number of layers that a line names. For a deeper model it names the first and the last ones. */
const MOST_IN_LINE = 6;

/**
 * Returns the table of a model: a row per layer, with equal neighbours in one row, and the totals. It ends without a line break.
 */
export function summaryOf({ config, arithmetic }: Described): string {
  const counts = countsOf(config);
  const groups = groupsOf(config, counts);
  const rows = [
    ['layer', 'output', 'parameters', 'initializer', 'activation'],
    ['input', formatCount(config.inputSize), '', '', scalingOf(config.inputScaling)],
    ...groups.map(({ first, last, layer, trained }) => [
      first === last ? layerInWords(first) : `layers ${first + 1} … ${last + 1}`,
      formatCount(layer.units),
      first === last ? formatCount(trained) : `${last - first + 1} × ${formatCount(trained)}`,
      initializersOf(layer),
      chainOf(layer),
    ]),
  ].map((row) => row.map(visible));
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  const numeric = [false, true, true, false, false];
  const lines = rows.map((row) =>
    row
      .map((cell, c) => (numeric[c] ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!)))
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  const [head, ...body] = lines;
  const title = `MLP: ${config.backend} backend, ${arithmetic} arithmetic, seed ${show(config.seed)}`;
  return [visible(title), rule, head!, rule, ...body, rule, ...totalsOf(config, counts)].join('\n');
}

/** Returns a model in one line: `MLP 784 → 256 relu → 10 softmax, 203 530 parameters`. */
export function lineOf({ config }: Described): string {
  const { inputSize, layers } = config;
  const names = layers.map(({ units, activation }) => `${units} ${activation.name}`);
  const shown =
    names.length <= MOST_IN_LINE
      ? names
      : [...names.slice(0, 2), `${names.length - 3} more layers`, names[names.length - 1]!];
  const total = countsOf(config).reduce((sum, { trained }) => sum + trained, 0);
  return visible(`MLP ${[inputSize, ...shown].join(' → ')}, ${formatCount(total)} parameters`);
}

/**
 * Makes Node print the objects of a class as their summary in `console.log(model)`, and as one line within other objects. The
 * symbol is Node's `util.inspect.custom`; other hosts ignore it.
 */
export function showInNode(prototype: object): void {
  const value = function (
    this: Described,
    depth: number | null,
    options?: { readonly depth?: number | null },
  ) {
    const within = depth !== null && depth !== (options?.depth ?? depth);
    return within ? `[${lineOf(this)}]` : summaryOf(this);
  };
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), { value });
}

interface Counts {
  /** Number of parameters that training changes. */
  readonly trained: number;
  /** Number of running statistics of batch norms. */
  readonly statistics: number;
}

function countsOf({ inputSize, layers }: MLPConfig<BackendName>): Counts[] {
  return layers.map((layer, l) => {
    const fanIn = layers[l - 1]?.units ?? inputSize;
    const sizes = tensorSizes(fanIn, { ...layer, batchNorm: layer.batchNorm || undefined });
    const total = (names: readonly TensorName[]) =>
      names.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
    return { trained: total(parameterNames), statistics: total(statisticNames) };
  });
}

interface Group {
  readonly first: number;
  last: number;
  readonly layer: LayerConfig;
  readonly trained: number;
}

/** Groups neighbouring layers whose rows would be equal, so that a thousand equal layers take one row. */
function groupsOf({ layers }: MLPConfig<BackendName>, counts: readonly Counts[]): Group[] {
  const groups: (Group & { readonly key: string })[] = [];
  for (const [l, layer] of layers.entries()) {
    const { trained } = counts[l]!;
    const key = JSON.stringify([trained, layer]);
    const previous = groups[groups.length - 1];
    if (previous?.key === key) previous.last = l;
    else groups.push({ first: l, last: l, layer, trained, key });
  }
  return groups;
}

function totalsOf({ backend }: MLPConfig<BackendName>, counts: readonly Counts[]): string[] {
  const trained = counts.reduce((sum, one) => sum + one.trained, 0);
  const statistics = counts.reduce((sum, one) => sum + one.statistics, 0);
  const bytes = (trained + statistics) * (backend === 'javascript64' ? 8 : 4);
  const kept = statistics > 0 ? ` and ${formatCount(statistics)} running statistics` : '';
  return [`${formatCount(trained)} parameters${kept}, ${sizeInWords(bytes)}`];
}

function sizeInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(1)} KB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function scalingOf(scaling: MLPConfig['inputScaling']): string {
  if (scaling === 'none') return '';
  if (typeof scaling === 'string') return `${scaling} scaling`;
  return 'kind' in scaling ? `${scaling.kind} scaling` : 'given scaling';
}

function initializersOf({ kernelInitializer, biasInitializer }: LayerConfig): string {
  const bias =
    biasInitializer === undefined || biasInitializer.name === defaultBias
      ? ''
      : `, bias ${named(biasInitializer)}`;
  return named(kernelInitializer) + bias;
}

/** Returns a name with its options, in the form in which its constructor takes them. */
function named({ name, ...options }: InitializerConfig | CheckedActivation): string {
  const given = Object.entries(options).map(([key, value]) => {
    const inner =
      typeof value === 'object' && value !== null ? named(value as InitializerConfig) : String(value);
    return `${key}: ${inner}`;
  });
  return given.length === 0 ? name : `${name}(${given.join(', ')})`;
}

/** Returns the operations after the kernel, in their order. */
function chainOf({ activation, batchNorm, dropout }: LayerConfig): string {
  const parts = [
    ...(batchNorm && batchNorm.position === 'before' ? ['batchNorm'] : []),
    named(activation),
    ...(batchNorm && batchNorm.position === 'after' ? ['batchNorm'] : []),
    ...(dropout > 0 ? [`dropout ${dropout}`] : []),
  ];
  return parts.join(', ');
}
