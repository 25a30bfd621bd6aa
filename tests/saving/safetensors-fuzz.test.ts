/** Damages ten thousand files. Each is refused with an error, or read to the values that an independent reader finds. */
import { deepStrictEqual as deepEqual, strictEqual as equal, ok } from 'node:assert';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readSafetensors } from '../../src/saving/safetensors.js';
import { arrays, fileOf, plainHeader, readPlainly, sizes } from '../support/safetensors.js';

/** A header before it becomes JSON: pairs, so that a key may occur twice, and values as text, so that any number is possible. */
type Pairs = [key: string, value: string | Pairs][];
interface Draft {
  readonly header: Pairs;
  readonly data: readonly number[];
}

function textOf(value: string | Pairs): string {
  if (typeof value === 'string') return value;
  return `{${value.map(([key, inner]) => `${JSON.stringify(key)}:${textOf(inner)}`).join(',')}}`;
}

const names = ['a', 'b', 'layers.0.kernel', '', '"', '\\', '😀', '__proto__', 'constructor', 'dtype'];
const dtypeNames = Object.keys(sizes);
const otherDtypes = ['F8_E4M3', 'F8_E5M2', 'C64', 'F4', 'f32', '', '__proto__', 'constructor', 'F32 '];
const numbers = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '8',
  '12',
  '16',
  '-1',
  '-0',
  '1.5',
  '4.0',
  '1e1',
  '00',
  '"0"',
  'null',
].concat([
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '18446744073709551618',
  `1${'0'.repeat(400)}`,
]);

/** Valid files: a few small tensors in turn, and some metadata. */
const draft: fc.Arbitrary<Draft> = fc
  .record({
    tensors: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom(...names),
        dtype: fc.constantFrom(...dtypeNames),
        shape: fc.array(fc.nat(3), { maxLength: 3 }),
      }),
      { selector: ({ name }) => name, maxLength: 5 },
    ),
    metadata: fc.option(fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 })),
    bytes: fc.infiniteStream(fc.nat(255)),
  })
  .map(({ tensors, metadata, bytes }) => {
    let end = 0;
    const header: Pairs = tensors.map(({ name, dtype, shape }) => {
      const begin = end;
      end += shape.reduce((product, side) => product * side, sizes[dtype]!);
      const fields: Pairs = [
        ['dtype', JSON.stringify(dtype)],
        ['shape', JSON.stringify(shape)],
        ['data_offsets', JSON.stringify([begin, end])],
      ];
      return [name, fields];
    });
    if (metadata) header.push(['__metadata__', metadata.map((key) => [key, JSON.stringify(key)])]);
    // An I64 of random bytes is rarely a safe integer, so that most bytes are 0.
    const data = Array.from(bytes.take(end), (byte, i) => (i % 8 < 2 ? byte : 0));
    return { header, data };
  });

type Edit = (draft: Draft) => Draft;
const anywhere = fc.nat(2 ** 16);
const number = fc.constantFrom(...numbers);

/** Replaces pair `at` of the header, modulo their number, by those that `change` makes of it. */
const edit =
  (at: number, change: (pair: Pairs[number]) => Pairs): Edit =>
  ({ header, data }) => ({
    data,
    header: header.flatMap((pair, i) => (i === at % header.length ? change(pair) : [pair])),
  });
const editField = (at: number, field: number, change: (pair: Pairs[number]) => Pairs): Edit =>
  edit(at, ([key, value]) => {
    if (typeof value === 'string') return [[key, value]];
    return [[key, value.flatMap((pair, i) => (i === field % value.length ? change(pair) : [pair]))]];
  });
const lists = (value: string | Pairs) => (typeof value === 'string' ? value.split(/(?<=\[)|[,]|(?=\])/) : []);

