/** Names of the formats of other tools, for bytes that are no safetensors file. */
import { bytesOf } from '../arrays.js';

/**
 * Reads bytes as a safetensors file. If they are none, and begin like a file of another tool, the error names what reads it.
 *
 * @throws the error of `read`, or RangeError that opens with `bytes`
 */
export function inFormat<T>(
  bytes: Uint8Array | ArrayBuffer,
  read: (bytes: Uint8Array | ArrayBuffer) => T,
): T {
  try {
    return read(bytes);
  } catch (cause) {
    // The length of a header, with which a safetensors file begins, has zeros from the fifth byte on.
    const start = cause instanceof RangeError ? bytesOf('bytes', bytes).subarray(0, 8) : [];
    const text = start[7] || start[4] ? String.fromCharCode(...start) : '';
    const format = kindOf(text);
    if (format === undefined) throw cause;
    throw new RangeError(`bytes: expected a safetensors file, got one that begins like ${format}`, { cause });
  }
}

/** Returns the format of a file by its first bytes, as characters, and what reads it; undefined for any other. */
function kindOf(text: string): string | undefined {
  const bySafetensors = 'write weights of PyTorch with save_file of safetensors.torch';
  const formats = [
    ['\x89HDF', 'an HDF5 file: fromKeras of evenkeel/interchange reads those of Keras'],
    ['PK\x03\x04', `a zip archive: fromKeras of evenkeel/interchange reads .keras files; ${bySafetensors}`],
    ['\x80', `a pickle: ${bySafetensors}`],
    ['{', 'JSON: evenkeel/interchange and evenkeel/tfjs read that of other tools'],
    ['\b', 'an ONNX file: fromOnnx of evenkeel/onnx reads it'],
  ] as const;
  return formats.find(([first]) => text.startsWith(first))?.[1];
}
