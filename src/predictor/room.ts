import { host, type WebAssemblyModule } from '../platform.js';
import { PLAN_VERSION, type PredictorKernels } from './kernels.js';
import { tagOf } from './values.js';

const PAGE = 65536;
/** Bytes of a cache line. No two blocks share one, and every vector load is aligned. */
const LINE = 64;

/** Block of a room's memory. */
export interface Block {
  readonly start: number;
  readonly end: number;
}

/** Kernels and their memory, which all predictors of one module share. */
export interface Room {
  readonly kernels: PredictorKernels;
  /** Blocks in use, by ascending addresses. */
  readonly blocks: Block[];
  /** Views of the whole memory. They are replaced when it grows. */
  floats: Float32Array;
  doubles: Float64Array;
}

const rooms = /* @__PURE__ */ new WeakMap<object, Room>();

/**
 * Returns the room of a module.
 *
 * @param wasm  predictor.wasm as a WebAssembly.Module or as bytes, or kernels in JavaScript
 * @throws TypeError if it is none of these or of another version, or if the engine or a page's policy forbids WebAssembly
 */
export function roomOf(wasm: object): Room {
  let room = rooms.get(wasm);
  if (room !== undefined) return room;
  try {
    const kernels = kernelsOf(wasm);
    if (kernels.version() !== PLAN_VERSION) throw new Error(`it is version ${kernels.version()}`);
    room = { kernels, blocks: [], ...viewsOf(kernels) };
  } catch (cause) {
    const why = (cause as Error).message;
    throw new TypeError(
      `wasm: expected this version's predictor.wasm on an engine with WebAssembly: ${why}`,
      { cause },
    );
  }
  rooms.set(wasm, room);
  return room;
}

function kernelsOf(wasm: object): PredictorKernels {
  const tag = tagOf(wasm);
  if (!/Module|Array/.test(tag)) return wasm as PredictorKernels;
  const { Module, Instance } = host.WebAssembly!;
  const module = tag === 'WebAssembly.Module' ? (wasm as WebAssemblyModule) : new Module(wasm as Uint8Array);
  return new Instance(module, {}).exports as unknown as PredictorKernels;
}

function viewsOf({ memory: { buffer } }: PredictorKernels) {
  return { floats: new Float32Array(buffer), doubles: new Float64Array(buffer) };
}

/** Allocates a block: the first gap that is large enough, else new memory. @throws RangeError if the engine has no more */
export function allocate(room: Room, bytes: number): Block {
  const { kernels, blocks } = room;
  let start = aligned(kernels.heap_base());
  let i = 0;
  for (; i < blocks.length && blocks[i]!.start < start + bytes; i++) start = blocks[i]!.end;
  const end = aligned(start + bytes);
  const missing = end - room.floats.byteLength;
  if (missing > 0) {
    try {
      kernels.memory.grow(Math.ceil(missing / PAGE));
    } catch (cause) {
      throw new RangeError(`bytes: the engine has no ${bytes} bytes of memory left for the model`, { cause });
    }
    Object.assign(room, viewsOf(kernels));
  }
  const block = { start, end };
  blocks.splice(i, 0, block);
  return block;
}

/** Frees a block. Does nothing if it is free already. */
export function free({ blocks }: Room, block: Block): void {
  const i = blocks.indexOf(block);
  if (i >= 0) blocks.splice(i, 1);
}

function aligned(address: number): number {
  return Math.ceil(address / LINE) * LINE;
}
