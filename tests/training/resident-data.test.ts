/** Data that a fit gathers in the model's memory, or copies there batch by batch, give the same bits. */
import { describe, expect, it } from 'vitest';
import { adam, type BackendName, type FitOptions, type InputScaling, MLP, Rng } from '../../src/index.js';
import { fitModel } from '../../src/training/fit.js';
import { internalsOf } from '../../src/training/internals.js';
import { expectSame } from '../support/compare.js';
import { watchKernel } from '../support/kernel-calls.js';
import { type Arrangement, arrangements, normalInputs, randomClasses } from '../support/networks.js';

type Rows = Uint8Array | Float32Array | Float64Array;

const ROWS = 50;
const CLASSES = 3;
const y = randomClasses(ROWS, CLASSES);

function bytes(columns: number): Uint8Array {
  return Uint8Array.from(new Rng(4).uniform(ROWS * columns, { high: 256 }), Math.floor);
}
const floats = (columns: number) => normalInputs(ROWS, columns);
/** Data that must be centred before they are rounded to f32. */
const timestamps = (columns: number) => Float64Array.from(floats(columns), (value) => 1e12 + 1e4 * value);

function make({ backend, arithmetic }: Arrangement, columns: number, inputScaling: InputScaling) {
  const model = new MLP<BackendName>({
    inputSize: columns,
    layers: [
      { units: 33, activation: 'tanh' },
      { units: CLASSES, activation: 'softmax' },
    ],
    inputScaling,
    seed: 3,
    backend,
    arithmetic,
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam(), metrics: ['accuracy'] });
  return model;
}

/** MLP.fit with another limit. */
function fitWithin(model: MLP<BackendName>, x: Rows, limit: number, options: FitOptions = {}) {
  const { compiled, ...rest } = internalsOf(model);
  const trainee = { ...rest, compiled: compiled! };
  const all = { epochs: 2, batchSize: 16, ...options };
  return fitModel(trainee, x, y.slice(0, x.length / model.inputSize), all, limit);
}

function sizeOf(x: Rows, { elementBytes }: { elementBytes: number }): number {
  return x.length * (x instanceof Uint8Array ? 1 : elementBytes);
}

const kinds = [
  ['bytes', 'none', bytes],
  ['bytes', 'unit', bytes],
  ['bytes', 'symmetric', bytes],
  ['bytes', 'zScore', bytes],
  ['floats', 'none', floats],
  ['floats', 'unit', floats],
  ['floats', 'zScore', floats],
  ['doubles', 'zScore', timestamps],
] as const;
const ways: [string, FitOptions][] = [
  ['shuffled', {}],
  ['in order', { shuffle: false }],
  ['rows kept back', { validationSplit: 0.3 }],
];