/** Changes of the header after which it is JSON, or nearly. */
const headerEdit: fc.Arbitrary<Edit> = fc.oneof(
  // Change one number of a shape or of offsets.
  fc.tuple(anywhere, fc.integer({ min: 1, max: 2 }), anywhere, number).map(([at, field, place, number]) =>
    editField(at, field, ([key, value]) => {
      const [open, ...rest] = lists(value);
      const inner = rest.slice(0, -1);
      if (open !== '[' || inner.length === 0) return [[key, `[${number}]`]];
      return [[key, `[${inner.map((old, i) => (i === place % inner.length ? number : old)).join(',')}]`]];
    }),
  ),
  // Shift offsets a little.
  fc.tuple(anywhere, fc.integer({ min: -8, max: 8 }), fc.boolean()).map(([at, by, both]) =>
    editField(at, 2, ([key, value]) => {
      const [, begin, end] = lists(value).map(Number);
      return [[key, `[${(begin ?? 0) + (both ? by : 0)},${(end ?? 0) + by}]`]];
    }),
  ),
  fc
    .tuple(anywhere, fc.constantFrom(...dtypeNames, ...otherDtypes))
    .map(([at, dtype]) => editField(at, 0, ([key]) => [[key, JSON.stringify(dtype)]])),
  // Change a name, perhaps to one that exists.
  fc
    .tuple(anywhere, fc.constantFrom(...names, '__metadata__'))
    .map(([at, name]) => edit(at, ([, value]) => [[name, value]])),
  fc
    .tuple(anywhere, anywhere, fc.constantFrom(...names))
    .map(([at, field, name]) => editField(at, field, ([, value]) => [[name, value]])),
  // Duplicate or delete a pair.
  anywhere.map((at) => edit(at, (pair) => [pair, pair])),
  anywhere.map((at) => edit(at, () => [])),
  fc.tuple(anywhere, anywhere).map(([at, field]) => editField(at, field, (pair) => [pair, pair])),
  fc.tuple(anywhere, anywhere).map(([at, field]) => editField(at, field, () => [])),
  // Exchange the fields of two tensors, or only their places in the header, which is legal.
  fc.tuple(anywhere, anywhere, anywhere).map(([from, to, field]) => swapFields(from, to, field)),
  fc.constant<Edit>(({ header, data }) => ({ header: [...header].reverse(), data })),
  // Insert any other JSON.
  fc.tuple(anywhere, fc.json({ maxDepth: 3 })).map(([at, json]) => edit(at, ([key]) => [[key, json]])),
  fc
    .tuple(anywhere, anywhere, fc.json({ maxDepth: 2 }))
    .map(([at, field, json]) => editField(at, field, ([key]) => [[key, json]])),
  fc.integer({ min: 1, max: 3000 }).map((depth) => edit(0, ([key]) => [[key, '['.repeat(depth)]])),
  // Add data, or remove some.
  fc.nat(8).map<Edit>((count) => ({ header, data }) => ({
    header,
    data: [...data, ...Array(count).fill(7)],
  })),
  fc.nat(8).map<Edit>((count) => ({ header, data }) => ({ header, data: data.slice(count) })),
);

function swapFields(from: number, to: number, field: number): Edit {
  return ({ header, data }) => {
    const [i, j] = [from % header.length, to % header.length];
    const of = (at: number) => {
      const fields = header[at]?.[1] ?? '';
      return typeof fields === 'string' ? undefined : fields[field % 3];
    };
    const swapped = header.map(([key, value], at): Pairs[number] => {
      const other = at === i ? of(j) : at === j ? of(i) : undefined;
      if (typeof value === 'string' || other === undefined) return [key, value];
      return [key, value.map((pair, place) => (place === field % 3 ? other : pair))];
    });
    return { header: swapped, data };
  };
}

type Damage = (file: Uint8Array) => Uint8Array;
/** Places in a file: most of a file is data, but most faults are in its first bytes. */
const place = fc.oneof(anywhere, fc.nat(100), fc.nat(7));
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(
    ([at, mask]) =>
      (file: Uint8Array) =>
        file.map((byte, i) => (i === at % file.length ? byte ^ mask : byte)),
  ),
  place.map((at) => (file: Uint8Array) => file.slice(0, at % (file.length + 1))),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 9 })).map(([at, more]) => (file: Uint8Array) => {
    const cut = at % (file.length + 1);
    return Uint8Array.from([...file.subarray(0, cut), ...more, ...file.subarray(cut)]);
  }),
  fc.tuple(place, fc.nat(9)).map(([at, count]) => (file: Uint8Array) => {
    const cut = at % (file.length + 1);
    return Uint8Array.from([...file.subarray(0, cut), ...file.subarray(cut + count)]);
  }),
  // Replace one character of JSON by another.
  fc.tuple(place, fc.constantFrom(...'{}[]",:0123456789 -.eE\\')).map(
    ([at, character]) =>
      (file: Uint8Array) =>
        file.map((byte, i) => (i === 8 + at ? character.charCodeAt(0) : byte)),
  ),
);

/** Faults alone or a few together, sometimes none. */
const damaged = fc
  .tuple(
    draft,
    fc.array(headerEdit, { maxLength: 3 }),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(damage, { maxLength: 2 }) },
    ),
  )
  .map(([draft, edits, damages]) => {
    const { header, data } = edits.reduce((draft, edit) => edit(draft), draft);
    return damages.reduce((file, damage) => damage(file), fileOf(textOf(header), data));
  });

/** Lists every key of every object in a text that is valid JSON, with the path to it. */
function keysOf(json: string): string[] {
  const keys: string[] = [];
  const path: string[] = [];
  for (const [token, key] of json.matchAll(/"((?:[^"\\]|\\.)*)"\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (key !== undefined) {
      path[path.length - 1] = JSON.parse(`"${key}"`);
      keys.push(JSON.stringify(path));
    } else if (token === '{') path.push('');
    else if (token === '}') path.pop();
  }
  return keys;
}

