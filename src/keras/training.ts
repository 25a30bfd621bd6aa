/** Loss and optimizer with which a Keras or TF.js model was compiled, where a model here has their equal. */
import { computed } from '../computed.js';
import { isArray, isObject, messageOf, show } from '../errors.js';
import type { Chain } from '../interchange/chain.js';
import { checkActivation } from '../network/activations.js';
import type { Optimizer } from '../optimizers/step.js';
import { type CompileOptions, checkCompile } from '../training/compile.js';
import type { Loss, LossName } from '../training/losses.js';
import { own, snake, textIn } from './fields.js';
import type { Reading } from './layers.js';

/** Training that a file describes. */
export interface TrainingInfo {
  /** Name of the loss in the file, in snake case. */
  readonly loss: string;
  /** Name of the optimizer in the file. */
  readonly optimizer: string;
  /** True if the model is compiled with their equals. */
  readonly isCompiled: boolean;
}

/** Training that a file describes, the options of `compile` that are equal to it, and the reasons if there are none. */
export interface Training {
  readonly info: TrainingInfo | undefined;
  readonly compile: CompileOptions | undefined;
  readonly notes: readonly string[];
}

/** Part of a training, or the reason why a model has no equal. */
type Found<Part> = { readonly part: Part } | { readonly reason: string };

/**
 * Reads a training.
 *
 * @param config  { loss, optimizer_config } of a training_config or { loss, optimizer } of a compile_config; anything else is none
 */
export function trainingOf(config: unknown, chain: Chain, { apart, penalties, isTfjs }: Reading): Training {
  const given = own(config, 'optimizer_config') ?? own(config, 'optimizer');
  const [named, options] = namedLoss(own(config, 'loss'));
  const optimizerName = typeof given === 'string' ? given : textIn(given, 'class_name');
  if (named === undefined || optimizerName === undefined) {
    return { info: undefined, compile: undefined, notes: apart };
  }
  const loss = lossOf(named, options);
  const optimizer = optimizerOf(optimizerName, own(given, 'config'), isTfjs);
  const penalty = penalties[0] ?? { l1: 0, l2: 0 };
  const notes = [
    ...apart,
    ...[loss, optimizer].flatMap((found) => ('reason' in found ? [found.reason] : [])),
  ];
  if (penalties.some(({ l1, l2 }) => l1 !== penalty.l1 || l2 !== penalty.l2)) {
    notes.push('training: a model has the same penalty on all kernels, and those of the layers differ');
  }
  if (chain.targetScaling !== undefined) {
    notes.push(
      'training: the loss is in the unit of the targets there, and in that of the scaled targets here',
    );
  }
  const compile =
    notes.length === 0 && 'part' in loss && 'part' in optimizer
      ? { loss: loss.part, optimizer: withPenalty(optimizer.part, penalty) }
      : undefined;
  const fault = compile && faultOf(compile, chain);
  if (fault !== undefined) notes.push(`training: ${fault}`);
  return {
    info: { loss: named, optimizer: optimizerName, isCompiled: compile !== undefined && fault === undefined },
    compile: fault === undefined ? compile : undefined,
    notes,
  };
}

function withPenalty(optimizer: Optimizer, { l1, l2 }: { l1: number; l2: number }): Optimizer {
  return l1 === 0 && l2 === 0 ? optimizer : { ...optimizer, l1, l2 };
}

