/** Damaged files of other tools: each becomes a model, or an error in words that opens with the argument. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/index.js';
import { brainInfo, fromBrain, fromSklearn, fromTorch, sklearnInfo } from '../../src/interchange/index.js';
import { readSafetensors } from '../../src/saving/index.js';
import { mutated } from '../support/mutated.js';

const golden = new URL('../golden/interop/', import.meta.url);
/** Number of damaged files for each reader. */
const COUNT = Number(process.env.EVENKEEL_MUTATED ?? 1500);

interface Damaged<File> {
  readonly file: File;
  readonly label: string;
}

/** Values that stand where a file has others. */
const odd: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e9,
  2 ** 53,
  1e308,
  '',
  '1',
  'constructor',
  '__proto__',
  [],
  [1],
  [[1]],
  [[[[1]]]],
  {},
  { length: 1e9 },
  Object.fromEntries([['__proto__', 1]]),
];

type Holder = Record<string, unknown>;

/** Lists every object and array of a value. */
function holdersIn(value: unknown): Holder[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Holder, ...Object.values(value).flatMap(holdersIn)];
}

/** Yields files of JSON with one change: a value is replaced, removed, repeated or moved. Some are damaged as texts. */
function* damagedJson(folder: string, key: 'json' | 'model'): Generator<Damaged<string>> {
  const files = JSON.parse(readFileSync(new URL(`${folder}/files.json`, golden), 'utf8')) as Record<
    string,
    Holder
  >;
  const texts = Object.values(files).map((file) => JSON.stringify(file[key]));
  const rng = new Rng(`damaged ${folder}`);
  for (let i = 0; i < COUNT; i++) {
    const [a, b, c, d, e] = Array.from(rng.split(i).uniform(5)) as [number, number, number, number, number];
    const copy = JSON.parse(texts[Math.floor(a * texts.length)]!) as Holder;
    const holders = holdersIn(copy);
    const holder = holders[Math.floor(b * b * holders.length)]!;
    const keys = Object.keys(holder);
    const place = keys[Math.floor(c * keys.length)] ?? '0';
    const kind = Math.floor(5 * d);
    if (kind === 0) holder[place] = odd[Math.floor(e * odd.length)];
    else if (kind === 1) delete holder[place];
    else if (kind === 2) holder[`${keys.length}`] = holder[place];
    else if (kind === 3)
      holder[place] = holders[Math.floor(e * holders.length)] === copy ? 1 : (2 * e - 1) * 10;
    else if (Array.isArray(holder)) holder.pop();
    yield { file: JSON.stringify(copy), label: `change ${i}, kind ${kind} at ${place}` };
  }
  for (const { bytes, label } of mutated(
    texts.map((text) => Buffer.from(text)),
    COUNT / 5,
  )) {
    yield { file: Buffer.from(bytes).toString('utf8'), label };
  }
}

const states = readdirSync(new URL('pytorch/', golden))
  .filter((name) => name.endsWith('.safetensors'))
  .map((name) => new Uint8Array(readFileSync(new URL(`pytorch/${name}`, golden))));
function* damagedStates(): Generator<Damaged<Uint8Array>> {
  for (const { bytes, label } of mutated(states, COUNT)) yield { file: bytes, label };
}

/** Reads files, and checks that some of them are read, and the others refused in words. */
function readAll<File>(files: Iterable<Damaged<File>>, read: (file: File) => unknown, opening: RegExp): void {
  let accepted = 0;
  let refused = 0;
  for (const { file, label } of files) {
    try {
      read(file);
      accepted++;
    } catch (error) {
      refused++;
      // An error of the engine would not open with the argument.
      expect((error as Error).message, label).toMatch(opening);
      expect(error instanceof RangeError || error instanceof TypeError, label).toBe(true);
      expect((error as Error).message.length, label).toBeLessThan(1000);
    }
  }
  expect(accepted).toBeGreaterThan(COUNT / 50);
  expect(refused).toBeGreaterThan(COUNT / 10);
}

describe(`${COUNT} damaged files`, { timeout: 3_600_000 }, () => {
  it('of scikit-learn', () => {
    readAll(damagedJson('sklearn', 'model'), (file) => fromSklearn(file), /^json\b/);
    readAll(damagedJson('sklearn', 'model'), (file) => sklearnInfo(file), /^json\b/);
  });

  it('of brain.js', () => {
    readAll(damagedJson('brainjs', 'json'), (file) => fromBrain(file), /^json\b/);
    readAll(damagedJson('brainjs', 'json'), (file) => brainInfo(file), /^json\b/);
  });

  it('of PyTorch', () => {
    const layers = [{ activation: 'relu' }, {}] as const;
    readAll(damagedStates(), (file) => fromTorch(file, { layers }), /^(?:bytes|layers)\b/);
  });

  it('in the format of safetensors', () => {
    readAll(damagedStates(), (file) => readSafetensors(file), /^bytes: /);
    readAll(damagedStates(), (file) => readSafetensors(file, { lenient: true }), /^bytes: /);
  });
});
