/** Start of a network's hidden layers, as the theory of infinitely wide networks describes it. */
import { explainModel } from 'evenkeel';
import { modelOptions } from './model-options.js';
import type { Runner } from './runner.js';
import type { ActivationChoice, State } from './state.js';

/** Start of the hidden layers; the names are those of `evenkeel/theory`. */
export interface HiddenStart {
  readonly activation: ActivationChoice;
  /** Kernel variance times inputs, σ_w². */
  readonly scale: number;
  /** Kernel variance times inputs of the first layer. */
  readonly firstScale: number;
  /** Variance of the biases, σ_b². */
  readonly biasVariance: number;
}

const kept = new WeakMap<Runner, HiddenStart | undefined>();

/**
 * Returns the start of a network's hidden layers. It is undefined if theory does not describe it, as with a batch norm or with
 * weights that are not random.
 */
export function hiddenStart(state: State, runner: Runner): HiddenStart | undefined {
  if (!kept.has(runner)) kept.set(runner, find(state, runner));
  return kept.get(runner);
}

function find(state: State, { options, data }: Runner): HiddenStart | undefined {
  const { activation, batchNorm, biasStd, init, depth } = options;
  if (batchNorm !== 'none' || init === 'zeros' || init === 'constant') return undefined;
  const { layers } = explainModel(modelOptions(state, options, data));
  const [firstScale, second] = layers.map(({ kernelStd, fanIn }) => kernelStd * kernelStd * fanIn);
  const scale = depth > 1 ? second! : firstScale!;
  return scale > 0
    ? { activation, scale, firstScale: firstScale!, biasVariance: biasStd * biasStd }
    : undefined;
}
