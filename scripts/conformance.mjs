/** Compares the kernels of the WebAssembly binaries with those in JavaScript: their names and parameter counts. */
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
 * @param javascript  parameter counts of the kernels in JavaScript
 * @param folder      folder of the kernels in JavaScript, for messages
 * @returns {string[]} one sentence per kernel and source; empty if all are equal
 */
export function kernelDifferences({ javascript, ...binaries }, folder = 'src/backend/javascript') {
  const sources = { [folder]: javascript, ...binaries };
  const names = new Set(Object.values(sources).flatMap((kernels) => [...kernels.keys()]));
  return [...names].sort().flatMap((kernel) => {
    const [owner] = Object.entries(sources).find(([, kernels]) => kernels.has(kernel));
    const missing = Object.entries(sources)
      .filter(([, kernels]) => !kernels.has(kernel))
      .map(([source]) => `${source}: kernel '${kernel}' is missing; ${owner} has it`);
    return missing.length > 0 ? missing : countDifferences(kernel, javascript, binaries, folder);
  });
}

function countDifferences(kernel, javascript, binaries, folder) {
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
      ? [`${first}: kernel '${kernel}' takes ${expected} parameters, ${folder} ${written}`]
      : []),
  ];
}

/** Returns the kernels of the last build: those of both binaries, and of the JavaScript backend, which implements `Kernels`. */
export async function builtKernels() {
  const binaries = ['build/wasm/portable.wasm', 'build/wasm/fused.wasm'];
  const found = await Promise.all(binaries.map(async (path) => [path, exportsOf(await readFile(path))]));
  const { createJavascriptBackend } = await bundled('src/backend/javascript/index.ts');
  return {
    javascript: countsOf(createJavascriptBackend('javascript64').kernels),
    ...Object.fromEntries(found),
  };
}

/** Returns the kernels of the predictor of the last build: those of its binary, and those in JavaScript. */
export async function builtPredictor() {
  const path = 'build/wasm/predictor.wasm';
  const { javascript } = await bundled('src/predictor/javascript/index.ts');
  return { javascript: countsOf(javascript), [path]: exportsOf(await readFile(path)) };
}

/** Checks the kernels of the last build. @throws Error that lists every kernel on which a binary and JavaScript differ */
export async function checkKernels() {
  const differences = [
    ...kernelDifferences(await builtKernels()),
    ...kernelDifferences(await builtPredictor(), 'src/predictor/javascript'),
  ];
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

function countsOf(kernels) {
  const functions = Object.entries(kernels).filter(
    ([name, kernel]) => typeof kernel === 'function' && !notKernels.has(name),
  );
  return new Map(functions.map(([name, kernel]) => [name, kernel.length]));
}

/** Imports a TypeScript source. */
async function bundled(entry) {
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false });
  const source = `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`;
  return import(source);
}
