import type { Address, Kernels } from '../kernels.js';
import type { Elements } from '../names.js';

/** Largest size of a memory. Addresses stay below 2³¹, so that an index computed from one is a small integer. */
const LIMIT = 0x80000000;
const GRANULE = 0x10000;

/** First byte that the arena may use. It is one cache line in, so that no address in use is 0. */
export const BASE: Address = 64;

/** Kernel as a function of the memory that it works in. */
export type Kernel<Name extends keyof Kernels> = (
  memory: Memory,
  ...given: Parameters<Kernels[Name]>
) => ReturnType<Kernels[Name]>;

/**
 * Memory of one backend: a single buffer viewed as elements, u32 words, doubles and bytes. `reserve` replaces the views, so
 * that a kernel reads them anew at every call.
 */
export class Memory {
  elements: Elements;
  words: Uint32Array;
  doubles: Float64Array;
  bytes: Uint8Array;
  /** Shifting an address right by this gives an index into `elements`. */
  readonly shift: 2 | 3;

  constructor(elementBytes: 4 | 8) {
    this.shift = elementBytes === 8 ? 3 : 2;
    const buffer = new ArrayBuffer(GRANULE);
    this.elements = viewElements(buffer, this.shift);
    this.words = new Uint32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  /** Makes bytes [0, bytes) addressable and keeps their content. @throws RangeError if the memory cannot grow so far */
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
      throw new RangeError(`bytes: the engine cannot allocate ${enough} bytes of memory in one piece`);
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
