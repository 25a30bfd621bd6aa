/**
 * A worker of Cloudflare's runtime, in miniflare. esbuild bundles it as wrangler does: with the condition `workerd`, and with
 * WebAssembly files left to the runtime, which compiles them before the program starts.
 */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { build } from 'esbuild';
import { program } from './program.mjs';

const files = {
  'package.json': '{ "private": true, "type": "module" }',
  'worker.js': program('import', 'export default { fetch: async () => new Response(await run()) };'),
};

async function run(consumer) {
  const modules = [];
  const wasmFiles = {
    name: 'WebAssembly files',
    setup({ onResolve }) {
      onResolve({ filter: /^\..*\.wasm$/ }, ({ path, resolveDir }) => {
        const name = basename(path);
        modules.push({ type: 'CompiledWasm', path: name, contents: readFileSync(resolve(resolveDir, path)) });
        return { path: `./${name}`, external: true };
      });
    },
  };
  const { outputFiles } = await build({
    entryPoints: [consumer.path('worker.js')],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    conditions: ['workerd', 'worker', 'browser'],
    plugins: [wasmFiles],
    write: false,
    logLevel: 'silent',
  });
  modules.unshift({ type: 'ESModule', path: 'worker.js', contents: outputFiles[0].text });
  const { Miniflare } = await consumer.tool('miniflare');
  const worker = new Miniflare({ modules, compatibilityDate: '2025-01-01' });
  try {
    return await (await worker.dispatchFetch('http://localhost/')).text();
  } finally {
    await worker.dispose();
  }
}

export const workerd = { files, run };
