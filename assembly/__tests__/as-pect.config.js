import { setFlagsFromString } from 'node:v8';

// Node 20 supports relaxed SIMD, which the fused build needs, only behind a flag.
if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');

export default {
  entries: ['assembly/__tests__/*.spec.ts'],
  instantiate: (memory, createImports, instantiate, binary) => instantiate(binary, createImports({ env: { memory } })),
};
