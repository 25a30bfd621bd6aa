import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles the library with all its parts, as Node loads it, and some internal modules into one file, build/bench/library.js. A
 * chunk shared between entries would be one instance for all contestants.
 */
export async function bundleLibrary() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  await build({
    stdin: {
      contents: `
        import { useEverything } from './src/extras/index.ts';
        useEverything();
        export * from './src/index.ts';
        export { createBackend } from './src/backend/index.ts';
        export { hasRelaxedSimd } from './src/backend/builds.ts';
        export { Arena } from './src/backend/arena.ts';
        export { loadPredictor } from './src/predictor/index.ts';`,
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    outfile: `${root}build/bench/library.js`,
    logLevel: 'warning',
  });
}
