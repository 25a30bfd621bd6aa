import { computed } from '../../computed.js';
import type { Backend, Elements, Kernels } from '../kernels.js';
import * as activations from './activations.js';
import * as batchNorm from './batch-norm.js';
import * as bias from './bias.js';
import * as dropout from './dropout.js';
import * as gather from './gather.js';
import * as gemm from './gemm.js';
import * as linalg from './linalg.js';
import * as losses from './losses.js';
import { BASE, type Kernel, Memory } from './memory.js';
import * as optimizers from './optimizers.js';
import * as prelu from './prelu.js';
import * as propagation from './propagation.js';
import * as random from './random.js';
import * as randomWords from './random-words.js';
import * as scaling from './scaling.js';
import * as sparse from './sparse.js';
import * as statistics from './statistics.js';

/** Every kernel as a plain function that takes the memory it works in first. */
type KernelsInMemory = { readonly [Name in keyof Kernels]: Kernel<Name> };

const modules = /* @__PURE__ */ computed(() => ({
  ...gemm,
  ...sparse,
  ...gather,
  ...bias,
  ...scaling,
  ...activations,
  ...batchNorm,
  ...dropout,
  ...prelu,
  ...losses,
  ...optimizers,
  ...random,
  ...linalg,
  ...propagation,
  ...randomWords,
  ...statistics,
}));

/** Exports of the modules that `Kernels` does not declare. The line below compiles only if there are none. */
type Undeclared = Exclude<keyof typeof modules, keyof Kernels>;

/**
 * All kernels; the modules export exactly these. All backends share the functions, so that a second model runs code that the
 * engine has already compiled.
 */
const kernels: KernelsInMemory & { readonly [Name in Undeclared]: never } = modules;

/** Creates a backend in plain JavaScript. `javascript64` stores f64 and is the oracle of the tests. */
export function createJavascriptBackend(name: 'javascript' | 'javascript64'): Backend {
  const elementBytes = name === 'javascript64' ? 8 : 4;
  const memory = new Memory(elementBytes);
  return {
    name,
    arithmetic: 'portable',
    elementBytes,
    kernels: bind(memory),
    threads: { count: 1, ready: 1, active: false, close() {} },
    base: BASE,
    get elements(): Elements {
      return memory.elements;
    },
    get words(): Uint32Array {
      return memory.words;
    },
    get doubles(): Float64Array {
      return memory.doubles;
    },
    get bytes(): Uint8Array {
      return memory.bytes;
    },
    reserve(bytes: number): void {
      memory.reserve(bytes);
    },
  };
}

/** Binds every kernel to a memory. Bound functions rather than methods: a kernel may be looked up by name and called alone. */
function bind(memory: Memory): Kernels {
  const bound = Object.entries(kernels).map(([name, kernel]) => [
    name,
    (kernel as (memory: Memory, ...given: number[]) => unknown).bind(undefined, memory),
  ]);
  return Object.fromEntries(bound);
}
