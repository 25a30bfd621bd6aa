/** Networks as the slides write them. */
import { type Activation, type BackendName, MLP } from '../../index.js';

export type Matrix = readonly (readonly number[])[];

export interface SlideLayer {
  /** A row an input, a column a unit. */
  readonly kernel: Matrix;
  readonly bias: readonly number[];
  /** Default 'identity'. */
  readonly activation?: Activation;
}

/** In float64, if it is not said what computes. */
export function network(layers: readonly SlideLayer[]): MLP<'javascript64'>;
export function network<B extends BackendName>(layers: readonly SlideLayer[], backend: B): MLP<B>;
export function network(
  layers: readonly SlideLayer[],
  backend: BackendName = 'javascript64',
): MLP<BackendName> {
  const model = new MLP({
    inputSize: layers[0]!.kernel.length,
    layers: layers.map(({ bias, activation = 'identity' }) => ({ units: bias.length, activation })),
    backend,
  });
  // The slides put the bias into the first row of the matrix, beside an input that is always 1.
  const weights = model.getWeights().map(({ slopes }, l) => {
    const { bias, kernel } = layers[l]!;
    return { kernel: [bias, ...kernel].flat(), ...(slopes && { slopes }) };
  });
  model.setWeights(weights, { layout: 'slides' });
  return model;
}

export interface LayerPass {
  /** Preactivations, a row after the other. */
  readonly z: readonly number[];
  /** Activations, likewise. */
  readonly a: readonly number[];
}

/** What every layer makes of the rows of x: the network cut off above it, without and with its activation. */
export function forward(layers: readonly SlideLayer[], x: Matrix): LayerPass[] {
  const rows = x.map((row) => [...row]);
  return layers.map(({ kernel, bias }, l) => {
    const below = layers.slice(0, l);
    const z = network([...below, { kernel, bias }]).predict(rows);
    const a = network(layers.slice(0, l + 1)).predict(rows);
    return { z: [...z], a: [...a] };
  });
}

/** Units one above the other, each of one input, without biases; above them two logits and softmax. */
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
