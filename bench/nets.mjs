/** Networks with their data and the weights that all contestants start from. */
import { freshLibrary } from './contestants.mjs';

const SEED = 2;

/**
 * Adds weights and batches to a net.
 *
 * @param {object} net
 * @param {readonly number[]} net.sizes  inputs, then units of each layer
 * @param {number} net.rows              rows of a batch
 * @param {{ x: Uint8Array, y: Uint8Array }} [net.images]  bytes for the batches; default dense random floats
 * @param {'unit' | 'symmetric'} [net.inputScaling]        scaling of images
 * @param {number} [net.count]           number of batches; default 1
 * @param {'sgd' | 'adam'} [net.optimizer]  default 'sgd'
 * @param {number} [net.learningRate]       default 0.1
 * @returns the net with `seed`, `weights` [{ kernel, bias }] and `batches` [{ x, floats, y }]. This library gets x; others get
 *          `floats`, the same data scaled beforehand
 */
export async function prepareNet(net) {
  const { MLP, Rng } = await freshLibrary();
  const { sizes, rows, count = 1 } = net;
  const [inputSize, ...units] = sizes;
  const drawn = new MLP({
    inputSize,
    layers: units.map((n) => ({ units: n, kernelInitializer: 'heNormal' })),
    seed: SEED,
  });
  const rng = new Rng(SEED);
  const batches = Array.from({ length: count }, (_, b) =>
    net.images ? imageBatch(net, b) : denseBatch(rng.split(b), inputSize, rows, sizes.at(-1)),
  );
  return { optimizer: 'sgd', learningRate: 0.1, ...net, seed: SEED, weights: drawn.getWeights(), batches };
}

/** Makes noise without zeros and random labels; the values do not affect the time. */
export function denseBatch(rng, inputSize, rows, classes) {
  const x = rng.split('x').uniform(rows * inputSize);
  return { x, floats: x, y: Uint8Array.from(rng.split('y').uniform(rows, { high: classes }), Math.floor) };
}

function imageBatch({ images, sizes, rows, inputScaling }, b) {
  const x = images.x.slice(b * rows * sizes[0], (b + 1) * rows * sizes[0]);
  return { x, floats: scaled(x, inputScaling), y: images.y.slice(b * rows, (b + 1) * rows) };
}

/** Scales bytes as `unit` and `symmetric` do. */
export function scaled(bytes, inputScaling) {
  const scale = inputScaling === 'unit' ? (byte) => byte / 255 : (byte) => byte / 127.5 - 1;
  return Float32Array.from(bytes, scale);
}
