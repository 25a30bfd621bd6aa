import type { Backend, Kernels } from '../kernels.js';
import type { Elements } from '../names.js';
import * as activations from './activations.js';
import * as batchNorm from './batch-norm.js';
import * as bias from './bias.js';
import * as dropout from './dropout.js';
import * as gather from './gather.js';
import * as gemm from './gemm.js';
import * as linalg from './linalg.js';
import * as losses from './losses.js';
import { BASE, type Kernel, Memory } from './memory.js';
import * as optimizers from './optimizers.js';
import * as prelu from './prelu.js';
import * as propagation from './propagation.js';
import * as random from './random.js';
import * as randomWords from './random-words.js';
import * as scaling from './scaling.js';
import * as sparse from './sparse.js';
import * as statistics from './statistics.js';

/** Every kernel as a plain function that takes the memory it works in first. */
type KernelsInMemory = { readonly [Name in keyof Kernels]: Kernel<Name> };

/**
 * All kernels. All backends share the functions, so that a second model runs code that the engine has already compiled. They are
 * listed one by one: a bundler keeps all exports of a module in every page if an object is made of them.
 */
const kernels: KernelsInMemory = {
  identity_forward: activations.identity_forward,
  identity_backward: activations.identity_backward,
  relu_forward: activations.relu_forward,
  relu_backward: activations.relu_backward,
  leaky_relu_forward: activations.leaky_relu_forward,
  leaky_relu_backward: activations.leaky_relu_backward,
  elu_forward: activations.elu_forward,
  elu_backward: activations.elu_backward,
  selu_forward: activations.selu_forward,
  selu_backward: activations.selu_backward,
  sigmoid_forward: activations.sigmoid_forward,
  sigmoid_backward: activations.sigmoid_backward,
  tanh_forward: activations.tanh_forward,
  tanh_backward: activations.tanh_backward,
  softplus_forward: activations.softplus_forward,
  softplus_backward: activations.softplus_backward,
  softsign_forward: activations.softsign_forward,
  softsign_backward: activations.softsign_backward,
  silu_forward: activations.silu_forward,
  silu_backward: activations.silu_backward,
  mish_forward: activations.mish_forward,
  mish_backward: activations.mish_backward,
  gelu_forward: activations.gelu_forward,
  gelu_backward: activations.gelu_backward,
  gelu_tanh_forward: activations.gelu_tanh_forward,
  gelu_tanh_backward: activations.gelu_tanh_backward,
  hard_sigmoid_forward: activations.hard_sigmoid_forward,
  hard_sigmoid_backward: activations.hard_sigmoid_backward,
  hard_swish_forward: activations.hard_swish_forward,
  hard_swish_backward: activations.hard_swish_backward,
  squared_relu_forward: activations.squared_relu_forward,
  squared_relu_backward: activations.squared_relu_backward,
  step_forward: activations.step_forward,
  softmax_forward: activations.softmax_forward,
  column_moments: batchNorm.column_moments,
  inverse_deviation: batchNorm.inverse_deviation,
  batch_norm_forward: batchNorm.batch_norm_forward,
  batch_norm_gradients: batchNorm.batch_norm_gradients,
  batch_norm_backward: batchNorm.batch_norm_backward,
  blend: batchNorm.blend,
  bias_add: bias.bias_add,
  bias_gradient: bias.bias_gradient,
  offset_bias: bias.offset_bias,
  offset_gradient: bias.offset_gradient,
  dropout: dropout.dropout,
  gather_rows: gather.gather_rows,
  gather_bytes: gather.gather_bytes,
  gemm_scratch: gemm.gemm_scratch,
  gemm_nn: gemm.gemm_nn,
  gemm_nt: gemm.gemm_nt,
  gemm_tn: gemm.gemm_tn,
  gemm_tn_rows: gemm.gemm_tn_rows,
  orthonormal_rows_scratch: linalg.orthonormal_rows_scratch,
  orthonormal_rows: linalg.orthonormal_rows,
  softmax_cross_entropy: losses.softmax_cross_entropy,
  softmax_cross_entropy_rows: losses.softmax_cross_entropy_rows,
  sigmoid_cross_entropy: losses.sigmoid_cross_entropy,
  squared_error: losses.squared_error,
  absolute_error: losses.absolute_error,
  huber: losses.huber,
  sgd: optimizers.sgd,
  sgd_momentum: optimizers.sgd_momentum,
  sgd_nesterov: optimizers.sgd_nesterov,
  divide_by_rms: optimizers.divide_by_rms,
  divide_by_deviation: optimizers.divide_by_deviation,
  adam: optimizers.adam,
  amsgrad: optimizers.amsgrad,
  adadelta: optimizers.adadelta,
  adamax: optimizers.adamax,
  lion: optimizers.lion,
  clip: optimizers.clip,
  penalize: optimizers.penalize,
  prelu_forward: prelu.prelu_forward,
  prelu_backward: prelu.prelu_backward,
  row_forward: propagation.row_forward,
  row_backward: propagation.row_backward,
  random_bits: random.random_bits,
  random_uniform: random.random_uniform,
  random_normal: random.random_normal,
  random_truncated_normal: random.random_truncated_normal,
  random_bounded_normal: randomWords.random_bounded_normal,
  random_integers: randomWords.random_integers,
  random_choices: randomWords.random_choices,
  scale: scaling.scale,
  standardize: scaling.standardize,
  count_nonzeros: sparse.count_nonzeros,
  index_bytes: sparse.index_bytes,
  index_rows: sparse.index_rows,
  index_columns: sparse.index_columns,
  sparse_nn: sparse.sparse_nn,
  sparse_tn: sparse.sparse_tn,
  moments: statistics.moments,
  histogram: statistics.histogram,
  count_non_finite: statistics.count_non_finite,
  count_correct: statistics.count_correct,
  largest_magnitude: statistics.largest_magnitude,
  sum_of_squares: statistics.sum_of_squares,
  sum_of_magnitudes: statistics.sum_of_magnitudes,
};

/** Creates a backend in plain JavaScript. `javascript64` stores f64 and is the oracle of the tests. */
export function createJavascriptBackend(name: 'javascript' | 'javascript64'): Backend {
  const elementBytes = name === 'javascript64' ? 8 : 4;
  const memory = new Memory(elementBytes);
  return {
    name,
    arithmetic: 'portable',
    elementBytes,
    kernels: bind(memory),
    threads: { count: 1, ready: 1, active: false, close() {} },
    base: BASE,
    get elements(): Elements {
      return memory.elements;
    },
    get words(): Uint32Array {
      return memory.words;
    },
    get doubles(): Float64Array {
      return memory.doubles;
    },
    get bytes(): Uint8Array {
      return memory.bytes;
    },
    reserve(bytes: number): void {
      memory.reserve(bytes);
    },
  };
}

/** Binds every kernel to a memory. Bound functions rather than methods: a kernel may be looked up by name and called alone. */
function bind(memory: Memory): Kernels {
  const bound = Object.entries(kernels).map(([name, kernel]) => [
    name,
    (kernel as (memory: Memory, ...given: number[]) => unknown).bind(undefined, memory),
  ]);
  return Object.fromEntries(bound);
}
