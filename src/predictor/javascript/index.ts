/**
 * Entry `evenkeel/predictor/javascript`: the kernels of a predictor without WebAssembly.
 *
 * @packageDocumentation
 */

import * as activations from '../../backend/javascript/activations.js';
import type { Memory } from '../../backend/javascript/memory.js';
import { prelu_forward } from '../../backend/javascript/prelu.js';
import {
  HEAD_WORDS,
  kinds,
  LAYER_WORDS,
  NARROW,
  PLAN_VERSION,
  type PredictorKernels,
  WIDE,
} from '../kernels.js';

export type { PredictorKernels } from '../kernels.js';

const PAGE = 65536;
/** First byte that a plan may use. */
const BASE = 64;

/** Memory in the form of a WebAssembly.Memory. */
class GrowingBuffer {
  buffer = new ArrayBuffer(PAGE);

  grow(pages: number): void {
    const grown = new Uint8Array(this.buffer.byteLength + pages * PAGE);
    grown.set(new Uint8Array(this.buffer));
    this.buffer = grown.buffer;
  }
}

/** Views of a buffer, of which the backend's kernels use `elements` and `shift`. */
interface Views extends Memory {
  readonly elements: Float32Array;
}

function viewsOf(buffer: ArrayBuffer): Views {
  return {
    elements: new Float32Array(buffer),
    words: new Uint32Array(buffer),
    doubles: new Float64Array(buffer),
    bytes: new Uint8Array(buffer),
    shift: 2,
    reserve() {},
  };
}

/** Layer of a plan, with addresses. */
interface PlannedLayer {
  readonly out: number;
  readonly kernel: number;
  readonly bias: number;
  readonly parameters: number;
  /** Floats of a column of the kernel, and of a row of outputs. */
  readonly depth: number;
  readonly width: number;
  readonly units: number;
  readonly kind: string;
}

/**
 * The predictor's kernels in plain JavaScript, for pages whose policy forbids WebAssembly. Sums are computed in doubles, so that
 * the results differ from those of WebAssembly in their last digits. They take several times as long.
 */
export const javascript: PredictorKernels = /* @__PURE__ */ createKernels();

function createKernels(): PredictorKernels {
  const memory = new GrowingBuffer();
  return {
    memory,
    version: () => PLAN_VERSION,
    heap_base: () => BASE,
    pack_panel(to, from, columns, fanIn, panel) {
      const { elements } = viewsOf(memory.buffer);
      for (let c = 0, at = from / 4; c < columns; c++) {
        for (let r = 0; r < fanIn; r++) elements[to / 4 + r * panel + c] = elements[at++]!;
      }
    },
    forward(plan, rows, wide) {
      const views = viewsOf(memory.buffer);
      const words = views.words.subarray(plan / 4);
      const [, scaled, , results, columns] = words as unknown as readonly number[];
      scaleRows(views, plan, rows, wide);
      const bad = firstNonFinite(views.elements, (plan + scaled!) / 4, rows * columns!);
      if (bad !== 0) return bad;
      let x = plan + scaled!;
      let stride = columns!;
      const layers = layersOf(words, plan);
      for (const layer of layers) {
        for (let r = 0; r < rows; r++) {
          const out = layer.out + 4 * r * layer.width;
          rowTimesPanels(views.elements, out, x + 4 * r * stride, layer);
          activate(views, out, layer);
        }
        x = layer.out;
        stride = layer.width;
      }
      const { units } = layers[layers.length - 1]!;
      restoreRows(views, plan, x / 4, stride, rows, units);
      const found = firstNonFinite(views.elements, (plan + results!) / 4, rows * units);
      return found === 0 ? 0 : -found;
    },
  };
}

