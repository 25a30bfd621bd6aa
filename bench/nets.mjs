/** Networks with their data and the weights that everyone starts from. */
import { freshLibrary } from './contestants.mjs';

const SEED = 2;

/**
 * A net with weights and batches.
 *
 * @param {object} net
 * @param {readonly number[]} net.sizes  inputs, then units of each layer
 * @param {number} net.rows              of a batch
 * @param {{ x: Uint8Array, y: Uint8Array }} [net.images]  bytes to take the batches from; without, dense random floats
 * @param {'unit' | 'symmetric'} [net.inputScaling]        of images
 * @param {number} [net.count]           how many batches; default 1
 * @param {'sgd' | 'adam'} [net.optimizer]  default 'sgd'
 * @param {number} [net.learningRate]       default 0.1
 * @returns the net with `seed`, `weights` [{ kernel, bias }] and `batches` [{ x, floats, y }]: x is what this library
 *          gets, floats the same as others get it, scaled beforehand
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

/** Noise without zeros and labels at random: what they are does not matter for the time. */
export function denseBatch(rng, inputSize, rows, classes) {
  const x = rng.split('x').uniform(rows * inputSize);
  return { x, floats: x, y: Uint8Array.from(rng.split('y').uniform(rows, { high: classes }), Math.floor) };
}

function imageBatch({ images, sizes, rows, inputScaling }, b) {
  const x = images.x.slice(b * rows * sizes[0], (b + 1) * rows * sizes[0]);
  return { x, floats: scaled(x, inputScaling), y: images.y.slice(b * rows, (b + 1) * rows) };
}

/** Bytes as `unit` or `symmetric` scale them. */
export function scaled(bytes, inputScaling) {
  const scale = inputScaling === 'unit' ? (byte) => byte / 255 : (byte) => byte / 127.5 - 1;
  return Float32Array.from(bytes, scale);
}
