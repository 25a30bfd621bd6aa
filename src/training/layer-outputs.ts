import type { Elements } from '../backend/names.js';
import { show } from '../errors.js';
import type { Dense } from '../network/dense.js';
import type { Network } from '../network/network.js';
import { checkRows, checkScalings } from './check-data.js';
import { forwardChunks } from './forward.js';
import type { Trainee } from './trainee.js';

/** Preactivations and activations of one layer for every row, as copies. */
export interface LayerOutputs<Values> {
  /** Name of the layer: `layers[0]`, `layers[1]` and so on. */
  readonly name: string;
  /** Number of units: values per row. */
  readonly units: number;
  /** Preactivations z, on which the activation acts: [rows, units], row-major. A batch norm before the activation is included. */
  readonly preactivation: Values;
  /** Activations f(z): [rows, units]. */
  readonly activation: Values;
  /** Activations after the layer's batch norm, if its position is 'after': [rows, units]. The next layer reads them. */
  readonly normalized?: Values;
}

/**
 * Returns the indices of the requested layers: all of them if none is given.
 *
 * @param layer  index from 0, or a name such as `layers[0]`
 * @throws TypeError if it is neither, RangeError if the model has no such layer
 */
function checkLayer({ layers }: Network, layer: unknown): number[] {
  if (layer === undefined) return [...layers.keys()];
  const index = typeof layer === 'string' ? layers.findIndex((_, l) => nameOf(l) === layer) : layer;
  if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < layers.length)
    return [index];
  const Kind = typeof layer === 'number' || typeof layer === 'string' ? RangeError : TypeError;
  const last = layers.length - 1;
  throw new Kind(
    `layer: expected an index from 0 to ${last} or a name from '${nameOf(0)}' to '${nameOf(last)}', got ${show(layer)}`,
  );
}

function nameOf(layer: number): string {
  return `layers[${layer}]`;
}

/**
 * Runs rows forward as a prediction does, and copies what the layers compute: all of them, or the one that is given.
 *
 * @throws TypeError, RangeError or ShapeError if x or the layer does not fit
 * @throws NonFiniteError  if x or an output of the model is not finite
 * @throws StateError  if a scaling has not learned from data
 */
export function readLayerOutputs(
  model: Pick<Trainee, 'network' | 'scaler' | 'targetScaler'>,
  given: unknown,
  layer: unknown,
): LayerOutputs<Elements>[] {
  const { network } = model;
  const indices = checkLayer(network, layer);
  const x = checkRows(network, 'x', given, 0);
  checkScalings(model, 'x', x);
  const copies = indices.map((l) => emptyCopy(network, l, x.rows));
  for (const { start, rows } of forwardChunks(model, x)) {
    for (const [i, l] of indices.entries()) copyRows(network, network.layers[l]!, copies[i]!, start, rows);
  }
  return copies;
}

function emptyCopy({ backend, layers }: Network, l: number, rows: number): LayerOutputs<Elements> {
  const { units, spec } = layers[l]!;
  const n = rows * units;
  const room = () => (backend.elementBytes === 8 ? new Float64Array(n) : new Float32Array(n));
  const normalized = spec.batchNorm?.position === 'after' ? { normalized: room() } : {};
  return { name: nameOf(l), units, preactivation: room(), activation: room(), ...normalized };
}

/** Copies what a layer computed for a range of rows. */
function copyRows(
  network: Network,
  { units, preactivation, activation, output }: Dense,
  to: LayerOutputs<Elements>,
  start: number,
  rows: number,
): void {
  const at = start * units;
  to.preactivation.set(network.view(preactivation, rows * units), at);
  to.activation.set(network.view(activation, rows * units), at);
  to.normalized?.set(network.view(output, rows * units), at);
}
