import type { Dense } from '../network/dense.js';
import type { Network } from '../network/network.js';

/** One number per unit, from `address` on, `stride` elements apart. */
interface Column {
  readonly address: number;
  readonly stride: number;
}

/**
 * Finds units that are and stay copies of an earlier one. They are equal in every tensor of their layer and in their row of
 * the next layer's kernel, so that gradients cannot tell them apart. The output layer has none, since its targets tell the
 * units apart.
 */
export function symmetricUnits(network: Network, l: number): number[] {
  const layer = network.layers[l]!;
  const next = network.layers[l + 1];
  if (next === undefined || layer.units === 1) return [];
  const { elements, elementBytes } = network.backend;
  let groups = [Array.from({ length: layer.units }, (_, unit) => unit)];
  for (const { address, stride } of columns(layer, next, elementBytes)) {
    groups = groups.flatMap((group) => {
      const parts = new Map<number, number[]>();
      for (const unit of group) {
        const value = elements[address / elementBytes + unit * stride]!;
        const part = parts.get(value);
        if (part === undefined) parts.set(value, [unit]);
        else part.push(unit);
      }
      return [...parts.values()].filter((part) => part.length > 1);
    });
    // Random kernels return here, after the first row.
    if (groups.length === 0) return [];
  }
  return groups.flatMap(([, ...copies]) => copies).sort((a, b) => a - b);
}

function* columns(layer: Dense, next: Dense, elementBytes: number): Generator<Column> {
  for (const { name, address, size } of [...layer.parameters, ...layer.statistics]) {
    // A slope that all units share does not tell them apart.
    if (name === 'slopes' && size === 1) continue;
    for (let start = 0; start < size; start += layer.units) {
      yield { address: address + start * elementBytes, stride: 1 };
    }
  }
  for (let unit = 0; unit < next.units; unit++) {
    yield { address: next.kernel + unit * elementBytes, stride: next.units };
  }
}
