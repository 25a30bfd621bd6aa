import type { Elements } from '../backend/kernels.js';
import { NonFiniteError } from '../errors.js';
import type { Network } from '../network/network.js';
import type { Stretch } from './loading.js';

/**
 * Checks the outputs of rows that were just run forward.
 *
 * @param argument  what the rows came as
 * @throws NonFiniteError that names the first row with an output that is NaN or infinite, and where that arose
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

/** As `expectFiniteOutputs`, for outputs that were brought into the unit of the targets. @throws NonFiniteError */
export function expectFiniteRestored(outputs: Elements, stretch: Stretch, units: number): void {
  const index = firstNonFinite(outputs);
  if (index < 0) return;
  throw nonFiniteOutput('x', stretch, units, index, outputs[index]!, {
    why: 'brought into the unit of the targets, it is beyond what a float holds',
  });
}

interface Origin {
  readonly layer?: number;
  readonly why: string;
}

/** The error for the output at `index` of a stretch. */
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

/** Index of the first value that is NaN or infinite; −1 where all are finite. */
function firstNonFinite(values: Elements): number {
  return (values as Float64Array).findIndex((value) => !Number.isFinite(value));
}

/** Where the values of a row stop being finite on their way through the network. */
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
