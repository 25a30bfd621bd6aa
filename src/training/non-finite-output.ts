import type { Elements } from '../backend/names.js';
import { NonFiniteError } from '../errors.js';
import type { Network } from '../network/network.js';
import type { Stretch } from './training-data.js';

/**
 * Checks the outputs of rows after their forward pass.
 *
 * @param argument  name of the rows in messages
 * @throws NonFiniteError that names the first row with an output that is NaN or infinite, and where that value arose
 */
export function expectFiniteOutputs(network: Network, argument: string, stretch: Stretch): void {
  const { backend, last } = network;
  const n = stretch.rows * last.units;
  if (backend.kernels.count_non_finite(last.output, n) === 0) return;
  const outputs = network.view(last.output, n);
  const index = firstNonFinite(outputs);
  const from = origin(network, Math.floor(index / last.units));
  throw nonFiniteOutput(argument, stretch, last.units, index, outputs[index]!, from);
}

/** Checks outputs after their conversion to the unit of the targets, like `expectFiniteOutputs`. @throws NonFiniteError */
export function expectFiniteRestored(outputs: Elements, stretch: Stretch, units: number): void {
  const index = firstNonFinite(outputs);
  if (index < 0) return;
  throw nonFiniteOutput('x', stretch, units, index, outputs[index]!, {
    why: 'converted to the unit of the targets, it exceeds the range of a float',
  });
}

interface Origin {
  readonly layer?: number;
  readonly why: string;
}

/** Returns the error for the output at `index` of a range of rows. */
function nonFiniteOutput(
  argument: string,
  { order, start }: Stretch,
  units: number,
  index: number,
  value: number,
  { layer, why }: Origin,
): NonFiniteError {
  const at = start + Math.floor(index / units);
  const message = `${argument}: row ${order?.[at] ?? at}: output ${index % units} is ${value}; ${why}`;
  return new NonFiniteError(message, { argument, value, ...(layer !== undefined && { layer }) });
}

/** Returns the index of the first value that is NaN or infinite; −1 if all are finite. */
function firstNonFinite(values: Elements): number {
  return (values as Float64Array).findIndex((value) => !Number.isFinite(value));
}

/** Finds the place in the network at which the values of a row stop being finite. */
function origin(network: Network, row: number): Origin {
  const { inputSize, layers, backend } = network;
  const bits = 8 * backend.elementBytes;
  const input = firstNonFinite(network.view(network.x + row * inputSize * backend.elementBytes, inputSize));
  if (input >= 0) {
    return { why: `scaled, its value ${input} is beyond a ${bits}-bit float` };
  }
  for (const [layer, { preactivation, units }] of layers.entries()) {
    const at = preactivation + row * units * backend.elementBytes;
    if (firstNonFinite(network.view(at, units)) < 0) continue;
    return { layer, why: `layers[${layer}] is the first whose sums are beyond a ${bits}-bit float` };
  }
  return { why: 'the output activation made it so' };
}
