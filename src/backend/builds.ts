/**
 * The two builds of the kernels, portable and fused, as compiled modules. The library holds both as text. A program may bring a build
 * as a file instead.
 */
import { messageOf } from '../errors.js';
import { host, type WebAssemblyModule } from '../platform.js';
import { binaries } from './binary.js';
import type { Arithmetic, BinaryState } from './names.js';
import { fusedBinary, hasFused } from './optional.js';
import { unpackFused, unpackPortable } from './unpack.js';

/** Custom section of the files, which says which build of which version they are. scripts/build.mjs writes it. */
const SECTION = 'evenkeel';

/** Compiled modules, by arithmetic and whether their memory is shared. */
const modules = new Map<string, WebAssemblyModule>();
/** Builds that the program brought. */
const given = new Set<Arithmetic>();
/** Bytes of these, where the program has them. */
const brought = new Map<Arithmetic, Uint8Array>();

/** Returns the compiled module of a build. @throws the engine's error if it, or a page's policy, forbids compiling */
export function compiled(arithmetic: Arithmetic, shared: boolean): WebAssemblyModule {
  const key = shared ? `${arithmetic}, shared` : arithmetic;
  let module = modules.get(key);
  if (module === undefined) {
    if (host.WebAssembly === undefined) throw new Error('the engine has no WebAssembly');
    const bytes = bytesOf(arithmetic);
    if (shared) declareShared(bytes);
    module = new host.WebAssembly.Module(bytes);
    modules.set(key, module);
  }
  return module;
}

/**
 * Uses a module that the program brings.
 *
 * @param bytes  its bytes, if the program has them. Threads need them, because they need a module with a shared memory
 * @throws RangeError if the module is not a build of this version
 */
export function provideModule(module: WebAssemblyModule, bytes?: Uint8Array): void {
  const [section] = host.WebAssembly!.Module.customSections(module, SECTION);
  const label = textOf(new Uint8Array(section ?? new ArrayBuffer(0)));
  const arithmetic = (['portable', 'fused'] as const).find((name) => label === labelOf(name));
  if (arithmetic === undefined) {
    throw new RangeError(
      `source: expected evenkeel.wasm or evenkeel-fused.wasm of this version of the package, got ${section === undefined ? 'another module' : 'that of another version'}`,
    );
  }
  modules.set(arithmetic, module);
  given.add(arithmetic);
  if (bytes !== undefined) brought.set(arithmetic, bytes);
}

/**
 * Keeps the bytes of the fused build if the engine cannot compile them, because it has no relaxed SIMD. Models with `arithmetic: 'fused'`
 * then run as 'portable', as with the library's own copy.
 *
 * @returns false if the bytes are not the fused build of this version
 */
export function keepUncompiled(bytes: Uint8Array): boolean {
  const label = labelOf('fused');
  // The label is at the end of the file.
  if (textOf(bytes.subarray(-label.length)) !== label || host.WebAssembly!.validate(bytes)) return false;
  brought.set('fused', bytes);
  return true;
}

function labelOf(arithmetic: Arithmetic): string {
  return `${arithmetic} ${binaries.id}`;
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Returns true if the engine has relaxed SIMD, which the fused build needs. @throws StateError if a page has not loaded the build */
export function hasRelaxedSimd(): boolean {
  if (modules.has('fused')) return true;
  const bytes = bytesOf('fused');
  try {
    return host.WebAssembly!.validate(bytes);
  } catch {
    return false;
  }
}

/** Returns where the builds are from. @param runs  true if WebAssembly is available */
export function binaryStates(runs: boolean): Readonly<Record<Arithmetic, BinaryState>> {
  const from = (arithmetic: Arithmetic) => (given.has(arithmetic) ? 'program' : 'library');
  if (!runs) return { portable: 'unavailable', fused: 'unavailable' };
  const fused =
    !modules.has('fused') && !brought.has('fused') && !hasFused()
      ? 'not loaded'
      : hasRelaxedSimd()
        ? from('fused')
        : 'no relaxed SIMD';
  return { portable: from('portable'), fused };
}

/** Returns the reason why an engine, or a policy, refused WebAssembly with an error. */
export function refusalOf(cause: unknown): string {
  const message = messageOf(cause);
  if (host.WebAssembly === undefined) return message;
  try {
    if (!host.WebAssembly.validate(bytesOf('portable')))
      return `the engine has no SIMD in WebAssembly (${message})`;
  } catch {
    return message;
  }
  const { name } = cause as Error;
  return /^(CompileError|EvalError)$/.test(name)
    ? `a policy of the page or the host forbids it (${message})`
    : message;
}

/** Returns a copy of the bytes of a build. */
function bytesOf(arithmetic: Arithmetic): Uint8Array {
  const bytes = brought.get(arithmetic);
  if (bytes !== undefined) return bytes.slice();
  return arithmetic === 'fused' ? unpackFused(binaries, fusedBinary()) : unpackPortable(binaries);
}

/** Import as it is encoded in a binary: "env", "memory", a memory (2), limits with a maximum (1). */
const MEMORY_IMPORT = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 1];
/** Limits with a maximum for a shared memory. */
const SHARED = 3;

/** Changes the flag of the memory import, so that the binary takes a shared memory and no second binary is needed. */
function declareShared(bytes: Uint8Array): void {
  const at = bytes.findIndex((_, i) => MEMORY_IMPORT.every((byte, j) => bytes[i + j] === byte));
  if (at < 0) throw new Error('this binary imports no memory');
  bytes[at + MEMORY_IMPORT.length - 1] = SHARED;
}
