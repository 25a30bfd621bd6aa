import type { Address, Elements, Kernels } from '../kernels.js';

/** Addresses stay below 2³¹, so that an index computed from one is a small integer. */
const LIMIT = 0x80000000;
const GRANULE = 0x10000;

/** The first byte given to the arena: one cache line on, so that no address in use is 0. */
export const BASE: Address = 64;

/** Kernel as a function of the memory that it works in. */
export type Kernel<Name extends keyof Kernels> = (
  memory: Memory,
  ...given: Parameters<Kernels[Name]>
) => ReturnType<Kernels[Name]>;

/**
 * The memory of one backend: a single buffer seen as elements, as u32 words, as doubles and as bytes.
 * `reserve` renews the views, so a kernel takes them afresh at every call.
 */
export class Memory {
  elements: Elements;
  words: Uint32Array;
  doubles: Float64Array;
  bytes: Uint8Array;
  /** An address shifted right by this is an index into `elements`. */
  readonly shift: 2 | 3;

  constructor(elementBytes: 4 | 8) {
    this.shift = elementBytes === 8 ? 3 : 2;
    const buffer = new ArrayBuffer(GRANULE);
    this.elements = viewElements(buffer, this.shift);
    this.words = new Uint32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  /** Makes bytes [0, bytes) addressable; what was there stays. @throws RangeError where memory ends. */
  reserve(bytes: number): void {
    const held = this.doubles.byteLength;
    if (bytes <= held) return;
    if (!(bytes <= LIMIT)) {
      throw new RangeError(
        `bytes: a JavaScript backend can address ${LIMIT} bytes, expected no more, got ${bytes}`,
      );
    }
    const enough = Math.ceil(bytes / GRANULE) * GRANULE;
    const generous = Math.min(LIMIT, Math.max(enough, 2 * held));
    const buffer = allocate(generous) ?? allocate(enough);
    if (buffer === undefined) {
      throw new RangeError(`bytes: the engine has no room for ${enough} bytes of memory in one piece`);
    }
    const words = new Uint32Array(buffer);
    words.set(this.words);
    this.words = words;
    this.elements = viewElements(buffer, this.shift);
    this.doubles = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }
}

function viewElements(buffer: ArrayBuffer, shift: 2 | 3): Elements {
  return shift === 3 ? new Float64Array(buffer) : new Float32Array(buffer);
}

function allocate(bytes: number): ArrayBuffer | undefined {
  try {
    return new ArrayBuffer(bytes);
  } catch {
    return undefined;
  }
}
