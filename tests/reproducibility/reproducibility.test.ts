/** The sources give the pinned fingerprints on this engine. Other engines and pages have runners of their own. */
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as library from '../../src/index.js';
import { differences, type Fingerprints, fingerprints, hasFused, hash } from './fingerprints.mjs';

const pinned: Fingerprints = JSON.parse(
  await readFile(new URL('../golden/fingerprints.json', import.meta.url), 'utf8'),
);

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('same seed, same bits', () => {
  it('portable: gives the pinned draws, first weights, gradients, training and predictions', async () => {
    expect(await fingerprints(library)).toEqual(pinned);
  });

  it('portable: gives them again in a second run in the same process', async () => {
    expect(await differences(library, pinned, 'portable')).toEqual([]);
  });

  it.skipIf(!hasFused(library))(
    'fused: gives the draws and first weights of portable, and a loss close to it',
    async () => {
      expect(await differences(library, pinned, 'fused')).toEqual([]);
    },
  );

  it('javascript: gives the draws and first weights of WebAssembly', async () => {
    expect(await differences(library, pinned, 'javascript')).toEqual([]);
  });

  it('no WebAssembly: gives them in plain JavaScript', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    vi.resetModules();
    const { useEverything } = await import('../../src/extras/index.js');
    useEverything();
    const bare = await import('../../src/index.js');
    expect(await differences(bare, pinned, 'no WebAssembly')).toEqual([]);
  });
});

describe('the comparison', () => {
  it('refuses a library with WebAssembly as one without', async () => {
    expect(await differences(library, pinned, 'no WebAssembly')).toEqual([
      'backend: expected javascript, got wasm',
    ]);
  });

  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
  ])('hashes %j as RFC 9923 does', (text, expected) => {
    expect(hash(new TextEncoder().encode(text))).toBe(expected);
  });

  it('hashes the bytes of a view, not of its buffer, and arrays one after another', () => {
    const bytes = new TextEncoder().encode('xfoobarx');
    expect(hash(bytes.subarray(1, 4), bytes.subarray(4, 7))).toBe('85944171f73967e8');
  });

  it('notices a step that is wrong by one part in ten million, and no difference before the step', async () => {
    const hasty = {
      ...library,
      sgd: (options: Parameters<typeof library.sgd>[0] = {}) =>
        library.sgd({ ...options, learningRate: (options.learningRate as number) * (1 + 1e-7) }),
    };
    const found = await differences(hasty, pinned, 'portable');
    expect(found.filter((line) => line.includes('.trained')).length).toBeGreaterThanOrEqual(4);
    expect(found.filter((line) => /draws|\.initial|\.gradients/.test(line))).toEqual([]);
  });

  it.each(['portable', 'javascript'] as const)('notices one changed value of %s', async (build) => {
    const [name, net] = Object.entries(pinned.nets)[0]!;
    const other = { ...pinned, nets: { ...pinned.nets, [name]: { ...net, initial: '0123456789abcdef' } } };
    expect(await differences(library, other, build)).toEqual([
      `nets.${name}.initial: expected 0123456789abcdef, got ${net.initial}`,
    ]);
  });

  it('notices a loss of fused that is far off', async () => {
    const [name, net] = Object.entries(pinned.nets)[0]!;
    const other = { ...pinned, nets: { ...pinned.nets, [name]: { ...net, loss: net.loss * 1.002 } } };
    expect(await differences(library, other, 'fused')).toEqual([
      expect.stringMatching(/loss: expected about/),
    ]);
  });
});
