/** Changes saved models in any way: their description, their header, their values and their bytes. */
import fc from 'fast-check';
import { MLP, rmsprop, warmup } from '../../src/index.js';
import { fileOf } from './safetensors.js';
import { everything } from './saved.js';

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

/** Saved models with up to two changes of their content and one of their bytes; some are unchanged. */
export const tamperedFiles: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom(...good), fc.array(edit, { maxLength: 2 }), fc.array(damage, { maxLength: 1 }))
  .map(([draft, edits, damages]) => {
    const changed = edits.reduce((draft, edit) => edit(draft), draft);
    return damages.reduce((file, damage) => damage(file), whole(changed));
  });
