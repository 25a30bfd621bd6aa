/**
 * Computes what a seed must give, as hashes of the values' bytes. It is plain JavaScript, so that every Node version and a page
 * run this file itself. `report.mjs --write` pins its results in tests/golden/fingerprints.json.
 */

/** Seed of labels, noise and images, far from the seeds of the nets. */
const DATA_SEED = 1906;
/**
 * Relative distance by which the other roundings of `fused` may move the loss after training. Measured: 1e-5 for the deep net,
 * where a last bit decides which of 640 000 units are active, 2e-7 for all others.
 */
const SAME_LOSS = 1e-3;

/**
 * Nets with their training. Together they reach every path: narrow and ragged layers, one row and many, the offset that
 * `symmetric` bytes add to the bias, zeros in the input, all activations, both losses, trainOnBatch, and fit with its shuffles.
 */
const nets = {
  '784-256-10 relu softmax, bytes, batch 128': {
    options: {
      inputSize: 784,
      layers: [
        { units: 256, activation: 'relu' },
        { units: 10, activation: 'softmax' },
      ],
      inputScaling: 'symmetric',
      seed: 42,
    },
    loss: 'crossEntropy',
    learningRate: 0.01,
    rows: 128,
    x: images,
    steps: 50,
  },
  '785-257-129-10 tanh sigmoid softmax, batch 131': {
    options: {
      inputSize: 785,
      layers: [
        { units: 257, activation: 'tanh' },
        { units: 129, activation: 'sigmoid' },
        { units: 10, activation: 'softmax' },
      ],
      seed: 43,
    },
    loss: 'crossEntropy',
    learningRate: 0.1,
    rows: 131,
    x: noise,
    steps: 50,
  },
  '2-16-3 relu softmax, fit': {
    options: {
      inputSize: 2,
      layers: [
        { units: 16, activation: 'relu', kernelInitializer: 'heUniform' },
        { units: 3, activation: 'softmax', biasInitializer: 'randomNormal' },
      ],
      seed: -7,
    },
    loss: 'crossEntropy',
    learningRate: 0.1,
    rows: 315,
    x: noise,
    // Ten batches per epoch, the last of 27 rows: 50 steps.
    fit: { epochs: 5, batchSize: 32 },
  },
  '50 × 100 relu': {
    options: {
      inputSize: 100,
      layers: [
        ...Array.from({ length: 50 }, () => ({ units: 100, activation: 'relu' })),
        { units: 10, activation: 'softmax' },
      ],
      seed: 2 ** 40 + 1,
    },
    loss: 'crossEntropy',
    learningRate: 0.0001,
    rows: 128,
    x: noise,
    steps: 5,
  },
  '13-20-1 tanh mean squared error, z-score, fit': {
    options: {
      inputSize: 13,
      layers: [{ units: 20, activation: 'tanh', kernelInitializer: 'glorotNormal' }, { units: 1 }],
      inputScaling: 'zScore',
      seed: 0,
    },
    loss: 'meanSquaredError',
    learningRate: 0.05,
    rows: 200,
    x: noise,
    // Five batches per epoch: 50 steps.
    fit: { epochs: 10, batchSize: 40 },
  },
  '1-1 identity mean squared error': {
    options: { inputSize: 1, layers: [{ units: 1 }], seed: 5 },
    loss: 'meanSquaredError',
    learningRate: 0.01,
    rows: 9,
    x: noise,
    steps: 50,
  },
  '600-600-10 relu softmax, one row': {
    options: {
      inputSize: 600,
      layers: [
        { units: 600, activation: 'relu' },
        { units: 10, activation: 'softmax' },
      ],
      seed: 2 ** 53 - 1,
    },
    loss: 'crossEntropy',
    learningRate: 0.0001,
    rows: 1,
    x: noise,
    steps: 50,
  },
};

/**
 * Measures on this engine everything that is pinned: draws, and for each net its first weights, its first gradients, its weights
 * and predictions after 50 steps (5 for 50 × 100), and the loss after them.
 */
