/** Same seed, same bits: the pinned fingerprints on this engine, over the sources. Engines and pages have runners of their own. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.js';
import { differences, type Fingerprints, fingerprints, hasFused, hash } from './fingerprints.mjs';

const pinned: Fingerprints = JSON.parse(
  await readFile(new URL('../golden/fingerprints.json', import.meta.url), 'utf8'),
);

describe('same seed, same bits', () => {
  it('portable: draws, first weights, gradients, training and predictions are the pinned ones', async () => {
    expect(await fingerprints(library)).toEqual(pinned);
  });

  it('portable: a second run in the same process gives them again', async () => {
    expect(await differences(library, pinned, 'portable')).toEqual([]);
  });

  it.skipIf(!hasFused(library))(
    'fused: draws and first weights are portable’s, training lies near',
    async () => {
      expect(await differences(library, pinned, 'fused')).toEqual([]);
    },
  );

  it('javascript: draws and first weights are those of WebAssembly', async () => {
    expect(await differences(library, pinned, 'javascript')).toEqual([]);
  });
});

describe('the comparison', () => {
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
  ])('hashes %j as RFC 9923 has it', (text, expected) => {
    expect(hash(new TextEncoder().encode(text))).toBe(expected);
  });

  it('hashes the bytes of a view, not of its buffer, and arrays one after another', () => {
    const bytes = new TextEncoder().encode('xfoobarx');
    expect(hash(bytes.subarray(1, 4), bytes.subarray(4, 7))).toBe('85944171f73967e8');
  });

  it('notices a step that is wrong by one part in ten million, and nothing before the step', async () => {
    const hasty = {
      ...library,
      sgd: (options: Parameters<typeof library.sgd>[0] = {}) =>
        library.sgd({ ...options, learningRate: (options.learningRate as number) * (1 + 1e-7) }),
    };
    const found = await differences(hasty, pinned, 'portable');
    expect(found.filter((line) => line.includes('.trained')).length).toBeGreaterThanOrEqual(4);
    expect(found.filter((line) => /draws|\.initial|\.gradients/.test(line))).toEqual([]);
  });

  it.each(['portable', 'javascript'] as const)('%s: notices one other value', async (build) => {
    const [name, net] = Object.entries(pinned.nets)[0]!;
    const other = { ...pinned, nets: { ...pinned.nets, [name]: { ...net, initial: '0123456789abcdef' } } };
    expect(await differences(library, other, build)).toEqual([
      `nets.${name}.initial: expected 0123456789abcdef, got ${net.initial}`,
    ]);
  });

  it('fused: notices a loss elsewhere', async () => {
    const [name, net] = Object.entries(pinned.nets)[0]!;
    const other = { ...pinned, nets: { ...pinned.nets, [name]: { ...net, loss: net.loss * 1.002 } } };
    expect(await differences(library, other, 'fused')).toEqual([
      expect.stringMatching(/loss: expected about/),
    ]);
  });
});
