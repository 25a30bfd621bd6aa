/** Types of a backend that users see. They are apart from the kernels, whose declarations are published without comments. */

/** Name of a backend: 'wasm', or plain JavaScript with 32-bit ('javascript') or 64-bit floats ('javascript64'). */
export type BackendName = 'wasm' | 'javascript' | 'javascript64';
/** Default backend: 'wasm', or 'javascript' where WebAssembly is unavailable. */
export type DefaultBackend = Exclude<BackendName, 'javascript64'>;
/** Arithmetic: 'portable' rounds every product and every sum; 'fused' rounds them together where the engine can. */
export type Arithmetic = 'portable' | 'fused';
/** State of a WebAssembly build: where its file is from, or why it cannot run. */
export type BinaryState = 'library' | 'program' | 'not loaded' | 'no relaxed SIMD' | 'unavailable';

/** Array of a backend's elements. */
export type Elements = Float32Array | Float64Array;

/** Array type of a backend's numbers: Float64Array for 'javascript64', otherwise Float32Array. */
export type ElementsOf<B extends BackendName> = B extends 'javascript64' ? Float64Array : Float32Array;

/** Number of threads in use, and the reason if they are fewer than requested. */
export interface ThreadsInUse {
  /** Number of threads that share the work, including the calling one; 1 without workers. */
  readonly count: number;
  /** Reason if there are fewer threads than requested. */
  readonly reason?: string | undefined;
}
