/** Names of the formats of other tools, for bytes that are no safetensors file. */
import { bytesOf, isBytes } from '../arrays.js';

interface Format {
  /** Bytes at the beginning; undefined stands for any byte. */
  readonly bytes: readonly (number | undefined)[];
  /** Format, and what reads it. */
  readonly what: string;
}

const BY_SAFETENSORS =
  'a file of torch.save becomes readable by safetensors.torch.save_file(model.state_dict(), path)';

/** Formats by their first bytes. An ONNX file begins with the version of the format, and then another field. */
const formats: readonly Format[] = [
  {
    bytes: [0x89, 0x48, 0x44, 0x46],
    what: 'an HDF5 file; fromKeras of evenkeel/interchange reads those of Keras',
  },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    what: `a zip archive; fromKeras of evenkeel/interchange reads a .keras file; ${BY_SAFETENSORS}`,
  },
  { bytes: [0x80], what: `a pickle of Python; ${BY_SAFETENSORS}` },
  { bytes: [0x7b], what: 'JSON; evenkeel/tfjs and evenkeel/interchange read the JSON of other tools' },
  ...[0x12, 0x1a, 0x22, 0x3a, 0x42].map((field) => ({
    bytes: [0x08, undefined, field],
    what: 'an ONNX file; fromOnnx of evenkeel/onnx reads it',
  })),
];

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
    const first = isBytes(bytes) ? firstBytes(bytes) : [];
    // A safetensors file begins with the length of its header, in which the last bytes are 0.
    const isForeign = first.length === LENGTH_BYTES && first.slice(4).some((byte) => byte !== 0);
    const format = formats.find((each) =>
      each.bytes.every((byte, i) => byte === undefined || byte === first[i]),
    );
    if (format === undefined || !isForeign) throw cause;
    throw new RangeError(`bytes: expected a safetensors file, got ${format.what}`, { cause });
  }
}

const LENGTH_BYTES = 8;

function firstBytes(bytes: Uint8Array | ArrayBuffer): number[] {
  try {
    return Array.from(bytesOf('bytes', bytes).subarray(0, LENGTH_BYTES));
  } catch {
    return [];
  }
}
