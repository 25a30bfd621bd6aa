import type { Elements } from './backend/kernels.js';
import { type Compiled, loadInputs, measureBatch, Totals, type TrainingData, takesClasses } from './batch.js';
import { lossRow } from './losses.js';
import type { Network } from './network.js';
import type { InputScaler } from './scaling.js';

/** Derivatives of the mean loss by one layer's tensors: kernel [fanIn, units], bias [units], z and a [rows, units]. */
export interface LayerGradients<Values> {
  readonly kernel: Values;
  readonly bias: Values;
  readonly preactivation: Values;
  readonly activation: Values;
}

/** Copies of every derivative of the mean loss; `input` is by x as it was given, [rows, inputSize]. */
export interface Gradients<Values> {
  readonly loss: number;
  readonly layers: LayerGradients<Values>[];
  readonly input: Values;
}

/** Runs all rows forward and backward as one batch and copies every gradient out. */
export function readGradients(
  network: Network,
  scaler: InputScaler,
  compiled: Compiled,
  data: TrainingData,
): Gradients<Elements> {
  const { rows, columns } = data.x;
  network.reserve(rows, rows);
  loadInputs(network, scaler, data.x, undefined, 0, rows);
  const loss = measureBatch(network, compiled, data, undefined, 0, rows, new Totals());
  network.backward(rows, true);
  scaler.applyToGradient(data.x, network.xGradient, rows);
  const layers = network.layers.map((layer) => ({
    kernel: network.read(network.gradientOf(layer.kernel), layer.fanIn * layer.units),
    bias: network.read(network.gradientOf(layer.bias), layer.units),
    preactivation: network.read(layer.preactivationGradient, rows * layer.units),
    activation:
      layer === network.last && lossRow(compiled.loss).takesLogits
        ? derivativeByOutput(network, compiled, data, rows)
        : network.read(layer.outputGradient, rows * layer.units),
  }));
  return { loss, layers, input: network.read(network.xGradient, rows * columns) };
}

/** From the outputs and the targets as the loss saw them, for a loss whose kernel works on the logits. */
function derivativeByOutput(
  network: Network,
  compiled: Compiled,
  { y }: TrainingData,
  rows: number,
): Elements {
  const { units, output } = network.last;
  const { derivative, termsPerRow } = lossRow(compiled.loss);
  const terms = rows * termsPerRow(units);
  const byClass = takesClasses(compiled, y);
  const targets = network.view(network.targets, rows * units);
  const gradient = network.read(output, rows * units);
  for (let i = 0; i < gradient.length; i++) {
    const target = byClass ? Number(y.classes![Math.floor(i / units)] === i % units) : targets[i]!;
    gradient[i] = derivative!(gradient[i]!, target, terms);
  }
  return gradient;
}
