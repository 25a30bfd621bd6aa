/** Comparison of two starts of one network: the prediction of theory for each, and the simulation of random networks. */
import { knownKeys } from '../errors.js';
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
import { checkCallbacks } from './callbacks.js';
import type { ExperimentCallbacks } from './experiments/experiment.js';

/** Initializer of all kernels of a network: its name, its config or the function itself. */
export type Start = InitializerName | InitializerConfig | Initializer;

/** Options of `compareStarts`. */
export interface CompareOptions {
  /** Number of hidden layers, ≥ 1; default 50. */
  readonly depth?: number;
  /** Number of inputs, and of units in each hidden layer, ≥ 2; default 100. */
  readonly width?: number;
  /** Activation of the hidden layers, any but step and softmax; default 'relu'. */
  readonly activation?: Exclude<ActivationName, 'step' | 'softmax'>;
  /** Number of random networks per start; default 200. */
  readonly networks?: number;
  /** Seed of the inputs and draws; default 0. */
  readonly seed?: number | string;
}

/** Callbacks and abort signal of `compareStarts`. */
export interface CompareCallbacks extends ExperimentCallbacks {
  /** Called when one of the two starts is measured, with its label and report. */
  onMeasured?(label: string, report: Propagation): void;
}

/** Fate of a variance: 'kept' if it changes by a factor of 1e4 at most (its square root by 100), the limit that `diagnose` sets for gradients. */
export type Fate = 'kept' | 'lost' | 'exploded';

/** Change of a variance on its way through the layers. */
export interface Outcome {
  /** Verdict on the change. */
  readonly fate: Fate;
  /** Natural logarithm of the final variance over the initial one, median over the networks; NaN if nothing is left. */
  readonly lnRatio: number;
}

/** Outcomes of one start in both directions. */
export interface StartOutcome {
  /** Variance of the last layer's preactivations, relative to the input. */
  readonly forward: Outcome;
  /** Variance of dL/dz at the first layer, relative to the last. */
  readonly backward: Outcome;
}

/** Result of `compareStarts` as plain data, which `toText`, `toSVG` and `toHTML` of evenkeel/report accept. Each pair holds the first start, then the second. */
export interface StartComparison {
  /** Kind of the report object. */
  readonly kind: 'comparison';
  /** Short names of the starts, such as 'heNormal' or 'randomNormal, stddev 0.2'. */
  readonly labels: readonly [string, string];
  /** Simulations of random networks. */
  readonly reports: readonly [Propagation, Propagation];
  /** Predictions at infinite width for the hidden layers; gradients are relative to the last hidden layer's. */
  readonly explanations: readonly [ModelExplanation, ModelExplanation];
  /** Changes of the variances, from the simulations. */
  readonly outcomes: readonly [StartOutcome, StartOutcome];
  /** Summary of both outcomes in one sentence. */
  readonly verdict: string;
}

/** Defaults of `compareStarts`. */
export const compareDefaults: Required<CompareOptions> = {
  depth: 50,
  width: 100,
  activation: 'relu',
  networks: 200,
  seed: 0,
};

const functions = ['onProgress', 'onMeasured'] as const satisfies readonly (keyof CompareCallbacks)[];

/** Natural logarithm of the largest factor by which a kept variance changes. */
const KEPT = /* @__PURE__ */ Math.log(1e4);

/**
 * Compares two starts: sends one input through each of many random networks and a gradient of 1 back, as `propagate` does.
 *
 * Both starts use the same seed. They see the same inputs, and the same draws if their distribution is the same.
 *
 * @param a          first start
 * @param b          second start
 * @param options    size, activation and number of the networks, and the seed
 * @param callbacks  progress callbacks and an abort signal
 * @throws TypeError, RangeError  if an option or callback is invalid or a start draws equal values; the message opens with the option or
 *                                the start's label
 * @throws the signal's reason  if the signal aborts
 */
export async function compareStarts(
  a: Start,
  b: Start,
  options: CompareOptions = {},
  callbacks: CompareCallbacks = {},
): Promise<StartComparison> {
  knownKeys('options', options, Object.keys(compareDefaults));
  checkCallbacks('callbacks', callbacks, functions);
  const { onProgress, onMeasured, signal } = callbacks;
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

/** Returns 'heNormal' or 'randomNormal, stddev 0.2'. A config shows all its options, a function only those that differ from the defaults. */
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

/** Replaces the argument's name at the head of an error message by the start's label, because there are two starts. */
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
  // The input's variance is 1, so its logarithm is 0.
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

/** Formats a change as '0.55 of' or '1.1e14 times', or as the number alone. */
function ratio({ lnRatio, fate }: Outcome, inWords: boolean): string {
  const gone = fate === 'lost' ? 'nothing' : '∞';
  const number = Number.isNaN(lnRatio) ? gone : power(lnRatio);
  if (!inWords) return number;
  return `${number} ${fate === 'lost' || lnRatio < 0 ? 'of' : 'times'}`;
}

/** Formats e^ln in two digits, for any size of `ln`. */
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