/** Checks by other means what must hold of every file that is read. It uses Node's assert, which is ten times as fast. */
function assertTrue(file: Uint8Array, { tensors, metadata }: ReturnType<typeof readSafetensors>): void {
  const bytes = Buffer.from(file);
  const dataStart = 8 + Number(bytes.readBigUInt64LE());
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    bytes.subarray(8, dataStart),
  );
  equal(text[0], '{');
  const keys = keysOf(text);
  equal(new Set(keys).size, keys.length);

  const { __metadata__, ...entries } = plainHeader(text);
  deepEqual(metadata, new Map(Object.entries(__metadata__ ?? {})));
  for (const value of metadata.values()) equal(typeof value, 'string');
  const plain = readPlainly(file);
  deepEqual(new Set(tensors.keys()), new Set(Object.keys(entries)));
  // Counts for each byte of the data how many tensors own it.
  const owners = new Uint8Array(bytes.length - dataStart);
  for (const [name, { dtype: found, shape, values }] of tensors) {
    const entry = entries[name]!;
    deepEqual(Object.keys(entry).sort(), ['data_offsets', 'dtype', 'shape']);
    const { dtype, data_offsets } = entry;
    equal(data_offsets.length, 2);
    for (const whole of [...entry.shape, ...data_offsets]) ok(Number.isSafeInteger(whole) && whole >= 0);
    const [begin, end] = data_offsets;
    deepEqual(shape, entry.shape);
    const count = shape.reduce((product: number, side: number) => product * side, 1);
    equal(values.length, count);
    equal(count * sizes[dtype]!, end - begin);
    ok(end <= owners.length);
    for (let at = begin; at < end; at++) owners[at]!++;
    equal(found, dtype);
    equal(values.constructor, arrays[dtype]);
    // Lists are compared, because typed arrays are compared by their bits, and NaN has many.
    deepEqual(Array.from<number | bigint, number>(values, Number), plain.tensors[name]!.values);
  }
  ok(owners.every((count) => count === 1));
}

/** One pattern for each refusal; all of them occur. */
const refusals = [
  /^bytes: expected a safetensors file, /,
  /^bytes: header length \d+, expected at most /,
  /^bytes: header length \d+, but only /,
  /^bytes: header does not begin with /,
  /^bytes: header is not UTF-8$/,
  /^bytes: .*expected a string at character /,
  /^bytes: .*: expected a JSON string without half a surrogate pair at /,
  /^bytes: .*: expected a whole number from 0 to 2\^53 − 1 at /,
  /^bytes: .*: expected '[{[:]' at /,
  /^bytes: .*: expected ',' or '[}\]]' at /,
  /^bytes: header: expected its end at /,
  /^bytes: (header|__metadata__|tensor ".*"): duplicate key /,
  /^bytes: tensor ".*": unknown key /,
  /^bytes: tensor ".*": no (dtype|shape|data_offsets)/,
  /^bytes: tensor ".*"\.data_offsets: expected \[begin, end\], got /,
  /^bytes: tensor ".*"\.dtype: expected one of /,
  /^bytes: tensor ".*"\.shape: more than 2\^53 − 1 values /,
  /^bytes: tensor ".*"\.data_offsets: expected begin ≤ end, /,
  /^bytes: tensor ".*"\.data_offsets: end \d+ is beyond /,
  /^bytes: tensor ".*"\.data_offsets: expected \d+ bytes for /,
  /^bytes: tensor ".*"\.data_offsets: begin \d+ is in another tensor/,
  /^bytes: tensor ".*"\.data_offsets: begin \d+ leaves a hole /,
  /^bytes: \d+ trailing bytes /,
];

const SEED = 1912;
const RUNS = 10_000;

it(`refuses or reads ${RUNS} damaged files, seed ${SEED}`, () => {
  let read = 0;
  const seen = new Map(refusals.map((pattern) => [pattern, 0]));
  fc.assert(
    fc.property(damaged, (file) => {
      let result: ReturnType<typeof readSafetensors>;
      try {
        result = readSafetensors(file);
      } catch (error) {
        equal((error as Error).constructor, RangeError);
        const { message } = error as Error;
        const kind = refusals.find((pattern) => pattern.test(message));
        ok(kind, message);
        ok(message.length < 300);
        seen.set(kind, seen.get(kind)! + 1);
        return;
      }
      read++;
      assertTrue(file, result);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // Both outcomes occur often.
  expect(read).toBeGreaterThan(RUNS / 10);
  expect([...seen].filter(([, count]) => count === 0).map(([pattern]) => pattern)).toEqual([]);
});