export async function fingerprints(library, { backend = 'wasm', arithmetic = 'portable' } = {}) {
  const measured = {};
  for (const [name, net] of Object.entries(nets)) {
    const { model, x, y } = setUp(library, net, { backend, arithmetic });
    const initial = hashWeights(model);
    const gradients = hashGradients(model, x, y);
    await train(model, net, x, y);
    measured[name] = {
      initial,
      gradients,
      trained: hashWeights(model),
      predictions: hash(model.predict(x)),
      loss: model.evaluate(x, y).loss,
    };
  }
  return { draws: draws(library), nets: measured };
}

/**
 * Lists the differences from the pinned values, one line per value; empty if all is well.
 *
 * - portable: every bit is pinned
 * - fused: the first weights are pinned, and the loss after training is close to the pinned one
 * - javascript: the first weights are pinned
 * - no WebAssembly: like javascript, in a library without WebAssembly; one with it is a difference
 *
 * @param {object} library  the exports of `evenkeel`
 * @param {object} pinned   tests/golden/fingerprints.json
 * @param {'portable' | 'fused' | 'javascript' | 'no WebAssembly'} build
 * @returns {Promise<string[]>}
 */
export async function differences(library, pinned, build) {
  if (build === 'portable') return unlike(await fingerprints(library), pinned);
  if (build === 'no WebAssembly') {
    // A model without a given backend takes WebAssembly if there is any, and so do draws then.
    const backend = new library.MLP({ inputSize: 1, layers: [{ units: 1 }] }).backend;
    return [
      ...unlike({ backend }, { backend: 'javascript' }),
      ...(await differences(library, pinned, 'javascript')),
    ];
  }
  if (build === 'javascript') return unlike(first(library, { backend: 'javascript' }), firstOf(pinned));
  const { draws, nets } = await fingerprints(library, { arithmetic: 'fused' });
  const far = Object.keys(pinned.nets).flatMap((name) => {
    const [loss, expected] = [nets[name]?.loss, pinned.nets[name].loss];
    const near = Math.abs(loss - expected) <= SAME_LOSS * expected;
    return near ? [] : [`nets.${name}.loss: expected about ${expected}, got ${loss}`];
  });
  return [...unlike(firstOf({ draws, nets }), firstOf(pinned)), ...far];
}

/** Returns true if the engine has the relaxed SIMD that `fused` needs. */
export function hasFused({ MLP }) {
  return new MLP({ inputSize: 1, layers: [{ units: 1 }], arithmetic: 'fused' }).arithmetic === 'fused';
}

/** Returns draws and first weights, which every backend must share. */
function first(library, { backend, arithmetic }) {
  const measured = {};
  for (const [name, net] of Object.entries(nets)) {
    measured[name] = { initial: hashWeights(setUp(library, net, { backend, arithmetic }).model) };
  }
  return { draws: draws(library), nets: measured };
}

function firstOf({ draws, nets }) {
  return {
    draws,
    nets: Object.fromEntries(Object.entries(nets).map(([name, { initial }]) => [name, { initial }])),
  };
}

function unlike(found, pinned, path = '') {
  if (typeof found !== 'object' || typeof pinned !== 'object') {
    return Object.is(found, pinned) ? [] : [`${path}: expected ${pinned}, got ${found}`];
  }
  const keys = new Set([...Object.keys(pinned), ...Object.keys(found)]);
  return [...keys].flatMap((key) => unlike(found[key], pinned[key], path ? `${path}.${key}` : key));
}

function setUp(
  library,
  { options, loss, learningRate, rows, x },
  { backend = 'wasm', arithmetic = 'portable' },
) {
  const model = new library.MLP({ ...options, backend, arithmetic });
  model.compile({ loss, optimizer: library.sgd({ learningRate }) });
  const rng = new library.Rng(DATA_SEED);
  const { units } = options.layers.at(-1);
  const y =
    loss === 'crossEntropy'
      ? Uint8Array.from(rng.split('y').uniform(rows, { high: units }), Math.floor)
      : rng.split('y').normal(rows * units);
  return { model, x: x(rng.split('x'), rows * options.inputSize), y };
}

