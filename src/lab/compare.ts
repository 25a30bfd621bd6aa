/** Two starts of one network side by side: what theory says of each, and what random networks do. */
import {
  type ActivationName,
  explainModelAsync,
  type Initializer,
  type InitializerConfig,
  type InitializerName,
  initializerFromConfig,
  initializerNames,
  type ModelExplanation,
} from '../index.js';
import { type Propagation, propagateAsync } from '../theory/index.js';
import type { ExperimentCallbacks } from './experiments/experiment.js';

/** How kernels begin: a name, the config of an initializer, or one itself. */
export type Start = InitializerName | InitializerConfig | Initializer;

export interface CompareOptions {
  /** Hidden layers, ≥ 1; default 50. */
  readonly depth?: number;
  /** Inputs, and units of each hidden layer, ≥ 2; default 100. */
  readonly width?: number;
  /** Of the hidden layers; any but step and softmax; default 'relu'. */
  readonly activation?: Exclude<ActivationName, 'step' | 'softmax'>;
  /** Random networks of each start; default 200. */
  readonly networks?: number;
  /** Default 0. */
  readonly seed?: number | string;
}

export interface CompareCallbacks extends ExperimentCallbacks {
  /** One of the two is through. */
  onMeasured?(label: string, report: Propagation): void;
}

/** 'kept': the variance has changed by a factor of 1e4 at most, the deviation by 100, as `diagnose` lets gradients pass. */
export type Fate = 'kept' | 'lost' | 'exploded';

/** What became of a variance on its way through the layers. */
export interface Outcome {
  readonly fate: Fate;
  /** ln of the variance where it arrives over that where it began, median over the networks; NaN where nothing is left. */
  readonly lnRatio: number;
}

export interface StartOutcome {
  /** Preactivations of the last layer, over the input. */
  readonly forward: Outcome;
  /** dL/dz of the first layer, over that of the last. */
  readonly backward: Outcome;
}

/** Plain data; `toText`, `toSVG` and `toHTML` of evenkeel/report take it as it is. The first entry of each pair is of the first start. */
export interface StartComparison {
  readonly kind: 'comparison';
  readonly labels: readonly [string, string];
  readonly reports: readonly [Propagation, Propagation];
  /** Beforehand, at infinite width: of the hidden layers, gradients over that of the last one. */
  readonly explanations: readonly [ModelExplanation, ModelExplanation];
  readonly outcomes: readonly [StartOutcome, StartOutcome];
  /** In a sentence. */
  readonly verdict: string;
}

export const compareDefaults = {
  depth: 50,
  width: 100,
  activation: 'relu',
  networks: 200,
  seed: 0,
} as const satisfies Required<CompareOptions>;

/** ln of the factor by which a variance that is kept changes at most. */
const KEPT = Math.log(1e4);

/**
 * Sends one input each through random networks of two starts and a gradient of 1 back, as `propagate` does, from the same
 * seed: inputs are the same, and so are the draws where the distribution is.
 *
 * @throws TypeError or RangeError  that opens with the option, or the start's label if it draws equal values; the signal's reason
 */
export async function compareStarts(
  a: Start,
  b: Start,
  options: CompareOptions = {},
  { onProgress, onMeasured, signal }: CompareCallbacks = {},
): Promise<StartComparison> {
  const settings = { ...compareDefaults, ...options };
  const starts = [a, b].map((start) => ({ label: labelOf(start), kernelInitializer: start }));
  const reports: Propagation[] = [];
  for (const { label, kernelInitializer } of starts) {
    const before = reports.length;
    const report = await named(label, () =>
      propagateAsync({
        ...settings,
        kernelInitializer,
        onProgress: (done, networks) => onProgress?.(before * networks + done, 2 * networks),
        ...(signal && { signal }),
      }),
    );
    reports.push(report);
    onMeasured?.(label, report);
  }
  const explanations: ModelExplanation[] = [];
  for (const { kernelInitializer } of starts) {
    explanations.push(await explained(kernelInitializer, settings, signal));
  }
  const labels = starts.map(({ label }) => label);
  const outcomes = reports.map(outcomeOf);
  return {
    kind: 'comparison',
    labels: pair(labels),
    reports: pair(reports),
    explanations: pair(explanations),
    outcomes: pair(outcomes),
    verdict: verdictOf(labels, outcomes, settings.depth),
  };
}

