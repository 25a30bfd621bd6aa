/** Compares the kernels of the two WebAssembly binaries and of the JavaScript backend: their names and parameter counts. */
import { readFile } from 'node:fs/promises';
import binaryen from 'assemblyscript/binaryen';
import { build } from 'esbuild';

/** Exports of the binaries that are not kernels. */
const notKernels = new Set(['heap_base']);
/** Names of elementwise kernels. The binaries may omit their last parameter, which only some activations have. */
const elementwise = /_(forward|backward)$/;

/**
 * Lists the differences between sources of kernels. The binaries must be equal. JavaScript may omit trailing parameters that it
 * does not read, such as scratch.
 *
 * @param binaries    parameter counts of the kernels of each binary, by the binary's name in messages
 * @param javascript  parameter counts of the kernels of the JavaScript backend
 * @returns {string[]} one sentence per kernel and source; empty if all are equal
 */
export function kernelDifferences({ javascript, ...binaries }) {
  const sources = { 'src/backend/javascript': javascript, ...binaries };
  const names = new Set(Object.values(sources).flatMap((kernels) => [...kernels.keys()]));
  return [...names].sort().flatMap((kernel) => {
    const [owner] = Object.entries(sources).find(([, kernels]) => kernels.has(kernel));
    const missing = Object.entries(sources)
      .filter(([, kernels]) => !kernels.has(kernel))
      .map(([source]) => `${source}: kernel '${kernel}' is missing; ${owner} has it`);
    return missing.length > 0 ? missing : countDifferences(kernel, javascript, binaries);
  });
}

function countDifferences(kernel, javascript, binaries) {
  const counts = Object.entries(binaries).map(([source, kernels]) => [source, kernels.get(kernel)]);
  const [first, expected] = counts[0];
  const written = javascript.get(kernel) - (elementwise.test(kernel) ? 1 : 0);
  return [
    ...counts
      .filter(([, count]) => count !== expected)
      .map(
        ([source, count]) => `${source}: kernel '${kernel}' takes ${count} parameters, ${first} ${expected}`,
      ),
    ...(written > expected
      ? [`${first}: kernel '${kernel}' takes ${expected} parameters, src/backend/javascript ${written}`]
      : []),
  ];
}

/** Returns the kernels of the last build: those of both binaries, and of the JavaScript backend, which implements `Kernels`. */
export async function builtKernels() {
  const binaries = ['build/wasm/portable.wasm', 'build/wasm/fused.wasm'];
  const found = await Promise.all(binaries.map(async (path) => [path, exportsOf(await readFile(path))]));
  return { javascript: await oracleKernels(), ...Object.fromEntries(found) };
}

/** Checks the kernels of the last build. @throws Error that lists every kernel on which binaries and JavaScript backend differ */
export async function checkKernels() {
  const differences = kernelDifferences(await builtKernels());
  if (differences.length > 0) throw new Error(`kernels differ:\n  ${differences.join('\n  ')}`);
}

/** Lists the exports of a binary. It uses binaryen, because Node 20 cannot compile the fused binary. */
function exportsOf(bytes) {
  const module = binaryen.readBinary(bytes);
  const kernels = new Map();
  for (let i = 0; i < module.getNumExports(); i++) {
    const { name, kind, value } = binaryen.getExportInfo(module.getExportByIndex(i));
    if (kind !== binaryen.ExternalFunction || notKernels.has(name)) continue;
    const { params } = binaryen.getFunctionInfo(module.getFunction(value));
    kernels.set(name, binaryen.expandType(params).length);
  }
  module.dispose();
  return kernels;
}

async function oracleKernels() {
  const { outputFiles } = await build({
    entryPoints: ['src/backend/javascript/index.ts'],
    bundle: true,
    format: 'esm',
    write: false,
  });
  const source = `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`;
  const { createJavascriptBackend } = await import(source);
  const { kernels } = createJavascriptBackend('javascript64');
  return new Map(Object.entries(kernels).map(([name, kernel]) => [name, kernel.length]));
}
