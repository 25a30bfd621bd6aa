import { knownKeys } from '../errors.js';
import { type CheckedMetric, checkMetrics, type Metric, metricFits } from '../metrics/table.js';
import { actsOnRows, isTrainable } from '../network/activations.js';
import type { LayerSpec } from '../network/dense.js';
import type { TargetScaling } from '../network/scaling.js';
import { checkOptimizer } from '../optimizers/index.js';
import type { Optimizer, OptimizerName } from '../optimizers/step.js';
import { type CheckedLoss, checkLoss, type Loss, lossRow } from './losses.js';

/** Options of `compile`: loss, optimizer and metrics. */
export interface CompileOptions {
  /** Loss: a name, or the result of `crossEntropy()` or `huber()`. */
  readonly loss: Loss;
  /** Optimizer: a name, which stands for its defaults, or the result of `sgd()`, `adam()` and the others. Default `sgd()`. */
  readonly optimizer?: Optimizer | OptimizerName;
  /** Metrics that `evaluate` and each epoch of `fit` compute, without sample weights. Default none. */
  readonly metrics?: readonly Metric[];
}

/** Names of the options of `compile`. */
export const compileKeys = [
  'loss',
  'optimizer',
  'metrics',
] as const satisfies readonly (keyof CompileOptions)[];

/** Part of a layer on which the options depend. */
type Output = Pick<LayerSpec, 'units' | 'activation'>;

/** Result of `compile`: loss, optimizer and metrics. */
export interface Compiled {
  readonly loss: CheckedLoss;
  readonly optimizer: Optimizer;
  readonly metrics: readonly CheckedMetric[];
}

/**
 * Checks the options of `compile`. @throws TypeError or RangeError if an option is wrong, or does not fit the layers or the
 * target scaling
 */
export function checkCompile(
  options: CompileOptions,
  layers: readonly Output[],
  targetScaling: TargetScaling,
): Compiled {
  knownKeys('options', options, compileKeys);
  const loss = checkLoss('loss', options.loss);
  const { optimizer: named = 'sgd', metrics: measured = [] } = options;
  const optimizer = checkOptimizer('optimizer', named);
  const output = layers[layers.length - 1]!;
  checkOutput(loss, output);
  checkTargetsScale(loss, targetScaling);
  checkTrainable(layers);
  const metrics = checkMetrics('metrics', measured);
  for (const [m, metric] of metrics.entries()) {
    const why = metricFits(metric, lossRow(loss).kind, output.units);
    if (why !== undefined) throw new RangeError(`metrics[${m}]: ${why}`);
  }
  return { loss, optimizer, metrics };
}

function checkOutput(loss: CheckedLoss, layer: Output): void {
  const { name } = loss;
  const { output, kind } = lossRow(loss);
  const { activation } = layer;
  if (output !== undefined && activation.name !== output) {
    throw new RangeError(`loss: '${name}' needs a '${output}' output layer, got '${activation.name}'`);
  }
  if (output === undefined && actsOnRows(activation)) {
    throw new RangeError(
      `loss: '${name}' does not go with a '${activation.name}' output layer; use 'crossEntropy'`,
    );
  }
  if (kind === 'classes' && layer.units === 1) {
    throw new RangeError(
      `loss: '${name}' needs one unit per class; an output layer of 1 unit always gives probability 1; use 'binaryCrossEntropy' with 'sigmoid'`,
    );
  }
}

/** Checks that a loss on classes or labels comes without target scaling, because classes have no scale. @throws RangeError */
function checkTargetsScale(loss: CheckedLoss, targetScaling: TargetScaling): void {
  if (targetScaling === 'none' || lossRow(loss).kind === 'values') return;
  const scaling = typeof targetScaling === 'string' ? `'${targetScaling}'` : 'as given';
  throw new RangeError(
    `loss: '${loss.name}' takes classes, but the model's targetScaling, ${scaling}, is for numeric targets; leave it out`,
  );
}

/** Checks that every activation passes gradients: a derivative of 0 would stop all learning before it. @throws RangeError */
function checkTrainable(layers: readonly Output[]): void {
  const l = layers.findIndex(({ activation }) => !isTrainable(activation));
  if (l >= 0) {
    throw new RangeError(
      `layers[${l}].activation: '${layers[l]!.activation.name}' cannot be trained, its derivative is 0; a model with it can only predict`,
    );
  }
}
