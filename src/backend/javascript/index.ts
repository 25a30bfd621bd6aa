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

/** Every kernel as a plain function of the memory it works in. */
type KernelsInMemory = { readonly [Name in keyof Kernels]: Kernel<Name> };

const modules = {
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
};

/** Exports of the modules that `Kernels` does not declare: none, or the line below does not compile. */
type Undeclared = Exclude<keyof typeof modules, keyof Kernels>;

/**
 * The modules' exports are exactly the kernels. All backends share these functions, so that a second model runs what the
 * engine has compiled for the first.
 */
const kernels: KernelsInMemory & { readonly [Name in Undeclared]: never } = modules;

/** A backend in plain JavaScript; `javascript64` stores f64 and is the oracle of the tests. */
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

/** Bound functions, not methods: a kernel may be looked up by name and called on its own. */
function bind(memory: Memory): Kernels {
  const bound = Object.entries(kernels).map(([name, kernel]) => [
    name,
    (kernel as (memory: Memory, ...given: number[]) => unknown).bind(undefined, memory),
  ]);
  return Object.fromEntries(bound);
}