function layersOf(words: Uint32Array, plan: number): PlannedLayer[] {
  const count = (words[HEAD_WORDS - 1]! / 4 - HEAD_WORDS) / LAYER_WORDS;
  return Array.from({ length: count }, (_, l) => {
    const [out, kernel, bias, parameters, depth, width, units, kind] = words.subarray(
      HEAD_WORDS + LAYER_WORDS * l,
    ) as unknown as number[];
    return {
      out: plan + out!,
      kernel: plan + kernel!,
      bias: plan + bias!,
      parameters: plan + parameters!,
      depth: depth! / 4,
      width: width! / 4,
      units: units!,
      kind: kinds[kind!]!,
    };
  });
}

/** Scales inputs as `scaleRows` in assembly/predictor.ts does. */
function scaleRows({ elements, doubles, words }: Views, plan: number, rows: number, wide: boolean): void {
  const head = words.subarray(plan / 4);
  const columns = head[4]!;
  const [x, to] = [(plan + head[0]!) / 8, (plan + head[1]!) / 4];
  const [mean, std] = [(plan + head[5]!) / 8, (plan + head[6]!) / 8];
  const [factor, limit] = elements.subarray(plan / 4 + 9) as unknown as readonly [number, number];
  const { fround } = Math;
  for (let i = 0; i < rows * columns; i++) {
    const value = doubles[x + i]!;
    const [m, s] = [doubles[mean + (i % columns)]!, doubles[std + (i % columns)]!];
    const rounded = fround(value);
    let scaled = rounded * factor;
    if (head[5] !== 0) {
      scaled = wide ? (value - m) / s : fround(rounded - fround(m)) / fround(s);
      scaled = Math.max(-limit, Math.min(limit, scaled));
    }
    elements[to + i] = Number.isFinite(rounded) ? scaled : Number.NaN;
  }
}

/** Computes a row of outputs; `assembly/predictor-products.ts` describes the panels. */
function rowTimesPanels(floats: Float32Array, to: number, x: number, layer: PlannedLayer): void {
  const { depth, width } = layer;
  const [out, from, kernel, bias] = [to, x, layer.kernel, layer.bias].map((address) => address / 4) as [
    number,
    number,
    number,
    number,
  ];
  const sums = new Float64Array(WIDE);
  for (let first = 0; first < width; ) {
    const panel = first + WIDE > width ? NARROW : WIDE;
    sums.fill(0);
    for (let k = 0, at = kernel + first * depth; k < depth; k++) {
      const value = floats[from + k]!;
      for (let c = 0; c < panel; c++) sums[c]! += value * floats[at++]!;
    }
    for (let c = 0; c < panel; c++, first++) {
      floats[out + first] = Math.fround(sums[c]!) + floats[bias + first]!;
    }
  }
}

/** Activations by the names of their kernels. */
const kernelsByName: Readonly<Record<string, typeof activations.elu_forward>> =
  activations as object as Record<string, typeof activations.elu_forward>;

function activate(views: Views, out: number, { kind, parameters, units }: PlannedLayer): void {
  if (kind === 'softmax') activations.softmax_forward(views, out, out, 1, units);
  else if (kind === 'prelu') prelu_forward(views, out, out, parameters, 1, units, 1);
  else {
    const name = kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    kernelsByName[`${name}_forward`]!(views, out, out, units, views.elements[parameters / 4]!);
  }
}

/** Restores results as `restoreRows` in assembly/predictor.ts does. */
function restoreRows(
  { elements, doubles, words }: Views,
  plan: number,
  x: number,
  stride: number,
  rows: number,
  units: number,
): void {
  const [results, , , , mean, std] = words.subarray(plan / 4 + 3) as unknown as number[];
  let to = (plan + results!) / 4;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < units; c++) {
      const value = elements[x + r * stride + c]!;
      elements[to++] =
        mean === 0 ? value : value * doubles[(plan + std!) / 8 + c]! + doubles[(plan + mean!) / 8 + c]!;
    }
  }
}

function firstNonFinite(floats: Float32Array, at: number, n: number): number {
  return 1 + floats.subarray(at, at + n).findIndex((value) => !Number.isFinite(value));
}
