import type { Inputs } from '../training/samples.js';
import { need, readFile, type Unknown } from './file.js';
import { type Flat, flatten } from './inputs.js';
import { SIGMOID } from './kernels.js';
import { readNetwork } from './network.js';
import { layOut, ROWS } from './plan.js';
import { type Block, free, type Room } from './room.js';
import { tagOf } from './values.js';

/** Trained model that only predicts. Errors open with the argument and leave the predictor as it was. */
export interface Predictor {
  /** Number of values in a row of x. */
  readonly inputSize: number;
  /** Number of outputs per row. */
  readonly units: number;
  /** Names of the classes by their index; undefined if the file has none. */
  readonly classNames: readonly string[] | undefined;
  /**
   * Returns the outputs for each row of x, after the output activation and in the unit of the targets: [rows, units], row-major.
   * They have the bits of `model.folded().predict(x)` in portable arithmetic.
   *
   * @param x  rows of inputs
   * @throws TypeError, RangeError  if x does not fit, or a value of it or of the outputs is not finite
   * @throws Error  after `dispose`
   */
  predict(x: Inputs): Float32Array;
  /**
   * Writes what `predict` returns into `out`, and returns it. Nothing is allocated if x is flat. If a value is not finite, part of
   * `out` may have been written.
   *
   * @param x    rows of inputs, which do not overlap `out`
   * @param out  array of rows · units values
   * @throws TypeError, RangeError, Error  as `predict` does, and if `out` does not fit
   */
  predictInto(x: Inputs, out: Float32Array): Float32Array;
  /**
   * Returns the index of the likeliest class for each row of x, the first one of equals. A single sigmoid output is the
   * probability of class 1, which is likelier above ½.
   *
   * @param x  rows of inputs
   * @throws TypeError  if the outputs are numbers: targets were scaled, or a single output is no sigmoid
   * @throws TypeError, RangeError, Error  as `predict` does
   */
  predictClasses(x: Inputs): Uint32Array;
  /** Frees the predictor's memory at once, instead of when it is garbage collected. The predictor cannot predict afterwards. */
  dispose(): void;
}

/** Makes a predictor of the bytes of `model.save()`. @throws TypeError or RangeError that opens with `bytes` */
export function createPredictor(bytes: unknown, room: Room): Predictor {
  const file = readFile(bytes);
  const network = readNetwork(file);
  const [layers, [scaling, by], [, , restored]] = network;
  const { units, kind } = layers[layers.length - 1]!;
  const inputSize = layers[0]!.fanIn;
  const classNames = classNamesOf(file[0], Math.max(units, 2));
  const [block, inputs, stride, results] = layOut(room, network);
  let disposed = false;

  const check = (given: unknown): Flat => {
    if (disposed) throw new Error('predictor: dispose() has freed its memory');
    const x = flatten(given, inputSize);
    const bytes = x.BYTES_PER_ELEMENT === 1;
    if (/unit|symmetric/.test(scaling) && by === (bytes ? 'statistics' : 'none')) {
      throw new TypeError(
        `x: inputScaling '${scaling}' was fitted to ${bytes ? 'floats, got' : 'nothing, expected'} bytes`,
      );
    }
    return x;
  };

  const run = (x: Flat, out: Float32Array): Float32Array => {
    const { floats, doubles, kernels } = room;
    const wide = x.BYTES_PER_ELEMENT === 8;
    let from = 0;
    for (let to = 0; to < out.length; ) {
      const first = to / units;
      const rows = Math.min(ROWS, out.length / units - first);
      for (let r = 0, at = inputs / 8; r < rows; r++, at += stride) {
        for (let c = 0; c < inputSize; c++) doubles[at + c] = x[from++]!;
      }
      const bad = kernels.forward(block.start, rows, wide);
      if (bad !== 0) {
        const [what, columns] = bad > 0 ? ['column', stride] : ['output', units];
        const index = Math.abs(bad) - 1;
        const row = first + Math.floor(index / columns);
        throw new RangeError(`x: row ${row}, ${what} ${index % columns} is not finite as a 32-bit float`);
      }
      for (let n = rows * units, i = results / 4; n > 0; n--) out[to++] = floats[i++]!;
    }
    return out;
  };

  const predictor: Predictor = {
    inputSize,
    units,
    classNames,
    predict(given) {
      const x = check(given);
      return run(x, new Float32Array((x.length / inputSize) * units));
    },
    predictInto(given, out) {
      const x = check(given);
      if (!(out instanceof Float32Array) && tagOf(out) !== 'Float32Array')
        throw new TypeError(`out: expected a Float32Array, got ${tagOf(out)}`);
      const n = (x.length / inputSize) * units;
      if (out.length !== n) throw new RangeError(`out: expected ${n} values, got ${out.length}`);
      return run(x, out);
    },
    predictClasses(given) {
      if (restored || (units === 1 && kind !== SIGMOID)) {
        throw new TypeError('predictClasses: the outputs are numbers, not classes; use predict');
      }
      const outputs = predictor.predict(given);
      return Uint32Array.from({ length: outputs.length / units }, (_, r) => {
        if (units === 1) return Number(outputs[r]! > 0.5);
        const row = outputs.subarray(r * units, (r + 1) * units);
        return row.indexOf(Math.max(...row));
      });
    },
    dispose() {
      disposed = true;
      free(room, block);
    },
  };
  freeWith(predictor, room, block);
  return predictor;
}

/**
 * Returns the names of the classes. `evenkeel train` writes them within the text `task`, and a user as the text `classNames`, a
 * JSON list.
 *
 * @throws RangeError if `classNames` does not have a name for each class
 */
function classNamesOf(texts: Unknown, classes: number): readonly string[] | undefined {
  const { classNames, task } = texts as Readonly<Record<string, string | undefined>>;
  let names: unknown;
  try {
    names = JSON.parse(classNames ?? task!);
    if (classNames === undefined) ({ classNames: names } = names as Record<string, unknown>);
  } catch {
    // No text, or one of the user's own.
  }
  const fit =
    Array.isArray(names) && names.length === classes && names.every((name) => typeof name === 'string');
  need(fit || classNames === undefined, 'classNames', classNames, `a JSON list of ${classes} names`);
  return fit ? (names as string[]) : undefined;
}

let registry: FinalizationRegistry<readonly [Room, Block]> | undefined;

/** Frees a block after its predictor has been collected, on engines that tell. A closure would keep the predictor alive. */
function freeWith(predictor: Predictor, room: Room, block: Block): void {
  if (typeof FinalizationRegistry !== 'function') return;
  registry ??= new FinalizationRegistry(([room, block]) => free(room, block));
  registry.register(predictor, [room, block]);
}
