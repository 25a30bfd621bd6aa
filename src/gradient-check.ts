import { useJavascript } from './backend/use-javascript.js';
import { checkModel } from './check-model.js';
import { knownKeys, NonFiniteError, StateError, trueOrFalse, wholeNumber } from './errors.js';
import { type AnyMLP, MLP } from './mlp.js';
import { kinksOf } from './network/activations.js';
import type { ParameterName, Pass, Tensor } from './network/dense.js';
import { type MLPOptions, undrawnLayers } from './network/model-options.js';
import { Rng } from './numbers/random.js';
import { measureBatch } from './training/batch.js';
import { checkData, checkScalings } from './training/check-data.js';
import { checkBatchRows } from './training/fit.js';
import { internalsOf } from './training/internals.js';
import { lossRow } from './training/losses.js';
import type { Inputs, Targets } from './training/samples.js';
import { Totals } from './training/totals.js';
import type { Trainee } from './training/trainee.js';
import type { TrainingData } from './training/training-data.js';

/** Options of `gradientCheck`. */
export interface GradientCheckOptions {
  /** Maximum number of parameters checked per tensor, ≥ 1, chosen by the model's seed; default 100. */
  readonly samples?: number;
  /** True to let batch norm use the batch's own statistics, as in training; default false. Dropout is off in both cases. */
  readonly training?: boolean;
}

/** Comparison of one tensor's gradients with differences of the loss. */
export interface TensorCheck {
  /** Name of the tensor, such as 'kernel'. */
  readonly name: ParameterName;
  /** Number of parameters compared. */
  readonly checked: number;
  /** Number of parameters left out because some unit crossed a kink between the two ends of the difference. */
  readonly masked: number;
  /**
   * Largest |gradient − difference| / max(|gradient|, |difference|, 1e-3 of the network's largest gradient, 1e-4 of the
   * loss); NaN where a gradient is.
   */
  readonly worst: number;
}

/** Comparison of one layer's gradients with differences of the loss. */
export interface LayerCheck {
  /** Largest relative error of the layer's tensors; NaN if a gradient is. */
  readonly worst: number;
  /** Number of parameters left out at kinks, over all tensors of the layer. */
  readonly masked: number;
  /** One entry per tensor. */
  readonly tensors: readonly TensorCheck[];
}

/** Result of `gradientCheck`. */
export interface GradientCheck {
  /** Kind of the report, which `toText` and the other functions of evenkeel/report recognize. */
  readonly kind: 'gradientCheck';
  /** Largest relative error of all layers, below 1e-6 if backpropagation is right; NaN if a gradient is. */
  readonly worst: number;
  /** Number of parameters left out at kinks, over all layers. */
  readonly masked: number;
  /** One entry per layer. */
  readonly layers: readonly LayerCheck[];
}

/**
 * Steps and weights of the fourth-order difference, (f(−2h) − 8 f(−h) + 8 f(h) − f(2h)) / 12h. A second-order difference is
 * off by 1e-6 where batch norm divides by a small deviation, whose cube is in the third derivative.
 */
const STENCIL = [
  [1, 8],
  [-1, -8],
  [2, -1],
  [-2, 1],
] as const;
const STEP = 1e-5;
/**
 * Smaller gradients are compared on this scale, a share of the largest gradient or of the loss, since their differences are
 * rounding. A loss is exact to some 1e-16 of its size, and its difference to 1e-16 / STEP, which must stay below 1e-6.
 */
const FLOOR = { ofLargest: 1e-3, ofLoss: 1e-4 };

/**
 * Checks backpropagation against central differences of the loss, in f64, at the model's own weights. A copy of the model on
 * the backend 'javascript64' is checked, so that the model stays unchanged.
 *
 * @param model    a compiled model
 * @param x        rows of inputs; a handful will do
 * @param y        targets, as the compiled loss takes them
 * @param options  {@link GradientCheckOptions}
 * @throws TypeError       if model is not an MLP, or an argument has the wrong type
 * @throws RangeError      if an option or a target is out of range
 * @throws ShapeError      if x or y does not fit the model
 * @throws StateError      if the model is not compiled
 * @throws NonFiniteError  if x, y or the loss is not finite
 */
export function gradientCheck(
  model: AnyMLP,
  x: Inputs,
  y: Targets,
  options: GradientCheckOptions = {},
): GradientCheck {
  checkModel(model);
  knownKeys('options', options, ['samples', 'training']);
  const { samples = 100, training = false } = options;
  wholeNumber('samples', samples, 1);
  trueOrFalse('training', training);
  const trainee = inDoubles(model);
  // The model's own network checks the data, so that a value that only f64 can hold is refused.
  const { network } = internalsOf(model);
  const data = checkData({ network, compiled: trainee.compiled }, { x, y });
  checkScalings(trainee, 'x', data.x);
  if (training) checkBatchRows(trainee.network, 'x', data.x.rows);
  return check(trainee, data, training, samples, new Rng(model.seed).split('gradientCheck'));
}