describe.each(arrangements)('$name', (arrangement) => {
  describe.each(kinds)('%s, %s', (_, scaling, draw) => {
    // The last two widths are on either side of the limit up to which rows are copied value by value, and are resident.
    describe.each([3, 64, 65])('%i columns', (columns) => {
      it.each(ways)('%s: the limit changes only where the rows are copied', async (_way, options) => {
        const x = draw(columns);
        const [resident, brought] = [
          make(arrangement, columns, scaling),
          make(arrangement, columns, scaling),
        ];
        const { backend } = internalsOf(resident).network;
        const size = sizeOf(x, backend);
        const name = x instanceof Uint8Array ? 'gather_bytes' : 'gather_rows';
        const gathered = [resident, brought].map((model) => watchKernel(internalsOf(model), name));
        const histories = [
          await fitWithin(resident, x, size, options),
          await fitWithin(brought, x, size - 1, options),
        ];
        expect(histories[0]).toEqual(histories[1]);
        const [here, there] = [resident, brought].map((model) => model.getWeights());
        for (const [l, { kernel, bias }] of here!.entries()) {
          expectSame(kernel, there![l]!.kernel, 'kernel');
          expectSame(bias, there![l]!.bias, 'bias');
        }
        expectSame(resident.predict(x), brought.predict(x), 'predict');
        const narrow = columns <= 64;
        // Only resident rows have an order, and shuffled ones are always read by it.
        expect(gathered[0]!.some(([, , order]) => order !== 0)).toBe(narrow && options.shuffle !== false);
        expect(gathered[1]!.every(([, , order]) => order === 0)).toBe(true);
        if (name === 'gather_rows') {
          expect(gathered.map(({ length }) => length > 0)).toEqual([narrow, false]);
        }
      });
    });
  });

  it('bytes are multiplied by the factor by which floats of the same values were', async () => {
    const columns = 60;
    const x = bytes(columns);
    const scaled = make(arrangement, columns, 'unit');
    const plain = make(arrangement, columns, 'none');
    const exact = arrangement.name.startsWith('javascript');
    const factor = exact ? 1 / 255 : Math.fround(1 / 255);
    await fitWithin(scaled, x, Infinity);
    await fitWithin(
      plain,
      Float64Array.from(x, (value) => factor * value),
      0,
    );
    expectSame(scaled.getWeights()[0]!.kernel, plain.getWeights()[0]!.kernel);
  });

  it('floats that come to the mapping of bytes keep its offset', async () => {
    const columns = 60;
    const x = Float32Array.from(bytes(columns));
    const models = [x.length * 8, 0].map((limit) => ({
      model: make(arrangement, columns, 'symmetric'),
      limit,
    }));
    for (const { model, limit } of models) {
      model.adapt(bytes(columns));
      await fitWithin(model, x, limit);
    }
    const [here, there] = models.map(({ model }) => model.getWeights()[0]!);
    expectSame(here!.kernel, there!.kernel, 'kernel');
    expectSame(here!.bias, there!.bias, 'bias');
  });

  it('memory is freed, and allocated again by the next fit', async () => {
    const columns = 60;
    const x = floats(columns);
    const [large, fresh] = [make(arrangement, columns, 'none'), make(arrangement, columns, 'none')];
    const { backend } = internalsOf(large).network;
    await fitWithin(large, x, Infinity);
    const once = backend.bytes.length;
    const less = x.slice(0, 20 * columns);
    for (let again = 0; again < 5; again++) await fitWithin(large, less, Infinity);
    expect(backend.bytes.length).toBe(once);
    await fitWithin(fresh, x, 0);
    for (let again = 0; again < 5; again++) await fitWithin(fresh, less, 0);
    expectSame(large.getWeights()[0]!.kernel, fresh.getWeights()[0]!.kernel);
    // This is the address of the batch if no data lie before it.
    const batch = [large, fresh].map((model) => {
      model.predict(less);
      return internalsOf(model).network.x;
    });
    expect(batch[0]).toBe(batch[1]);
  });

  it('calls between batches that need more room do not move the data', async () => {
    const columns = 3;
    const x = bytes(columns);
    const rows = bytes(30 * columns);
    const [asked, left] = [make(arrangement, columns, 'unit'), make(arrangement, columns, 'unit')];
    await fitWithin(asked, x, Infinity, {
      onBatchEnd: () => {
        asked.predict(rows);
        asked.gradients(x, y);
      },
    });
    await fitWithin(left, x, Infinity);
    expectSame(asked.getWeights()[0]!.kernel, left.getWeights()[0]!.kernel);
  });
});

it("data of at most 32 MB in rows of at most 64 values are copied into the model's memory", async () => {
  for (const [rows, columns, resident] of [
    [0x80000, 64, true],
    [0x80001, 64, false],
    [100, 65, false],
  ] as const) {
    const model = new MLP({ inputSize: columns, layers: [{ units: 1 }], inputScaling: 'unit' });
    model.compile({ loss: 'meanSquaredError' });
    const gathered = watchKernel(internalsOf(model), 'gather_bytes');
    const x = new Uint8Array(rows * columns);
    await model.fit(x, new Float32Array(rows), { epochs: 1, batchSize: 0x10000 });
    expect(gathered[0]![2] !== 0).toBe(resident);
  }
});
