/** Tests of tables in batches: the same rows as in one read, from any kind of stream, in memory that does not grow. */
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { type CsvBatch, type CsvSource, learnCsv, readCsv, readCsvStream } from '../../src/data/index.js';
import { adam, MLP, Rng } from '../../src/index.js';
import { untyped } from '../support/refusals.js';

const rows = 3000;
const draws = new Rng('csv stream').integers(3 * rows, 50);
const lines = Array.from({ length: rows }, (_, r) => {
  const [a, b, c] = draws.subarray(3 * r, 3 * r + 3);
  return `${a! / 4},"${['größe', 'b, c', "it's", 'd\ne'.replace('e', '€')][b! % 4]}",${(a! + c!) % 2 === 0 ? 'even' : 'odd'}`;
});
const text = `a,b,t\n${lines.join('\r\n')}\n`;
const bytes = new TextEncoder().encode(text);
const whole = readCsv(text, { target: 't' });

function* cut(source: Uint8Array, size: number): Generator<Uint8Array> {
  for (let i = 0; i < source.length; i += size) yield source.subarray(i, i + size);
}

async function* later<T>(pieces: Iterable<T>): AsyncGenerator<T> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'a.csv'), text);
writeFileSync(join(folder, 'a.csv.gz'), gzipSync(text));

async function all(stream: AsyncIterable<CsvBatch>): Promise<CsvBatch[]> {
  const batches: CsvBatch[] = [];
  for await (const batch of stream) batches.push(batch);
  return batches;
}

const joined = (batches: readonly CsvBatch[]) => batches.flatMap(({ x }) => [...x]);

describe('readCsvStream', () => {
  const sources: Record<string, () => CsvSource> = {
    "Node's stream": () => createReadStream(join(folder, 'a.csv')),
    "Node's stream of text": () => createReadStream(join(folder, 'a.csv'), 'utf8'),
    "Node's stream of gzip": () => createReadStream(join(folder, 'a.csv.gz')),
    'a Blob': () => new Blob([bytes]),
    'a File of gzip': () => new File([gzipSync(text)], 'a.csv.gz'),
    "a response's body": () => new Response(bytes).body!,
    'a stream without an iterator': () => {
      const stream = new Blob([bytes]).stream();
      return { getReader: () => stream.getReader() };
    },
    'a generator of bytes': () => cut(bytes, 100),
    'an async generator of single bytes': () => later(cut(bytes, 1)),
    'a generator of gzip, byte by byte': () => cut(gzipSync(text), 1),
    'a list of texts': () => [text.slice(0, 5), text.slice(5, 1000), text.slice(1000)],
    'a text': () => text,
    bytes: () => bytes,
    'UTF-16 in odd pieces': () => cut(Buffer.from(`\uFEFF${text}`, 'utf16le'), 777),
  };
  it.each(Object.keys(sources))('reads %s', async (name) => {
    const batches = await all(readCsvStream(sources[name]!(), { target: 't', batchSize: 700 }));
    expect(batches.map((batch) => batch.rows)).toEqual([700, 700, 700, 700, 200]);
    expect(joined(batches)).toEqual([...whole.x]);
    expect(batches[0]).toMatchObject({ columns: whole.columns, featureNames: whole.featureNames });
    expect(batches.flatMap((batch) => [...batch.y!])).toEqual([...whole.y]);
  });

  it('has the columns of `like`, and notes on each batch', async () => {
    const like = readCsv('a,b,t\n1,größe,odd\n2,b,even\n', { target: 't' });
    const batches = await all(
      readCsvStream(bytes, { like, target: false, onUnknown: 'zeros', batchSize: 1000 }),
    );
    expect(joined(batches)).toEqual([...readCsv(text, { like, target: false, onUnknown: 'zeros' }).x]);
    expect(batches.map(({ notes }) => notes.map(({ about }) => about))).toEqual([
      ['unknown'],
      ['unknown'],
      ['unknown'],
    ]);
    await expect(all(readCsvStream(bytes, { like, name: 'f.csv' }))).rejects.toThrow(
      /^f\.csv: line \d+, column 'b': unknown category/,
    );
  });

  it('learns from the first ten thousand rows without `like`', async () => {
    const early = Array.from({ length: 10_000 }, (_, r) => `${r},${r % 2 === 0 ? 'x' : 'y'}`);
    const late = [...early, '1,z', '2,x'];
    const stream = (cells: string[], options = {}) =>
      all(readCsvStream(later([`a,b\n`, ...cells.map((line) => `${line}\n`)]), options));
    await expect(stream(late)).rejects.toThrow(/line 10002, column 'b': unknown category 'z'/);
    const batches = await stream(late, { onUnknown: 'zeros' });
    expect([...batches.at(-1)!.x.slice(-6)]).toEqual([1, 0, 0, 2, 1, 0]);
    await expect(stream([...early, 'one,x'])).rejects.toThrow(
      /line 10002, column 'a': expected a number, got 'one'/,
    );
  });

  it('lists the omitted rows, including those after the last batch', async () => {
    const cells = 'a,b\n1,2\nx,3\n4,5\n6\n7,8\ny,9\nz,9\n';
    const like = readCsv('a,b\n1,2\n3,4\n');
    const batches = await all(readCsvStream(cells, { like, onBadRow: 'skip', batchSize: 1 }));
    expect(batches.map(({ x }) => [...x])).toEqual([
      [1, 2],
      [4, 5],
      [7, 8],
    ]);
    expect(batches.flatMap(({ rejected }) => rejected.map(({ row, line }) => [row, line]))).toEqual([
      [1, 3],
      [3, 5],
      [5, 7],
      [6, 8],
    ]);
    expect(batches.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(4);
    await expect(all(readCsvStream('a,b\nx,1\n', { like, onBadRow: 'skip' }))).rejects.toThrow(
      /got none of 1; .*expected a number/,
    );
  });

  it('releases the source when the reader stops, and when a row is wrong', async () => {
    let [cancelled, opened] = [0, 0];
    const stream = (piece: string) =>
      new ReadableStream<Uint8Array>({
        start: () => {
          opened++;
        },
        pull: (controller) => controller.enqueue(new TextEncoder().encode(piece)),
        cancel: () => {
          cancelled++;
        },
      });
    const like = readCsv('1,2\n3,4\n', { header: false });
    for await (const { rows: count } of readCsvStream(stream('1,2\n'.repeat(500)), { like, batchSize: 10 })) {
      expect(count).toBe(10);
      break;
    }
    await expect(all(readCsvStream(stream('1,2\n1\n'), { like, batchSize: 10 }))).rejects.toThrow(
      /expected 2 cells, got 1 cell/,
    );
    expect([opened, cancelled]).toEqual([2, 2]);
  });

  it.each<[what: string, source: unknown, message: RegExp]>([
    ['a number', 7, /^source: expected a stream, a File or an iterable of bytes or texts, got 7$/],
    ['an object', {}, /^source: expected a stream, .*got an object \(Object\)$/],
    ['a list of numbers', [1, 2], /^source: expected pieces of bytes or text, got 1$/],
    ['nothing', [], /^text: expected rows, got an empty text$/],
    [
      'broken gzip',
      gzipSync(text).subarray(0, 100),
      /^text: expected whole gzip data, got data that cannot be inflated/,
    ],
    [
      'bytes that are no UTF-8',
      cut(Uint8Array.of(97, 10, 49, 10, 0xe4, 10), 2),
      /byte 0xE4 at offset 4, on line 3/,
    ],
  ])('refuses %s', async (_, source, message) => {
    await expect(all(readCsvStream(untyped<CsvSource>(source)))).rejects.toThrow(message);
  });

  it('passes on an error of the source', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 1000);
      throw new Error('the network is gone');
    }
    await expect(all(readCsvStream(failing()))).rejects.toThrow('the network is gone');
    async function* zipped(): AsyncGenerator<Uint8Array> {
      yield gzipSync(text).subarray(0, 1000);
      throw new Error('the network is gone');
    }
    await expect(all(readCsvStream(zipped()))).rejects.toThrow('the network is gone');
  });

  it('checks its options before the source is opened', () => {
    const never = untyped<CsvSource>({ getReader: () => expect.fail('opened') });
    expect(() => readCsvStream(never, { batchSize: 0 })).toThrow(
      /^batchSize: expected a whole number ≥ 1, got 0/,
    );
    expect(() => readCsvStream(never, untyped({ batch: 3 }))).toThrow(/^options\.batch: unknown option/);
  });
});

