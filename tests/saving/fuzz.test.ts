/** Changes ten thousand model files. Each is refused with an error, or loads as a model that works. */
import { strictEqual as equal, ok } from 'node:assert';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BackendName, MLP, NonFiniteError, rmsprop, ShapeError, warmup } from '../../src/index.js';
import { internalsOf } from '../../src/mlp.js';
import { fileOf } from '../support/safetensors.js';
import { everything } from '../support/saved.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** A file taken apart: description and header as JSON, the data as bytes. */
interface Draft {
  readonly model: Json;
  readonly header: { [name: string]: Json };
  readonly data: Uint8Array;
}

function parts(file: Uint8Array): Draft {
  const bytes = Buffer.from(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const { __metadata__, ...header } = JSON.parse(bytes.toString('utf8', 8, start));
  return { model: JSON.parse(__metadata__.evenkeel), header, data: file.slice(start) };
}

function whole({ model, header, data }: Draft): Uint8Array {
  const text = JSON.stringify({ __metadata__: { evenkeel: JSON.stringify(model) }, ...header });
  return Uint8Array.from(Buffer.concat([fileOf(text), data]));
}

/** Makes three models that together have everything that a file can hold. */
async function drafts(): Promise<Draft[]> {
  const optimizer = rmsprop({
    learningRate: warmup({ steps: 3, next: 0.01 }),
    momentum: 0.5,
    centered: true,
  });
  const bytes = new MLP({
    inputSize: 2,
    layers: [
      { units: 3, batchNorm: { position: 'after' } },
      { units: 2, useBias: false },
    ],
    inputScaling: { kind: 'symmetric', per: 'dataset' },
    targetScaling: 'zScore',
    seed: 'text',
  });
  bytes.compile({ loss: { name: 'huber', delta: 2 }, optimizer, metrics: [{ name: 'r2' }] });
  await bytes.fit(Uint8Array.of(0, 9, 200, 255), [1, 2, 3, 4], { epochs: 2 });
  const bare = new MLP({ inputSize: 2, layers: [{ units: 2 }], inputScaling: { mean: [1, 2], std: 3 } });
  return [await everything(), bytes.save(), bare.save()].map(parts);
}
const good = await drafts();

/** Replaces the value at place n of a tree, counted in depth, by what `change` returns; undefined deletes it. */
function edited(tree: Json, n: number, change: (value: Json) => Json | undefined): Json {
  let left = n % count(tree);
  const walk = (value: Json): Json | undefined => {
    if (left-- === 0) return change(value);
    if (Array.isArray(value)) return value.map(walk).filter((inner) => inner !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]) => [key, walk(inner)] as const);
    return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined)) as Json;
  };
  return walk(tree) ?? null;
}

function count(tree: Json): number {
  if (typeof tree !== 'object' || tree === null) return 1;
  return Object.values(tree).reduce<number>((sum, inner) => sum + count(inner), 1);
}

const renamed = (tree: Json, name: string, at: number): Json => {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) return tree;
  const entries = Object.entries(tree);
  return Object.fromEntries(
    entries.map(([key, value], e) => [e === at % entries.length ? name : key, value]),
  );
};

const numbers = [0, 1, 2, 3, 4, 5, 8, -1, 0.5, 1e-60, 1e39, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 1e308];
const words = ['prelu', 'relu', 'softmax', 'sigmoid', 'step', 'identity', 'before', 'after', 'unit', 'zScore']
  .concat(['none', 'bytes', 'statistics', 'feature', 'dataset', 'sgd', 'adam', 'nadam', 'lion', 'adagrad'])
  .concat(['crossEntropy', 'huber', 'squaredError', 'accuracy', 'r2', 'loss', 'validation.loss', 'custom'])
  .concat([
    'orthogonal',
    'drawThenScale',
    'zeros',
    'wasm',
    'fused',
    '__proto__',
    'constructor',
    '',
    'F64',
    'F16',
  ]);
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(...numbers),
  fc.constantFrom<Json>(...words),
  fc.constantFrom<Json>(null, true, false, [], {}, [1, 2], [2, 2], { name: 'relu' }, { mean: 0, std: 1 }),
  fc.json({ maxDepth: 2 }).map((text): Json => JSON.parse(text)),
);
const anywhere = fc.nat(2 ** 20);

type Edit = (draft: Draft) => Draft;
/** Changes of one JSON value into another. */
const change: fc.Arbitrary<(value: Json) => Json | undefined> = fc.oneof(
  { weight: 3, arbitrary: value.map((value) => () => value) },
  fc.constant(() => undefined),
  fc.constantFrom(-1, 1, 0.5, 4, -8).map((by) => (old: Json) => (typeof old === 'number' ? old + by : old)),
  fc.tuple(fc.constantFrom(...words), anywhere).map(
    ([name, at]) =>
      (old: Json) =>
        renamed(old, name, at),
  ),
  value.map((inner) => (old: Json) => (Array.isArray(old) ? [...old, inner] : old)),
);
const floats = [0, -1, NaN, Infinity, 1e-45, 3e38, -3e38, 1e20, 1];
const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(anywhere, change).map(
      ([n, change]): Edit =>
        (draft) => ({ ...draft, model: edited(draft.model, n, change) }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(anywhere, change).map(
      ([n, change]): Edit =>
        (draft) => {
          const header = edited(draft.header, n, change);
          return { ...draft, header: typeof header === 'object' ? (header as Draft['header']) : {} };
        },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(anywhere, fc.constantFrom(...floats)).map(
      ([n, float]): Edit =>
        ({ data, ...rest }) => {
          const to = data.slice();
          new DataView(to.buffer, to.byteOffset).setFloat32(
            4 * (n % Math.floor(data.length / 4)),
            float,
            true,
          );
          return { ...rest, data: to };
        },
    ),
  },
);

type Damage = (file: Uint8Array) => Uint8Array;
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(anywhere, fc.integer({ min: 1, max: 255 })).map(([at, mask]) => (file: Uint8Array) => {
    const to = file.slice();
    to[at % file.length]! ^= mask;
    return to;
  }),
  anywhere.map((at) => (file: Uint8Array) => file.slice(0, at % (file.length + 1))),
  fc
    .tuple(anywhere, fc.uint8Array({ minLength: 1, maxLength: 9 }))
    .map(([at, more]) => (file: Uint8Array) => {
      const cut = at % (file.length + 1);
      return Buffer.concat([file.subarray(0, cut), more, file.subarray(cut)]);
    }),
);

