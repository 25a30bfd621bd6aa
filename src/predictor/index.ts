/**
 * Entry `evenkeel/predictor`: runs a saved model in WebAssembly, and does nothing else.
 *
 * @packageDocumentation
 */

import { wasmHex } from './binary.js';
import type { PredictorKernels } from './kernels.js';
import { createPredictor, type Predictor } from './predictor.js';
import { type Room, roomOf } from './room.js';

export type { PredictorKernels } from './kernels.js';
export type { Predictor } from './predictor.js';

/** Options of `loadPredictor`. */
export interface LoadPredictorOptions {
  /**
   * Kernels that run where WebAssembly is unavailable: `javascript` of `evenkeel/predictor/javascript`. Default none; then
   * `loadPredictor` throws there. They are a separate import, because few pages need them.
   */
  readonly fallback?: PredictorKernels;
}

let ownRoom: Room | undefined;

/**
 * Loads a trained model that only predicts, from the bytes of `model.save()`. Batch norms are folded into the layers beside them,
 * and there is no dropout. The file need not be trusted, because it is checked before memory is allocated for it.
 *
 * All predictors share one memory. A predictor's part is freed when it is garbage collected, or at once by `dispose()`.
 *
 * @throws TypeError, RangeError  that opens with `bytes` and says what is wrong with them
 * @throws Error  if WebAssembly is unavailable and there is no `fallback`
 */
export function loadPredictor(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadPredictorOptions = {},
): Predictor {
  const { fallback, ...unknown } = options;
  for (const name in unknown) throw new TypeError(`options.${name}: unknown option; known: fallback`);
  ownRoom ??= openRoom(fallback);
  return createPredictor(bytes, ownRoom);
}

/**
 * Loads a predictor like `loadPredictor`, with kernels that you bring. A page that imports only this function has no WebAssembly
 * in its script; it loads predictor.wasm of the same version as a file.
 *
 * @param wasm   predictor.wasm as a WebAssembly.Module or as bytes, or `javascript` of `evenkeel/predictor/javascript`. All
 *               predictors of the same object share a memory
 * @param bytes  bytes of `model.save()`
 * @throws TypeError, RangeError  that opens with `wasm` or `bytes` and says what is wrong with them
 */
export function loadPredictorWith(wasm: object, bytes: Uint8Array | ArrayBuffer): Predictor {
  return createPredictor(bytes, roomOf(wasm));
}

function openRoom(fallback: PredictorKernels | undefined): Room {
  try {
    return roomOf(binary());
  } catch (cause) {
    if (fallback) return roomOf(fallback);
    throw new Error(
      "fallback: WebAssembly is unavailable; import { javascript } from 'evenkeel/predictor/javascript' and pass { fallback: javascript }",
      { cause },
    );
  }
}

/** Returns predictor.wasm. Eight bytes at a time take 0.5 ms in a new process; a pair of digits at a time takes 5 to 9. */
function binary(): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(wasmHex.length / 2 + 8));
  for (let i = 0; i < wasmHex.length; i += 16) {
    bytes.setBigUint64(i / 2, BigInt(`0x${wasmHex.slice(i, i + 16).padEnd(16, '0')}`));
  }
  return new Uint8Array(bytes.buffer, 0, wasmHex.length / 2);
}