describe('learnCsv', () => {
  it.each([
    {},
    { onMissing: 'mean' },
    { onMissing: 'skip' },
    { onMissing: 'indicator' },
    { onMissing: 'median' },
  ] as const)('learns what readCsv does with %j', async (options) => {
    const holes = text
      .replaceAll('7.5,', options.onMissing === undefined ? '7.5,' : ',')
      .replaceAll('größe', '4');
    const table = readCsv(holes, { target: 't', ...options });
    let passes = 0;
    const learnt = await learnCsv(
      () => {
        passes++;
        return cut(new TextEncoder().encode(holes), 999);
      },
      { target: 't', ...options },
    );
    const { columns, rows: count, inputSize, featureNames, classNames, notes } = table;
    expect(learnt).toEqual({ columns, rows: count, inputSize, featureNames, classNames, notes });
    // This takes one more pass, because column b has numbers and categories.
    expect(passes).toBe(2);
    const batches = await all(readCsvStream(holes, { like: learnt }));
    expect(joined(batches)).toEqual([...table.x]);
  });

  it('reads its own table again with the same rare categories', async () => {
    const cells = `c,n\n${Array.from({ length: 300 }, (_, i) => `c${i % 150},${i}`).join('\n')}\n`;
    for (const onUnknown of ['error', 'zeros', 'other'] as const) {
      const learnt = await learnCsv(() => cells, { onUnknown });
      const [batch] = await all(readCsvStream(cells, { like: learnt }));
      expect(batch!.x).toEqual(readCsv(cells, { onUnknown }).x);
      expect(learnt.inputSize).toBe(onUnknown === 'zeros' ? 101 : 102);
    }
  });

  it('checks its arguments', async () => {
    await expect(learnCsv(untyped(text))).rejects.toThrow(/^open: expected a function, got 'a,b,t/);
    await expect(learnCsv(() => text, { like: whole })).rejects.toThrow(
      /^like: expected a table to learn from/,
    );
  });
});

it('a model adapts to, trains on and predicts batches', async () => {
  const open = () => createReadStream(join(folder, 'a.csv.gz'));
  const learnt = await learnCsv(open, { target: 't' });
  const model = new MLP({
    inputSize: learnt.inputSize,
    layers: [
      { units: 8, activation: 'relu' },
      { units: learnt.classNames!.length, activation: 'softmax' },
    ],
    inputScaling: 'zScore',
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam() });
  for await (const { x } of readCsvStream(open(), { like: learnt, batchSize: 2000 })) {
    model.adapt(x);
    break;
  }
  const { loss } = await model.fit(() => readCsvStream(open(), { like: learnt, batchSize: 64 }), {
    epochs: 3,
  });
  expect(loss).toHaveLength(3);
  let predicted = 0;
  for await (const { x } of readCsvStream(open(), { like: learnt, target: false }))
    predicted += model.predict(x).length;
  expect(predicted).toBe(2 * rows);
});
