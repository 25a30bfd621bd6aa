import type { Address } from '../backend/kernels.js';
import { checkModel } from '../check-model.js';
import { knownKeys, NonFiniteError, trueOrFalse } from '../errors.js';
import type { AnyMLP } from '../mlp.js';
import type { TensorName } from '../network/dense.js';
import type { Network } from '../network/network.js';
import { type Internals, internalsOf } from '../training/internals.js';
import type { Inputs, Targets } from '../training/samples.js';
import { checkedData, run } from './diagnose.js';

/** Position of a value that is NaN or infinite, as returned by `findNonFinite`. */
export interface NonFinite {
  /** Index of the layer; absent for inputs, targets and the loss. */
  readonly layer?: number;
  /** Name of the tensor. `gradient` is dL/dz; a parameter's name followed by `Gradient` is that parameter's gradient. */
  readonly tensor:
    | 'input'
    | 'target'
    | 'loss'
    | 'preactivation'
    | 'activation'
    | 'output'
    | 'gradient'
    | TensorName
    | `${TensorName}Gradient`;
  /** Index of the unit, or the column of an input or target. */
  readonly unit?: number;
  /** Row of a kernel: the unit of the layer below, or the feature, at which the weight begins. */
  readonly input?: number;
  /** Row of x; absent for parameters. */
  readonly sample?: number;
  /** Value found: NaN, Infinity or −Infinity. */
  readonly value: number;
}

/** Options of `findNonFinite`. */
export interface FindNonFiniteOptions {
  /** True to use the batch's own statistics and dropout, as in a training step; default false, as in prediction. */
  readonly training?: boolean;
}

/**
 * Finds the first value that is NaN or infinite. The search order is data, parameters, forward pass layer by layer, loss,
 * backward pass. Rows of x are run in chunks of about a thousand, and the gradients are those of each chunk's mean loss.
 *
 * @param model    the model, which stays unchanged
 * @param x        rows of inputs
 * @param y        targets; without them, loss and gradients are not checked
 * @param options  `training`, default false
 * @returns  the position and the value; undefined if all values are finite
 * @throws StateError  if there are targets but no compiled loss, or a scaling has not been fitted
 * @throws TypeError   if model is not an MLP, or an argument has the wrong type
 * @throws RangeError  if a target is out of range
 * @throws ShapeError  if x or y does not fit the model
 */
export function findNonFinite(
  model: AnyMLP,
  x: Inputs,
  y?: Targets,
  options: FindNonFiniteOptions = {},
): NonFinite | undefined {
  checkModel(model);
  knownKeys('options', options, ['training']);
  const { training = false } = options;
  trueOrFalse('training', training);
  const internals = internalsOf(model);
  const { network } = internals;
  const inParameters = badParameter(network);
  try {
    const data = checkedData(internals, 'findNonFinite', x, y);
    if (inParameters !== undefined) return inParameters;
    const { rows: all } = data.x;
    for (let start = 0; start < all; start += network.chunkRows) {
      const rows = Math.min(network.chunkRows, all - start);
      network.reserve(rows, rows);
      const loss = run(internals, data, { order: undefined, start, rows }, training);
      const bad = badInBatch(internals, rows, loss);
      if (bad === undefined) continue;
      return bad.sample === undefined ? bad : { ...bad, sample: start + bad.sample };
    }
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
    return badData(error, network);
  }
  return undefined;
}

function badData({ argument, index = 0, value = NaN }: NonFiniteError, network: Network): NonFinite {
  const tensor = argument === 'x' ? 'input' : 'target';
  const columns = tensor === 'input' ? network.inputSize : network.last.units;
  return { tensor, sample: Math.floor(index / columns), unit: index % columns, value };
}

function badParameter(network: Network): NonFinite | undefined {
  for (const [layer, { parameters, statistics, units }] of network.layers.entries()) {
    for (const { name, address, size } of [...parameters, ...statistics]) {
      const bad = firstBad(network, address, size);
      if (bad !== undefined)
        return { layer, tensor: name, ...placed(name, bad.index, units), value: bad.value };
    }
  }
  return undefined;
}

function badInBatch({ network }: Internals, rows: number, loss: number | undefined): NonFinite | undefined {
  for (const [layer, dense] of network.layers.entries()) {
    const { preactivation, activation, output, units } = dense;
    for (const [tensor, address] of Object.entries({ preactivation, activation, output })) {
      const bad = firstBad(network, address, rows * units);
      if (bad !== undefined) return inRows(layer, tensor as 'output', bad, units);
    }
  }
  if (loss === undefined) return undefined;
  if (!Number.isFinite(loss)) return { tensor: 'loss', value: loss };
  for (const [layer, dense] of [...network.layers.entries()].reverse()) {
    const { units, parameters, preactivationGradient } = dense;
    const bad = firstBad(network, preactivationGradient, rows * units);
    if (bad !== undefined) return inRows(layer, 'gradient', bad, units);
    for (const { name, address, size } of parameters) {
      const found = firstBad(network, network.gradientOf(address), size);
      if (found === undefined) continue;
      return { layer, tensor: `${name}Gradient`, ...placed(name, found.index, units), value: found.value };
    }
  }
  return undefined;
}

interface Bad {
  readonly index: number;
  readonly value: number;
}

function inRows(layer: number, tensor: NonFinite['tensor'], { index, value }: Bad, units: number): NonFinite {
  return { layer, tensor, sample: Math.floor(index / units), unit: index % units, value };
}

function placed(name: TensorName, index: number, units: number) {
  const unit = index % units;
  return name === 'kernel' ? { unit, input: Math.floor(index / units) } : { unit };
}

function firstBad(network: Network, address: Address, n: number): Bad | undefined {
  if (network.backend.kernels.count_non_finite(address, n) === 0) return undefined;
  const values = network.view(address, n);
  // TypeScript cannot call a method of a union of array types, so one is chosen.
  const index = (values as Float64Array).findIndex((value) => !Number.isFinite(value));
  return { index, value: values[index]! };
}
