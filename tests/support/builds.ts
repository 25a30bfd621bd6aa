/** Lists every build of the kernels, created as the library creates them. Each kernel test runs on all of them. */
import { createJavascriptBackend } from '../../src/backend/javascript/index.js';
import type { Backend } from '../../src/backend/kernels.js';
import { createWasmBackend } from '../../src/backend/wasm.js';

export interface Build {
  readonly name: string;
  readonly create: () => Backend;
}

export const builds: readonly Build[] = [
  { name: 'portable', create: () => createWasmBackend('portable') },
  { name: 'fused', create: () => createWasmBackend('fused') },
  { name: 'javascript', create: () => createJavascriptBackend('javascript') },
  { name: 'javascript64', create: () => createJavascriptBackend('javascript64') },
];