function inDoubles(model: AnyMLP): Trainee {
  const { compiled, scaler, targetScaler } = internalsOf(model);
  if (compiled === undefined)
    throw new StateError('gradientCheck: call model.compile({ loss, optimizer }) first');
  const layers = undrawnLayers(model.config.layers).map((layer) => ({ ...layer, dropout: 0 }));
  const options: MLPOptions<'javascript64'> = { ...model.config, layers, backend: 'javascript64' };
  useJavascript();
  const copy = new MLP(options);
  copy.compile(compiled);
  copy.setWeights(model.getWeights());
  const internals = internalsOf(copy);
  internals.scaler.takeOver(scaler);
  internals.targetScaler.takeOver(targetScaler);
  return { ...internals, compiled };
}

function check(
  trainee: Trainee,
  data: TrainingData,
  training: boolean,
  samples: number,
  rng: Rng,
): GradientCheck {
  const { network } = trainee;
  const { rows } = data.x;
  const pass = { rows, training, step: 0 };
  network.reserve(rows, rows);
  const loss = measure(trainee, data, pass);
  if (!Number.isFinite(loss)) throw new NonFiniteError(`loss: it is ${loss}`, { value: loss });
  network.backward(pass, lossRow(trainee.compiled.loss).takesLogits, false);
  // Gradients are copied first, since the differences run in the same memory.
  const gradients = network.layers.map((layer) =>
    layer.parameters.map((tensor) => ({
      ...tensor,
      gradient: network.read(network.gradientOf(tensor.address), tensor.size),
    })),
  );
  const { kernels } = network.backend;
  const sizes = gradients
    .flat()
    .map(({ address, size }) => kernels.largest_magnitude(network.gradientOf(address), size));
  // network.largestGradient would not do: with batch norm it includes the batch's variances.
  const floor = Math.max(FLOOR.ofLargest * Math.max(...sizes), FLOOR.ofLoss * Math.abs(loss));
  const layers = gradients.map((tensors, l) => {
    const checks = tensors.map((tensor) => {
      const order = rng.split(l).split(tensor.name).permutation(tensor.size);
      const chosen = order.subarray(0, Math.min(samples, tensor.size));
      return { name: tensor.name, ...checkTensor(trainee, data, pass, tensor, chosen, floor) };
    });
    return { ...summary(checks), tensors: checks };
  });
  return { kind: 'gradientCheck', ...summary(layers), layers };
}

function checkTensor(
  trainee: Trainee,
  data: TrainingData,
  pass: Pass,
  { address, gradient }: Tensor & { readonly gradient: ArrayLike<number> },
  chosen: Uint32Array,
  floor: number,
) {
  const { elements, elementBytes } = trainee.network.backend;
  let worst = 0;
  let masked = 0;
  for (const i of chosen) {
    const at = address / elementBytes + i;
    const here = elements[at]!;
    const step = STEP * Math.max(1, Math.abs(here));
    let sum = 0;
    const branches = STENCIL.map(([steps, weight]) => {
      elements[at] = here + steps * step;
      sum += weight * measure(trainee, data, pass);
      return branchesOf(trainee, pass.rows);
    });
    elements[at] = here;
    if (branches.some((others) => others.some((branch, b) => branch !== branches[0]![b]))) {
      masked++;
      continue;
    }
    const difference = sum / (12 * step);
    const size = Math.max(Math.abs(gradient[i]!), Math.abs(difference), floor);
    // The condition lets NaN through, so that `worst` becomes NaN.
    if (size !== 0) worst = Math.max(worst, Math.abs(gradient[i]! - difference) / size);
  }
  return { checked: chosen.length - masked, masked, worst };
}

function measure(trainee: Trainee, data: TrainingData, pass: Pass): number {
  const stretch = { order: undefined, start: 0, rows: pass.rows };
  return measureBatch(trainee, data, stretch, pass, new Totals(trainee));
}

/** Returns for every unit, and every term of the loss, the number of kinks below its value. */
function branchesOf({ network, compiled }: Trainee, rows: number): Uint8Array {
  const branches: number[] = [];
  for (const { spec, preactivation, units } of network.layers) {
    const kinks = kinksOf(spec.activation);
    if (kinks.length > 0) pushBranches(branches, network.view(preactivation, rows * units), kinks);
  }
  const kinks = lossRow(compiled.loss).kinks?.(compiled.loss);
  if (kinks !== undefined) {
    const n = rows * network.last.units;
    // These targets are scaled, as the loss takes them.
    const targets = network.view(network.targets, n);
    const distances = network.view(network.last.activation, n).map((output, i) => output - targets[i]!);
    pushBranches(branches, distances, kinks);
  }
  return Uint8Array.from(branches);
}

function pushBranches(branches: number[], values: ArrayLike<number>, kinks: readonly number[]): void {
  for (let i = 0; i < values.length; i++) {
    let below = 0;
    for (const kink of kinks) if (values[i]! > kink) below++;
    branches.push(below);
  }
}

function summary(parts: readonly { readonly worst: number; readonly masked: number }[]) {
  return {
    worst: Math.max(...parts.map(({ worst }) => worst)),
    masked: parts.reduce((sum, { masked }) => sum + masked, 0),
  };
}