/** Returns the message of the error that `compile` would throw; undefined if there is none. */
function faultOf(options: CompileOptions, { layers }: Chain): string | undefined {
  const specs = layers.map(({ units, activation = 'identity' }) => ({
    units,
    activation: checkActivation('activation', activation),
  }));
  try {
    checkCompile(options, specs, 'none');
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Returns the name of a loss in snake case and its options. One loss may stand in a list, or under the name of the output. */
function namedLoss(value: unknown): [name: string | undefined, options: unknown] {
  if (typeof value === 'string') return [snake(value), undefined];
  if (isArray(value))
    return value.length === 1 && !isArray(value[0]) ? namedLoss(value[0]) : [undefined, undefined];
  const className = textIn(value, 'class_name');
  if (className !== undefined) {
    const name = textIn(value, 'config') ?? className;
    return [snake(name), own(value, 'config')];
  }
  const all = isObject(value) ? Object.values(value) : [];
  return all.length === 1 && (typeof all[0] === 'string' || textIn(all[0], 'class_name') !== undefined)
    ? namedLoss(all[0])
    : [undefined, undefined];
}

interface LossRow {
  readonly name: LossName;
  /** True if the loss has `label_smoothing`. */
  readonly isSmoothed?: true;
  /** True if the loss has `delta`. */
  readonly hasDelta?: true;
}

const losses: Readonly<Record<string, LossRow>> = {
  mean_squared_error: { name: 'meanSquaredError' },
  mse: { name: 'meanSquaredError' },
  mean_absolute_error: { name: 'meanAbsoluteError' },
  mae: { name: 'meanAbsoluteError' },
  huber: { name: 'huber', hasDelta: true },
  huber_loss: { name: 'huber', hasDelta: true },
  categorical_crossentropy: { name: 'crossEntropy', isSmoothed: true },
  sparse_categorical_crossentropy: { name: 'crossEntropy', isSmoothed: true },
  binary_crossentropy: { name: 'binaryCrossEntropy' },
};
const means = ['sum_over_batch_size', 'auto'];

function lossOf(name: string, options: unknown): Found<Loss> {
  const reason = (what: string) => ({ reason: `training: a model has no loss ${show(name)}${what}` });
  const reduction = own(options, 'reduction') ?? means[0];
  if (!means.includes(reduction as string)) return reason(` with reduction ${show(reduction)}`);
  if ((own(options, 'from_logits') ?? false) !== false) {
    return reason(' of logits; it needs softmax or sigmoid as the last activation');
  }
  if (!Object.hasOwn(losses, name)) return reason('');
  const row = losses[name]!;
  const labelSmoothing = own(options, 'label_smoothing') ?? 0;
  if (labelSmoothing !== 0 && !row.isSmoothed) return reason(' with label_smoothing');
  const delta = own(options, 'delta') ?? 1;
  const part = { name: row.name, ...(row.isSmoothed && { labelSmoothing }), ...(row.hasDelta && { delta }) };
  return { part: part as Loss };
}

interface OptimizerRow {
  readonly name: Optimizer['name'];
  /** Options here, by their names in snake case there. */
  readonly options: Readonly<Record<string, string>>;
  /** Options that a file may leave out, with the defaults of Keras. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/**
 * Optimizers that make the same steps here. RMSprop and Adagrad are not among them: Keras and TF.js add epsilon under the root, and
 * begin Adagrad's sum at 0.1.
 */
const optimizers = /* @__PURE__ */ computed((): Readonly<Record<string, OptimizerRow>> => {
  const rate = { learning_rate: 'learningRate' };
  const betas = { ...rate, beta_1: 'beta1', beta_2: 'beta2', beta1: 'beta1', beta2: 'beta2' };
  const adam = { ...betas, epsilon: 'epsilon', amsgrad: 'amsgrad' };
  const adamDefaults = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
  // Weight decay of Keras shrinks all parameters.
  const decoupled = { weight_decay: 'weightDecay' };
  const sgd: OptimizerRow = {
    name: 'sgd',
    options: { ...rate, momentum: 'momentum', nesterov: 'nesterov', use_nesterov: 'nesterov' },
    defaults: { learningRate: 0.01, momentum: 0 },
  };
  return {
    sgd,
    momentum: sgd,
    adam: { name: 'adam', options: adam, defaults: adamDefaults },
    adamw: {
      name: 'adamw',
      options: { ...adam, ...decoupled },
      defaults: { ...adamDefaults, weightDecay: 0.004, decay: 'all' },
    },
    adamax: { name: 'adamax', options: { ...betas, epsilon: 'epsilon' }, defaults: adamDefaults },
    nadam: {
      name: 'nadam',
      options: { ...betas, epsilon: 'epsilon' },
      defaults: { ...adamDefaults, momentumDecay: 1 },
    },
    adadelta: {
      name: 'adadelta',
      options: { ...rate, rho: 'rho', epsilon: 'epsilon' },
      defaults: { learningRate: 0.001, rho: 0.95, epsilon: 1e-7 },
    },
    lion: {
      name: 'lion',
      options: { ...betas, ...decoupled },
      defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.99, decay: 'all' },
    },
  };
});

/** Options that every optimizer has. */
const common = { clipvalue: 'clipValue', global_clipnorm: 'clipNorm' };
/** Options that change no step, or only together with others. */
const harmless = ['name', 'ema_momentum', 'ema_overwrite_frequency', 'is_legacy_optimizer', 'jit_compile'];

function optimizerOf(className: string, config: unknown, isTfjs: boolean): Found<Optimizer> {
  const reason = (what: string) => ({
    reason: `training: a model has no optimizer ${show(className)}${what}`,
  });
  const key = className.slice(className.lastIndexOf('>') + 1).toLowerCase();
  // Adadelta of TF.js divides by the mean square before the gradient is added.
  const isOther = isTfjs && key === 'adadelta';
  if (isOther || !Object.hasOwn(optimizers, key)) return reason(' with the same steps');
  const { name, options, defaults } = optimizers[key]!;
  const found: Record<string, unknown> = { name, ...defaults };
  for (const [given, value] of Object.entries(isObject(config) ? config : {})) {
    const known: Readonly<Record<string, string>> = { ...common, ...options };
    const there = snake(given);
    const isOff = value === null || value === undefined || value === false || value === 0;
    if (Object.hasOwn(known, there)) {
      if (value === null || value === undefined) continue;
      if (typeof value !== 'number' && typeof value !== 'boolean') return reason(` with this ${there}`);
      found[known[there]!] = value;
    } else if (!isOff && !harmless.includes(there)) return reason(` with ${there}`);
  }
  // Nesterov's momentum of 0 is no momentum.
  if (found.momentum === 0) delete found.nesterov;
  return { part: found as unknown as Optimizer };
}
