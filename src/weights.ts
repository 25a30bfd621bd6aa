import { LARGEST_F32, NonFiniteError, ShapeError, show } from './errors.js';
import type { Network } from './network.js';

/** One layer's parameters: kernel row-major [fanIn, units], bias [units]. */
export interface LayerWeights<Values> {
  readonly kernel: Values;
  readonly bias: Values;
}

/** Copies of every layer's parameters. */
export function readWeights(network: Network) {
  return network.layers.map(({ kernel, bias, fanIn, units }) => ({
    kernel: network.read(kernel, fanIn * units),
    bias: network.read(bias, units),
  }));
}

/** @throws TypeError, ShapeError or NonFiniteError that names the layer and the tensor. */
export function checkWeights(
  weights: unknown,
  network: Network,
): asserts weights is readonly LayerWeights<ArrayLike<number>>[] {
  if (!Array.isArray(weights)) {
    throw new TypeError(`weights: expected an array of { kernel, bias }, one a layer, got ${show(weights)}`);
  }
  const { layers } = network;
  if (weights.length !== layers.length) {
    throw new ShapeError(`weights: expected ${layers.length} layers, got ${weights.length}`, {
      argument: 'weights',
    });
  }
  for (const [l, { fanIn, units }] of layers.entries()) {
    const bound = network.backend.elementBytes === 4 ? LARGEST_F32 : Number.MAX_VALUE;
    checkTensor(`weights[${l}].kernel`, weights[l]?.kernel, fanIn * units, `[${fanIn}, ${units}]`, l, bound);
    checkTensor(`weights[${l}].bias`, weights[l]?.bias, units, `[${units}]`, l, bound);
  }
}

function checkTensor(
  argument: string,
  values: unknown,
  n: number,
  shape: string,
  layer: number,
  bound: number,
): void {
  if (!Array.isArray(values) && !(ArrayBuffer.isView(values) && 'length' in values)) {
    throw new TypeError(`${argument}: expected ${n} values, ${shape}, got ${show(values)}`);
  }
  const numbers = values as ArrayLike<unknown>;
  if (numbers.length !== n) {
    const message = `${argument}: expected ${n} values, ${shape}, got ${numbers.length}`;
    throw new ShapeError(message, { argument, layer });
  }
  for (let index = 0; index < n; index++) {
    const value = numbers[index];
    if (typeof value !== 'number')
      throw new TypeError(`${argument}[${index}]: expected a number, got ${show(value)}`);
    if (!(Math.abs(value) <= bound)) {
      throw new NonFiniteError(`${argument}: value ${index} is ${value}`, { argument, layer, index, value });
    }
  }
}