async function train(model, { steps, fit }, x, y) {
  if (fit) await model.fit(x, y, fit);
  else for (let step = 0; step < steps; step++) model.trainOnBatch(x, y);
}

/** Makes grey values of which three quarters are black, as in a drawing. */
function images(rng, n) {
  return Uint8Array.from(rng.uniform(n, { low: -768, high: 256 }), (value) => Math.max(0, Math.floor(value)));
}

function noise(rng, n) {
  return rng.normal(n);
}

/** Makes every draw, with an odd length, in several chunks, from an offset; and every initializer. */
function draws(library) {
  const rng = new library.Rng(2 ** 52 + 9).split('draws').split(-3);
  const n = 40_003;
  const {
    constant,
    initializerFromConfig,
    kaimingNormal,
    randomNormal,
    randomUniform,
    sparseNormal,
    truncatedNormal,
  } = library;
  const initializers = {
    ...Object.fromEntries(library.initializerNames.map((name) => [name, initializerFromConfig({ name })])),
    'constant(0.1)': constant({ value: 0.1 }),
    'randomNormal(0.5, 2)': randomNormal({ mean: 0.5, stddev: 2 }),
    'randomUniform(-0.3, 0.7)': randomUniform({ low: -0.3, high: 0.7 }),
    'truncatedNormal(1, 3, -1, 4)': truncatedNormal({ mean: 1, stddev: 3, low: -1, high: 4 }),
    'kaimingNormal(tanh, fanOut)': kaimingNormal({ nonlinearity: 'tanh', mode: 'fanOut' }),
    'sparseNormal(0.3)': sparseNormal({ sparsity: 0.3 }),
    'drawThenScale(randomNormal(1))': initializerFromConfig({
      name: 'drawThenScale',
      draw: { name: 'randomNormal', stddev: 1 },
      scale: 2,
    }),
  };
  return {
    uniform: hash(rng.split('uniform').uniform(n)),
    'uniform(-3, 5), offset 7': hash(rng.split('uniform').uniform(n, { low: -3, high: 5, offset: 7 })),
    normal: hash(rng.split('normal').normal(n)),
    'normal(1, 0.02), offset 2^32 - 5': hash(
      rng.split('normal').normal(n, { mean: 1, std: 0.02, offset: 2 ** 32 - 5 }),
    ),
    truncatedNormal: hash(rng.split('truncatedNormal').truncatedNormal(n)),
    'truncatedNormal above 3': hash(
      rng.split('truncatedNormal').truncatedNormal(n, { low: 3, high: Infinity }),
    ),
    permutation: hash(rng.split('permutation').permutation(n)),
    bits: hash(rng.split('bits').bits(n)),
    integers: hash(rng.split('integers').integers(n, 10 ** 9, { offset: 3 })),
    'a string as seed': hash(new library.Rng('seed').normal(n)),
    ...Object.fromEntries(
      Object.entries(initializers).map(([name, draw]) => [name, hash(draw([301, 67], rng.split(name)))]),
    ),
  };
}

function hashWeights(model) {
  return hash(...model.getWeights().flatMap(({ kernel, bias }) => [kernel, bias]));
}

function hashGradients(model, x, y) {
  // Scaling of floats has to be fitted to the data first.
  if (x instanceof Float32Array) model.adapt(x);
  const { layers, input } = model.gradients(x, y);
  const blocks = layers.flatMap(({ kernel, bias, preactivation, activation }) => [
    kernel,
    bias,
    preactivation,
    activation,
  ]);
  return hash(...blocks, input);
}

/**
 * 64-bit FNV-1a (RFC 9923) over the bytes of arrays, one after another, in two halves of 32 bits. The prime is 2⁴⁰ + 0x1b3, so
 * that a product modulo 2⁶⁴ is the low half times 0x1b3, exact in a double, and two shifts.
 */
export function hash(...arrays) {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
      low = (low ^ byte) >>> 0;
      const product = low * 0x1b3;
      high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
      low = product >>> 0;
    }
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
}