const tampered = fc
  .tuple(fc.constantFrom(...good), fc.array(edit, { maxLength: 2 }), fc.array(damage, { maxLength: 1 }))
  .map(([draft, edits, damages]) => {
    const changed = edits.reduce((draft, edit) => edit(draft), draft);
    return damages.reduce((file, damage) => damage(file), whole(changed));
  });

const kindsOfError = new Set<unknown>([TypeError, RangeError, ShapeError, NonFiniteError]);
/** Bound of moderate models: if no number exceeds it, and no divisor is below its inverse, nothing overflows an f32. */
const MODERATE = 1e6;

function isModerate(model: MLP<BackendName>): boolean {
  const { layers, inputScaling } = model.config;
  const factors = model
    .getWeights()
    .flatMap((layer) => Object.values(layer).flatMap((values) => [...values]));
  for (const { activation, batchNorm } of layers) {
    if (activation.name === 'leakyRelu') factors.push(activation.negativeSlope);
    if (activation.name === 'elu') factors.push(activation.alpha);
    if (batchNorm) factors.push(1 / batchNorm.epsilon);
  }
  if (typeof inputScaling === 'object' && 'std' in inputScaling) {
    for (const std of [inputScaling.std].flat()) factors.push(1 / std);
    for (const mean of [inputScaling.mean].flat()) factors.push(mean);
  }
  const { statistics } = internalsOf(model).targetScaler;
  if (statistics !== undefined) factors.push(...statistics.mean, ...statistics.std);
  return factors.every((factor) => Math.abs(factor) < MODERATE);
}

const allFinite = (model: MLP<BackendName>) =>
  model.getWeights().every((layer) => Object.values(layer).every((values) => values.every(Number.isFinite)));

/** Expects a loaded model to predict and, if it was compiled, to train, with weights that stay finite. */
function assertWorks(model: MLP<BackendName>): 'moderate' | 'huge' {
  ok(allFinite(model));
  const { inputSize, layers } = model.config;
  const units = layers.at(-1)!.units;
  const x = Float32Array.from({ length: ROWS * inputSize }, (_, i) => ((i * 7) % 5) - 2);
  const predicts = () => {
    const predicted: ArrayLike<number> = model.predict(x);
    equal(predicted.length, ROWS * units);
    ok(Array.from(predicted).every(Number.isFinite), JSON.stringify(model.config));
  };
  try {
    predicts();
  } catch (error) {
    // A file may say that its scaling is still to be fitted.
    if (/model\.adapt/.test((error as Error).message)) {
      model.adapt(x, new Float32Array(ROWS * units).fill(1));
    } else ok(error instanceof NonFiniteError, error as Error);
  }
  const moderate = isModerate(model);
  if (moderate) predicts();
  try {
    // Ones are valid labels, shares and values, for every loss.
    model.trainOnBatch(x, new Float32Array(ROWS * units).fill(1));
  } catch (error) {
    const { message } = error as Error;
    ok(error instanceof NonFiniteError || /compile|decayRate/.test(message), error as Error);
  }
  ok(allFinite(model), JSON.stringify(model.config));
  return moderate ? 'moderate' : 'huge';
}

const ROWS = 4;
const SEED = 1912;
const RUNS = 10_000;

it(`refuses or loads ${RUNS} changed files, seed ${SEED}`, () => {
  const seen = { moderate: 0, huge: 0, refused: 0 };
  const start = process.memoryUsage().rss;
  fc.assert(
    fc.property(tampered, (file) => {
      let model: MLP<BackendName>;
      try {
        model = MLP.load<BackendName>(file, { backend: 'javascript' });
      } catch (error) {
        const { message } = error as Error;
        ok(kindsOfError.has((error as Error).constructor), error as Error);
        ok(message.startsWith('bytes'), message);
        ok(message.length < 1000, message);
        seen.refused++;
        return;
      }
      seen[assertWorks(model)]++;
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // Both outcomes occur often, and the ten thousand models were not kept.
  expect(Math.min(seen.moderate, seen.refused)).toBeGreaterThan(RUNS / 10);
  expect(seen.huge).toBeGreaterThan(RUNS / 1000);
  expect(process.memoryUsage().rss - start).toBeLessThan(5e8);
  // It takes half a minute on an idle core; a slow test says nothing about the files.
}, 300_000);
