import type { Elements } from '../backend/names.js';
import { knownKeys, trueOrFalse } from '../errors.js';
import type { ParameterName } from '../network/dense.js';
import { measureBatch } from './batch.js';
import { lossRow, smoothing } from './losses.js';
import type { RowWeights } from './sample-weights.js';
import { withMean } from './sample-weights.js';
import { Totals } from './totals.js';
import type { Trainee } from './trainee.js';
import type { TrainingData } from './training-data.js';

/**
 * Derivatives of the mean loss with respect to one layer's parameters, shaped as in `LayerWeights`, and to its z and a, [rows,
 * units].
 */
export interface LayerGradients<Values> {
  /** Derivatives with respect to the kernel: [fanIn, units]. */
  readonly kernel: Values;
  /** Derivatives with respect to the bias: [units]; empty with `useBias: false`. */
  readonly bias: Values;
  /** Derivatives with respect to the scale of a batch norm: [units]; absent without one. */
  readonly gamma?: Values;
  /** Derivatives with respect to the shift of a batch norm: [units]; absent without one. */
  readonly beta?: Values;
  /** Derivatives with respect to the slopes of prelu: [units], or one value if the slope is shared. */
  readonly slopes?: Values;
  /** Derivatives with respect to the layer's preactivation z: [rows, units]. */
  readonly preactivation: Values;
  /** Derivatives with respect to the layer's activation a: [rows, units]. */
  readonly activation: Values;
}

/** Options of `gradients`. */
export interface GradientsOptions extends RowWeights {
  /** True to use the batch's own statistics and dropout, as in a training step; default false, as in prediction. */
  readonly training?: boolean;
}

/** Derivatives of the mean loss, as copies. */
export interface Gradients<Values> {
  /** Mean loss over the rows. */
  readonly loss: number;
  /** Derivatives of each layer, from the first hidden one to the output. */
  readonly layers: LayerGradients<Values>[];
  /** Derivatives with respect to x as it was given, before scaling: [rows, inputSize]. */
  readonly input: Values;
}

/** Checks the options of `gradients`; the weights are checked with the rows. @throws TypeError */
export function checkGradientsOptions(options: GradientsOptions): { training: boolean; weights: RowWeights } {
  knownKeys('options', options, ['training', 'sampleWeight', 'classWeight']);
  const { training = false, ...weights } = options;
  trueOrFalse('training', training);
  return { training, weights };
}

/** Runs all rows forward and backward as one batch and copies every gradient out. */
export function readGradients(trainee: Trainee, given: TrainingData, training: boolean): Gradients<Elements> {
  const data = { ...given, weights: withMean(given.weights) };
  const { network, scaler, compiled, state } = trainee;
  const { rows, columns } = data.x;
  const { takesLogits } = lossRow(compiled.loss);
  network.reserve(rows, rows);
  const pass = { rows, training, step: state.optimizer.step };
  const stretch = { order: undefined, start: 0, rows };
  const loss = measureBatch(trainee, data, stretch, pass, new Totals(trainee));
  network.backward(pass, takesLogits, true);
  scaler.applyToGradient(data.x, network.xGradient, network.x, rows);
  const layers = network.layers.map((layer) => {
    const parameters = layer.parameters.map(({ name, address, size }): [ParameterName, Elements] => [
      name,
      network.read(network.gradientOf(address), size),
    ]);
    return {
      bias: network.read(0, 0),
      ...(Object.fromEntries(parameters) as Record<'kernel', Elements>),
      preactivation: network.read(layer.preactivationGradient, rows * layer.units),
      activation:
        layer === network.last && takesLogits
          ? byActivation(trainee, data, rows)
          : network.read(layer.outputGradient, rows * layer.units),
    };
  });
  return { loss, layers, input: network.read(network.xGradient, rows * columns) };
}

/** Returns the gradient by the output probabilities. Training never computes it, because it overflows where p underflows. */
function byActivation({ network, compiled }: Trainee, { y, weights }: TrainingData, rows: number): Elements {
  const { units, activation } = network.last;
  const { derivative, termsPerRow } = lossRow(compiled.loss);
  // For plain class indices the loss reads labels. Otherwise it reads rows of targets, which are already smoothed and weighted.
  const asRows = y.values !== undefined || smoothing(compiled.loss) > 0;
  const targets = network.view(network.targets, rows * units);
  const gradient = network.read(activation, rows * units);
  const terms = rows * (weights?.mean ?? 1) * termsPerRow(units);
  for (let i = 0; i < gradient.length; i++) {
    const row = Math.floor(i / units);
    const target = asRows ? targets[i]! : Number(y.classes![row] === i % units);
    gradient[i] = derivative!(gradient[i]!, target, terms) * (weights?.rows[row] ?? 1);
  }
  return gradient;
}
