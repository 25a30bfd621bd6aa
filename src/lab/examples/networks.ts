/** Networks as the slides write them. */
import { useJavascript } from '../../extras/index.js';
import { type Activation, type BackendName, MLP } from '../../index.js';

export type Matrix = readonly (readonly number[])[];

export interface SlideLayer {
  /** Weights, one row per input and one column per unit. */
  readonly kernel: Matrix;
  readonly bias: readonly number[];
  /** Activation; default 'identity'. */
  readonly activation?: Activation;
}

/** Creates a model with these weights, in float64 unless a backend is given. */
export function network(layers: readonly SlideLayer[]): MLP<'javascript64'>;
export function network<B extends BackendName>(layers: readonly SlideLayer[], backend: B): MLP<B>;
export function network(
  layers: readonly SlideLayer[],
  backend: BackendName = 'javascript64',
): MLP<BackendName> {
  useJavascript();
  const model = new MLP({
    inputSize: layers[0]!.kernel.length,
    layers: layers.map(({ bias, activation = 'identity' }) => ({ units: bias.length, activation })),
    backend,
  });
  // The slides put the bias into the first row of the matrix, next to an input that is always 1.
  const weights = model.getWeights().map(({ slopes }, l) => {
    const { bias, kernel } = layers[l]!;
    return { kernel: [bias, ...kernel].flat(), ...(slopes && { slopes }) };
  });
  model.setWeights(weights, { layout: 'slides' });
  return model;
}

export interface LayerPass {
  /** Preactivations, row by row. */
  readonly z: readonly number[];
  /** Activations, row by row. */
  readonly a: readonly number[];
}

/** Returns the preactivations and activations of every layer for the rows of x. Each layer is the output of a shortened network. */
export function forward(layers: readonly SlideLayer[], x: Matrix): LayerPass[] {
  const rows = x.map((row) => [...row]);
  return layers.map(({ kernel, bias }, l) => {
    const below = layers.slice(0, l);
    const z = network([...below, { kernel, bias }]).predict(rows);
    const a = network(layers.slice(0, l + 1)).predict(rows);
    return { z: [...z], a: [...a] };
  });
}

/** Builds a chain of units with one input each and no biases, under two logits with softmax. */
export function chain(
  weights: readonly number[],
  logits: readonly number[],
  activation: Activation,
): SlideLayer[] {
  return [
    ...weights.map((weight) => ({ kernel: [[weight]], bias: [0], activation })),
    { kernel: [logits], bias: [0, 0], activation: 'softmax' },
  ];
}
