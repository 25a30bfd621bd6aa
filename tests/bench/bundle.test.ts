/** Tests the bundle of the library that the benchmark measures. */
import { describe, expect, it } from 'vitest';
import { bundleLibrary } from '../../bench/bundle.mjs';

describe('bundleLibrary', () => {
  it('bundles all internal modules that the subjects use', async () => {
    await bundleLibrary();
    const file = new URL('../../build/bench/library.js', import.meta.url).href;
    const library = await import(/* @vite-ignore */ file);
    for (const name of ['MLP', 'createBackend', 'hasRelaxedSimd', 'Arena', 'loadPredictor']) {
      expect(library[name], name).toBeTypeOf('function');
    }
  });
});
