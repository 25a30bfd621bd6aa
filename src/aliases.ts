/** Aliases of names in other libraries, for suggestions. */
import { provideAliases } from './hints.js';
import { bare } from './names.js';

/**
 * Aliases from other libraries, in any spelling, by the name here. An alias may stand in several rows: the first row whose name
 * is allowed in that place counts. Spellings that differ only in case, `_` or `.` need no row: `batch_size` is `batchSize`.
 */
const aliases: Readonly<Record<string, string>> = {
  // Losses and metrics.
  crossEntropy:
    'ce cce scce categorical_crossentropy sparse_categorical_crossentropy cross_entropy_loss softmax_cross_entropy softmax_cross_entropy_with_logits nll nll_loss multinomial',
  binaryCrossEntropy:
    'bce bce_loss bce_with_logits bce_with_logits_loss binary_cross_entropy_with_logits sigmoid_cross_entropy log_loss logistic',
  meanSquaredError: 'mse mse_loss l2 l2_loss mean_square_error',
  squaredError: 'sse sum_squared_error sum_of_squares',
  rootMeanSquaredError: 'rmse root_mean_square_error mse mse_loss mean_squared_error',
  meanAbsoluteError: 'mae mae_loss l1 l1_loss absolute_difference mean_absolute_deviation',
  huber: 'huber_loss smooth_l1 smooth_l1_loss',
  accuracy: 'acc accuracy_score binary_accuracy categorical_accuracy sparse_categorical_accuracy',
  topKAccuracy:
    'top_k top_k_categorical_accuracy sparse_top_k_categorical_accuracy top_k_accuracy_score top5 top5_accuracy',
  rocAuc: 'auc auroc roc_auc_score roc',
  f1: 'f1_score f_score fbeta fbeta_score',
  precision: 'precision_score ppv',
  recall: 'recall_score sensitivity tpr',
  r2: 'r2_score r_squared coefficient_of_determination',
  // Activations.
  identity: 'linear none no_activation eye',
  silu: 'swish sil',
  hardSigmoid: 'hsigmoid',
  hardSwish: 'hswish hard_silu',
  sigmoid: 'logistic expit sigm log_sigmoid',
  leakyRelu: 'lrelu',
  prelu: 'parametric_relu',
  squaredRelu: 'relu2 relu_squared',
  relu: 'relu6 rectifier rectified_linear',
  elu: 'celu exponential_linear',
  tanh: 'hard_tanh hyperbolic_tangent',
  geluTanh: 'gelu_new gelu_approximate approximate_gelu tanh_gelu gelu_pytorch_tanh',
  softmax: 'log_softmax',
  step: 'heaviside binary_step threshold hard_limit',
  // Optimizers.
  sgd: 'gradient_descent stochastic_gradient_descent momentum nesterov',
  adam: 'amsgrad',
  nadam: 'nesterov_adam',
  rmsprop: 'rms',
  // Schedules.
  constantSchedule: 'constant constant_lr constant_learning_rate',
  stepDecay: 'step_lr multi_step_lr piecewise_constant piecewise_constant_decay',
  exponentialDecay: 'exponential_lr exponential',
  cosineDecay: 'cosine cosine_annealing cosine_annealing_lr cosine_schedule',
  oneCycle: 'one_cycle_lr',
  reduceOnPlateau: 'reduce_lr_on_plateau plateau',
  warmup: 'linear_lr linear_warmup warmup_schedule',
  // Initializers.
  glorotUniform: 'glorot xavier',
  heNormal: 'he kaiming msra',
  lecunNormal: 'lecun',
  randomNormal: 'normal gaussian randn random_normal_initializer',
  randomUniform: 'uniform rand random_uniform_initializer',
  truncatedNormal: 'trunc_normal truncated_normal_initializer truncated_gaussian',
  sparseNormal: 'sparse',
  orthogonal: 'delta_orthogonal haar qr',
  zeros: 'zero zeros_initializer',
  ones: 'one ones_initializer',
  constant: 'const constant_initializer fill',
  torchLinear: 'torch pytorch',
  // Options of models and layers.
  inputSize: 'input_shape input_dim input_units in_features inputs n_features n_features_in input_features',
  layers: 'hidden_layers hidden_layer_sizes layer_sizes hidden',
  inputScaling: 'normalize normalization input_normalization scaling standardize preprocessing',
  targetScaling: 'output_scaling label_scaling target_normalization',
  seed: 'random_state random_seed rng_seed rng',
  backend: 'device engine platform',
  threads: 'workers num_threads n_threads n_jobs num_workers',
  preset: 'initialization defaults',
  units:
    'size neurons nodes out_features output_size output_dim output_shape width hidden_units num_units dim features outputs',
  activation: 'act activation_function activation_fn nonlinearity',
  kernelInitializer:
    'kernel_init weight_init weights_init weight_initializer weights_initializer weight_initialization initializer init',
  biasInitializer: 'bias_init bias_initialization',
  useBias: 'bias has_bias with_bias',
  batchNorm: 'batch_normalization bn normalization use_batch_norm',
  dropout: 'dropout_rate drop_rate drop rate',
  // Options of activations, losses and metrics.
  negativeSlope: 'alpha slope leak a',
  initialSlope: 'init alpha alpha_initializer a',
  alpha: 'a negative_slope eta_min min_factor',
  shared: 'shared_axes num_parameters',
  labelSmoothing: 'smoothing label_smooth',
  delta: 'beta d threshold',
  k: 'top_k',
  average: 'averaging',
  // Options of optimizers and schedules.
  every: 'step_size decay_steps',
  learningRate: 'lr eta learn_rate step_size rate initial_learning_rate',
  initialLearningRate: 'lr learning_rate initial_lr base_lr',
  maxLearningRate: 'max_lr lr learning_rate initial_learning_rate peak_learning_rate',
  minLearningRate: 'min_lr eta_min',
  beta1: 'beta betas b1',
  beta2: 'b2',
  rho: 'alpha decay_rate beta',
  epsilon: 'eps',
  momentumDecay: 'schedule_decay',
  weightDecay: 'wd decay_weight',
  l1: 'l1_regularization',
  l2: 'l2_regularization kernel_regularizer weight_regularizer',
  clipNorm: 'global_clipnorm max_norm max_grad_norm clip_grad_norm gradient_clip_norm grad_clip',
  clipValue: 'clip_grad_value gradient_clip_value',
  nesterov: 'use_nesterov',
  factor: 'gamma decay_rate drop',
  decayRate: 'gamma factor decay',
  decaySteps: 't_max steps total_steps max_steps step_size',
  totalSteps: 'steps max_steps decay_steps total_iters',
  steps: 'warmup_steps total_iters num_warmup_steps',
  from: 'start start_rate warmup_from start_factor',
  next: 'after schedule then decay',
  minDelta: 'threshold tol',
  monitor: 'metric measure',
  // Options of compile and fit.
  loss: 'loss_function loss_fn criterion objective',
  optimizer: 'optimiser optim opt solver',
  metrics: 'metric measures',
  epochs: 'epoch n_epochs num_epochs nb_epoch max_epochs max_iter iterations',
  batchSize: 'batch bs mini_batch_size minibatch',
  validationSplit: 'val_split validation_fraction test_size test_split',
  validationData: 'val_data eval_set validation validation_set',
  callbacks: 'callback',
  earlyStopping: 'early_stop',
  sampleWeight: 'sample_weights weights weight',
  classWeight: 'class_weights',
  signal: 'abort_signal abort',
  onEpochEnd: 'on_epoch epoch_end',
  onBatchEnd: 'on_batch batch_end',
  initialEpoch: 'start_epoch',
  patience: 'n_iter_no_change wait',
  restoreBest: 'restore_best_weights',
  // Options of initializers and their values.
  stddev: 'std sigma sd standard_deviation scale',
  std: 'stddev sigma sd standard_deviation',
  mean: 'mu loc average',
  low: 'minval min minimum lower a',
  high: 'maxval max maximum upper b',
  gain: 'scale multiplier',
  scale: 'gain factor',
  value: 'val fill fill_value',
  nonlinearity: 'activation',
  distribution: 'dist',
  mode: 'fan',
  fanAvg: 'fan_average',
  normal: 'untruncated_normal gaussian',
  // Scalings, backends and layouts.
  zScore: 'standard standardize standard_scaler standardization mean_std',
  unit: 'min_max min_max_scaler normalize',
  wasm: 'webassembly simd',
  javascript64: 'float64 f64 double',
  javascript: 'js cpu',
  torch: 'pytorch',
  keras: 'tensorflow tf',
  flax: 'jax',
};

/** Names here for each alias without case and separators, in the order of the table. Built on first use. */
let meanings: Map<string, string[]> | undefined;

/** Makes suggestions know the aliases of other libraries, such as `lr` and `nn.Linear`. */
export function useAliases(): void {
  provideAliases(aliased);
}

function aliased(word: string, names: readonly string[]): string | undefined {
  meanings ??= meaningsOf(aliases);
  return meanings.get(word)?.find((name) => names.includes(name));
}

function meaningsOf(table: typeof aliases): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, words] of Object.entries(table)) {
    for (const word of words.split(' ')) {
      const key = bare(word);
      found.set(key, [...(found.get(key) ?? []), name]);
    }
  }
  return found;
}
