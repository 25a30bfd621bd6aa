/** The compiler's binaries work under AssemblyScript's own loader as under ours, which is written for one imported memory. */
import { readFileSync } from 'node:fs';
import { instantiateSync } from '@assemblyscript/loader';
import { expect, it } from 'vitest';
import { createWasmBackend } from '../../src/backend/wasm.js';
import { host } from '../../src/platform.js';
import { untyped } from '../support/refusals.js';

const AT = 65536;
const values = Float32Array.from({ length: 1001 }, (_, i) => Math.fround((i - 300) / 7));

it.each(['portable', 'fused'] as const)('%s has the same kernels and results', (arithmetic) => {
  const memory = new host.WebAssembly!.Memory({ initial: 2, maximum: 65536, shared: false });
  const binary = readFileSync(new URL(`../../build/wasm/${arithmetic}.wasm`, import.meta.url));
  const loaded = instantiateSync<Record<string, (...given: number[]) => number>>(
    binary,
    untyped({ env: { memory } }),
  );
  new Float32Array(memory.buffer, AT, values.length).set(values);

  const ours = createWasmBackend(arithmetic);
  ours.reserve(AT + values.byteLength);
  ours.elements.set(values, AT / 4);

  const kernels = Object.keys(ours.kernels).filter((name) => name !== 'memory');
  expect(kernels.length).toBeGreaterThan(90);
  for (const name of kernels) expect(loaded.exports[name], name).toBeTypeOf('function');
  for (const name of [
    'sum_of_squares',
    'sum_of_magnitudes',
    'largest_magnitude',
    'count_nonzeros',
  ] as const) {
    expect(loaded.exports[name]!(AT, values.length), name).toBe(ours.kernels[name](AT, values.length));
  }
});
