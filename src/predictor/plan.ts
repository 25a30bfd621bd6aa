import { HEAD_WORDS, LAYER_WORDS, NARROW, WIDE } from './kernels.js';
import type { PredictorLayer, SavedNetwork, Scaling } from './network.js';
import { allocate, type Block, type Room } from './room.js';

/** Number of rows that run forward at a time. More would leave the first-level cache. */
export const ROWS = 16;
/** Bytes of a cache line. */
const LINE = 64;
/** Divisor of bytes with the scaling 'symmetric', x / 127.5 − 1. */
const SYMMETRIC = 127.5;
/** Bound at which the scaling 'tabular' clips, as in src/network/input-scaler.ts. */
const TABULAR_LIMIT = 3;

/** Network in the memory of a room. */
export type Plan = readonly [
  block: Block,
  /** Address of the inputs, doubles. */
  inputs: number,
  /** Number of doubles from one row of inputs to the next. */
  stride: number,
  /** Address of the results, floats. */
  results: number,
];

/** Lays out a network. @throws RangeError if the engine has no memory left */
export function layOut(room: Room, [layers, inputs, targets]: SavedNetwork): Plan {
  const parts: [place: number, values: ArrayBufferView][] = [];
  let size = 0;
  const put = (values: ArrayBufferView) => {
    const place = size;
    parts.push([place, values]);
    size = upTo(place + values.byteLength, LINE);
    return place;
  };
  const stride = upTo(layers[0]!.fanIn, 4);
  const { units } = layers[layers.length - 1]!;
  const widest = Math.max(...layers.map(({ fanIn, units }) => upTo(Math.max(fanIn, units), NARROW)));
  const words = new Int32Array(HEAD_WORDS + LAYER_WORDS * layers.length);
  put(words);
  const x = put(new Float64Array(ROWS * stride));
  const results = put(new Float32Array(ROWS * units));
  const statistics = ([, , mean, std]: Scaling) =>
    // Beyond the last column, 0 / 1 is finite.
    mean ? [put(padded(mean, Float64Array)), put(padded(std!, Float64Array, 1))] : [0, 0];
  words.set([
    x,
    put(new Float32Array(ROWS * stride)),
    // The index of a row is written four offsets at a time, and so beyond the last one.
    put(new Int32Array(widest + 4)),
    results,
    stride,
    ...statistics(inputs),
    ...statistics(targets),
  ]);
  const range = rangeOfBytes(inputs);
  const limit = inputs[0] === 'tabular' ? TABULAR_LIMIT : Infinity;
  new Float32Array(words.buffer).set([1 / range, limit], HEAD_WORDS - 3);
  words[HEAD_WORDS - 1] = words.byteLength;
  // The layers write into these two in turn.
  const buffers = [put(new Float32Array(ROWS * widest)), put(new Float32Array(ROWS * widest))];
  const panels = layers.map((layer, l) => {
    const { fanIn, units, kind, bias, parameters } = layer;
    if (l === 0 && range === SYMMETRIC) subtractSums(layer);
    const [depth, width] = [upTo(fanIn, 4), upTo(units, NARROW)];
    const kernel = put(new Float32Array(depth * width));
    words.set(
      [
        buffers[l % 2]!,
        kernel,
        put(padded(bias, Float32Array)),
        put(padded(parameters, Float32Array)),
        4 * depth,
        4 * width,
        units,
        kind,
      ],
      HEAD_WORDS + LAYER_WORDS * l,
    );
    return kernel;
  });
  const block = allocate(room, size);
  const bytes = new Uint8Array(room.floats.buffer, block.start);
  for (const [place, { buffer }] of parts) bytes.set(new Uint8Array(buffer), place);
  // The two buffers have room for a panel, and nothing is in them yet.
  layers.forEach((layer, l) => {
    pack(room, layer, block.start + panels[l]!, block.start + buffers[0]!);
  });
  return [block, block.start + x, stride, block.start + results];
}

/** Range of bytes by which x is divided; 1 if it is not. */
function rangeOfBytes([kind, , mean]: Scaling): number {
  return mean ? 1 : kind === 'unit' ? 255 : kind === 'symmetric' ? SYMMETRIC : 1;
}

/** Returns a copy, filled up to whole panels. */
function padded<A extends Float32Array | Float64Array>(
  values: ArrayLike<number>,
  Kind: new (length: number) => A,
  rest = 0,
): A {
  const copy = new Kind(upTo(values.length, NARROW));
  copy.fill(rest).set(values);
  return copy;
}

/**
 * Writes a kernel [units, fanIn] as panels of columns, which assembly/predictor-products.ts describes. JavaScript that is not
 * compiled yet would take several times as long.
 */
function pack({ floats, kernels }: Room, layer: PredictorLayer, to: number, scratch: number): void {
  const { kernel, fanIn, units } = layer;
  const [depth, width] = [upTo(fanIn, 4), upTo(units, NARROW)];
  for (let c = 0; c < units; c += WIDE) {
    const panel = c + WIDE > width ? NARROW : WIDE;
    const columns = Math.min(panel, units - c);
    floats.set(kernel.subarray(c * fanIn, (c + columns) * fanIn), scratch / 4);
    kernels.pack_panel(to + 4 * c * depth, scratch, columns, fanIn, panel);
  }
}

/**
 * Subtracts from the bias the sum of each column of the kernel. The scaling 'symmetric' subtracts 1 from every input; here a
 * black pixel stays 0. Order and 32-bit floats are those of the kernel `offset_bias`.
 */
function subtractSums({ kernel, fanIn, bias }: PredictorLayer): void {
  const { fround } = Math;
  bias.forEach((value, c) => {
    let sum = 0;
    for (const weight of kernel.subarray(c * fanIn, (c + 1) * fanIn)) sum = fround(sum + fround(weight));
    bias[c] = fround(value) - sum;
  });
}

function upTo(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}