/** 'heNormal', or 'randomNormal, stddev 0.2': of a config what it says, of an initializer what differs from the defaults. */
function labelOf(start: Start): string {
  if (typeof start === 'string') return start;
  const { name = 'custom', ...options } = typeof start === 'function' ? (start.config ?? {}) : start;
  const own = Object.entries(options).filter(
    ([key, value]) => !(typeof start === 'function' && isDefault(name, key, value)),
  );
  return [name, ...own.map(([key, value]) => `${key} ${JSON.stringify(value)}`)].join(', ');
}

function isDefault(name: string, key: string, value: unknown): boolean {
  if (!initializerNames.some((known) => known === name)) return true;
  const defaults: Readonly<Record<string, unknown>> = {
    ...initializerFromConfig({ name } as InitializerConfig).config,
  };
  return JSON.stringify(value) === JSON.stringify(defaults[key]);
}

/** What is wrong with a start opens with its label, since there are two. */
async function named<T>(label: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const opened = 'kernelInitializer';
    if (error instanceof Error && error.message.startsWith(opened)) {
      error.message = label + error.message.slice(opened.length);
    }
    throw error;
  }
}

function explained(
  kernelInitializer: Start,
  { depth, width, activation, seed }: Required<CompareOptions>,
  signal: ExperimentCallbacks['signal'],
): Promise<ModelExplanation> {
  const layer = { units: width, activation, kernelInitializer };
  const model = { inputSize: width, layers: Array.from({ length: depth }, () => layer), seed };
  return explainModelAsync(model, signal && { signal });
}

function outcomeOf({ layers, float32 }: Propagation): StartOutcome {
  const [first, last] = [layers[0]!, layers[layers.length - 1]!];
  const outcome = (lnRatio: number): Outcome => ({
    fate: fateOf(lnRatio, float32.overflow !== undefined),
    lnRatio,
  });
  // The input's variance is 1, its logarithm 0.
  return { forward: outcome(last.forward.q50), backward: outcome(first.backward.q50 - last.backward.q50) };
}

function fateOf(lnRatio: number, overflown: boolean): Fate {
  if (Number.isNaN(lnRatio)) return overflown ? 'exploded' : 'lost';
  return lnRatio > KEPT ? 'exploded' : lnRatio < -KEPT ? 'lost' : 'kept';
}

const did: Readonly<Record<Fate, (what: string) => string>> = {
  kept: (what) => `keeps ${what}`,
  lost: (what) => `loses ${what}`,
  exploded: (what) => `lets ${what} explode`,
};

function verdictOf(labels: readonly string[], outcomes: readonly StartOutcome[], depth: number): string {
  const clauses = outcomes.map(({ forward, backward }, i) => {
    const together =
      forward.fate === backward.fate
        ? did[forward.fate]('signal and gradient')
        : `${did[forward.fate]('the signal')} and ${did[backward.fate]('the gradient')}`;
    const first = i === 0;
    const there = `${ratio(forward, first)}${first ? ` the input's variance at layer ${depth}` : ''}`;
    const back = `${ratio(backward, first)}${first ? ` layer ${depth}'s gradient variance at layer 1` : ''}`;
    return `${labels[i]} ${together}: ${first ? 'typically ' : ''}${there} and ${back}`;
  });
  return `${clauses.join('; ')}.`;
}

/** '0.55 of', '1.1e14 times', or the number alone. */
function ratio({ lnRatio, fate }: Outcome, inWords: boolean): string {
  const gone = fate === 'lost' ? 'nothing' : '∞';
  const number = Number.isNaN(lnRatio) ? gone : power(lnRatio);
  if (!inWords) return number;
  return `${number} ${fate === 'lost' || lnRatio < 0 ? 'of' : 'times'}`;
}

/** The number of a natural logarithm in two digits, however large. */
function power(ln: number): string {
  const log10 = ln / Math.LN10;
  if (Math.abs(log10) < 3) return String(Number((10 ** log10).toPrecision(2)));
  const exponent = Math.floor(log10);
  const digits = Number((10 ** (log10 - exponent)).toPrecision(2));
  return digits < 10 ? `${digits}e${exponent}` : `1e${exponent + 1}`;
}

function pair<T>(both: readonly T[]): readonly [T, T] {
  return [both[0]!, both[1]!];
}
