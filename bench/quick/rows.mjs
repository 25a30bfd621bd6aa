/**
 * Rows of `npm run bench:quick`, by public means only, so that they run on other commits too. A new row is an object here.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} [entry]  entry of the package whose exports `make` gets; default 'index'
 * @property {(exports: object) => Omit<import('../harness.mjs').Contestant, 'name' | 'units'>} make
 *           makes a contestant whose slice takes about 5 ms. A row whose `make` throws on one of the commits is left out
 */

const CLASSES = 10;

/** Entries that the rows need. @returns names of folders in src, and 'index' */
export const entriesOf = (rows) => [...new Set(rows.map(({ entry = 'index' }) => entry))];

export const rows = [
  { name: 'step 784-256-10, batch 128, SGD', make: (library) => training(library, {}) },
  {
    name: 'step 784-256-10, batch 128, SGD, fused',
    make: (library) => training(library, { arithmetic: 'fused' }),
  },
  { name: 'step 784-256-10, batch 128, Adam', make: (library) => training(library, { optimizer: 'adam' }) },
  {
    name: 'step on bytes, four fifths zeros',
    make: (library) => training(library, { bytes: true, steps: 4 }),
  },
  {
    name: 'step 2-16-3, batch 32',
    make: (library) => training(library, { sizes: [2, 16, 3], rows: 32, steps: 500 }),
  },
  {
    name: 'step of ten layers of 100, gelu, batch norm',
    make: (library) =>
      training(library, {
        sizes: [100, ...Array(10).fill(100), CLASSES],
        rows: 100,
        hidden: { activation: 'gelu', batchNorm: true },
      }),
  },
  { name: 'predict 784-256-10, one row', make: (library) => predicting(library, { rows: 1, steps: 300 }) },
  { name: 'predict 784-256-10, 500 rows', make: (library) => predicting(library, { rows: 500, steps: 1 }) },
  { name: 'kaimingNormal of 1024²', make: (library) => drawing(library, 'kaimingNormal', 1024) },
  { name: 'orthogonal of 256²', make: (library) => drawing(library, 'orthogonal', 256) },
  { name: 'readCsv of 2000 × 20', entry: 'data', make: reading },
];

function network(
  { MLP, Rng },
  { sizes = [784, 256, CLASSES], rows = 128, hidden = { activation: 'relu' }, bytes, arithmetic },
) {
  const [inputSize, ...units] = sizes;
  const model = new MLP({
    inputSize,
    layers: units.map((n, l) => ({
      units: n,
      ...(l < units.length - 1 ? hidden : { activation: 'softmax' }),
    })),
    seed: 1,
    ...(bytes ? { inputScaling: 'unit' } : {}),
    ...(arithmetic ? { arithmetic } : {}),
  });
  if (arithmetic && model.arithmetic !== arithmetic)
    throw new Error(`this engine has no ${arithmetic} arithmetic`);
  const drawn = new Rng(2).uniform(rows * inputSize);
  const x = bytes ? Uint8Array.from(drawn, (value) => (value < 0.8 ? 0 : 255 * value)) : drawn;
  const y = Uint8Array.from({ length: rows }, (_, r) => r % units.at(-1));
  return { model, x, y };
}

function training(library, { optimizer = 'sgd', steps = 2, ...net }) {
  const { model, x, y } = network(library, net);
  const start = model.getWeights();
  let loss = 0;
  const prepare = () => {
    model.compile({ loss: 'crossEntropy', optimizer: library[optimizer]({ learningRate: 0.001 }) });
    model.setWeights(start);
  };
  prepare();
  return {
    prepare,
    work: () => {
      for (let step = 0; step < steps; step++) loss = model.trainOnBatch(x, y).loss;
    },
    output: () => [loss],
  };
}

function predicting(library, { steps, ...net }) {
  const { model, x } = network(library, net);
  let y = [];
  return {
    work: () => {
      for (let step = 0; step < steps; step++) y = model.predict(x);
    },
    output: () => y,
  };
}

function drawing({ Rng, ...library }, name, side) {
  const initializer = library[name]();
  const out = new Float32Array(side * side);
  let rng;
  return {
    prepare: () => {
      rng = new Rng(3);
    },
    work: () => {
      initializer([side, side], rng, { out });
    },
    output: () => out,
  };
}

function reading({ readCsv }) {
  const [count, columns] = [2000, 20];
  const line = (r) => Array.from({ length: columns }, (_, c) => ((r * 37 + c * 11) % 1000) / 8).join();
  const head = Array.from({ length: columns }, (_, c) => `c${c}`).join();
  const bytes = new TextEncoder().encode(
    `${[head, ...Array.from({ length: count }, (_, r) => line(r))].join('\n')}\n`,
  );
  let read;
  return {
    work: () => {
      read = readCsv(bytes);
    },
    output: () => read.x,
  };
}
