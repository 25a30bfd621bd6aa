/**
 * Exports of the predictor's module: the forward pass of a whole network in one call. It is a module of its own, because a page
 * that only predicts downloads nothing else. src/predictor lays out the plan and the memory that it describes.
 */
import {
  Elu, Gelu, GeluTanh, HardSigmoid, HardSwish, LeakyRelu, Mish, Relu, Selu, Sigmoid, Silu, Softplus, Softsign,
  SquaredRelu, Step, Tanh,
} from './activation-formulas';
import { fourRows, indexRow, oneRow } from './predictor-products';
import { demote } from './simd/arithmetic';
import { softmaxRow } from './softmax-row';

/** Activations in the order of `kinds` in src/predictor/kernels.ts. */
const enum Kind {
  Identity, Step, Sigmoid, Tanh, Softplus, Relu, SquaredRelu, LeakyRelu, Prelu, Elu, Selu, Silu, Gelu, GeluTanh, Mish, Softsign,
  HardSigmoid, HardSwish, Softmax,
}

/** Bytes of a plan's head, and of its description of a layer. */
const HEAD: usize = 48;
const LAYER: usize = 32;

/** Version of the plan. A loader refuses a module with another one. */
export function version(): i32 {
  return 2;
}

/** Address of the first byte after the module's own data. */
export function heap_base(): usize {
  return __heap_base;
}

/**
 * Writes columns of a kernel as a panel, which predictor-products.ts describes: to[r, c] = from[c, r] for r < fanIn. It leaves the
 * other values of the panel as they are.
 *
 * @param from   [columns, fanIn], f32
 * @param to     [fanIn, panel], f32
 * @param panel  number of values in a row of the panel
 */
export function pack_panel(to: usize, from: usize, columns: usize, fanIn: usize, panel: usize): void {
  for (const end = to + (columns << 2); to < end; to += 4) {
    for (let r: usize = 0, at = to; r < fanIn; r++, at += panel << 2, from += 4) store<f32>(at, load<f32>(from));
  }
}

/**
 * Runs rows through a network.
 *
 * Words of a plan: places of the inputs (f64), of the scaled inputs (f32), of a scratch list of offsets, and of the results (f32);
 * columns of the inputs, filled up to a multiple of four; places of mean and std of the inputs and of the outputs (f64 each, 0
 * without); factor and limit of the inputs (f32); place after the plan. Then come the layers: places of output, kernel, bias and
 * parameters, bytes of depth and width, number of units, kind of activation. Parameters, one per column, are the
 * slopes of leakyRelu and prelu or the alphas of elu. A place is an address less that of the plan.
 *
 * @param wide  true scales in doubles before the inputs are rounded
 * @returns     0; or n if the n-th input, and −n if the n-th result, is the first that is not finite as an f32
 */
export function forward(plan: usize, rows: usize, wide: bool): isize {
  const columns = load<usize>(plan, 16), end = at(plan, 44);
  let x = at(plan, 4), stride = columns << 2;
  scaleRows(plan, x, rows, columns, wide);
  const bad = firstNonFinite(x, rows * columns);
  if (bad != 0) return bad;
  let layer = plan + HEAD;
  for (; layer < end; layer += LAYER) {
    const out = plan + load<usize>(layer), width = load<usize>(layer, 20);
    denseLayer(plan, layer, out, x, stride, width, rows);
    x = out;
    stride = width;
  }
  const units = load<usize>(layer - LAYER, 24), results = at(plan, 12);
  restoreRows(plan, results, x, stride, rows, units);
  return -firstNonFinite(results, rows * units);
}

// @ts-ignore: decorator
@inline
function at(plan: usize, word: usize): usize {
  return plan + load<usize>(plan + word);
}

/**
 * Scales inputs: by a factor, or with statistics as (x − mean) / std, clipped at ±limit. A value that is not finite as an f32
 * becomes NaN.
 */
function scaleRows(plan: usize, to: usize, rows: usize, columns: usize, wide: bool): void {
  const factor = v128.load32_splat(plan + 36), limit = v128.load32_splat(plan + 40);
  const standard = load<usize>(plan, 20) != 0;
  let x = at(plan, 0);
  for (; rows > 0; rows--) {
    let mean = at(plan, 20), std = at(plan, 24);
    for (let c: usize = 0; c < columns; c += 4) {
      const low = v128.load(x), high = v128.load(x, 16);
      const rounded = demote(low, high);
      let scaled = f32x4.mul(rounded, factor);
      if (standard) {
        const m0 = v128.load(mean), m1 = v128.load(mean, 16), s0 = v128.load(std), s1 = v128.load(std, 16);
        scaled = wide
          ? demote(f64x2.div(f64x2.sub(low, m0), s0), f64x2.div(f64x2.sub(high, m1), s1))
          : f32x4.div(f32x4.sub(rounded, demote(m0, m1)), demote(s0, s1));
        scaled = f32x4.pmin(f32x4.pmax(scaled, f32x4.neg(limit)), limit);
        mean += 32;
        std += 32;
      }
      // x − x is NaN if x is not finite. What was clipped is found too.
      v128.store(to, f32x4.add(scaled, f32x4.sub(rounded, rounded)));
      x += 32;
      to += 16;
    }
  }
}

/** to = x · std + mean in doubles, for the `units` first values of each row; to = x if there are no statistics. */
function restoreRows(plan: usize, to: usize, x: usize, stride: usize, rows: usize, units: usize): void {
  const mean = at(plan, 28), std = at(plan, 32);
  for (; rows > 0; rows--, x += stride) {
    for (let c: usize = 0; c < units; c++, to += 4) {
      let value = load<f32>(x + (c << 2));
      if (mean != plan) value = <f32>(<f64>value * load<f64>(std + (c << 3)) + load<f64>(mean + (c << 3)));
      store<f32>(to, value);
    }
  }
}

/** Returns the number, counted from 1, of the first of n floats that is NaN or infinite; 0 if there is none. */
function firstNonFinite(x: usize, n: usize): isize {
  const end = x + (n << 2), zero = f32x4.splat(0);
  let at = x;
  for (; at + 16 <= end; at += 16) {
    const four = v128.load(at);
    // x − x is 0 only if x is finite.
    if (v128.any_true(f32x4.ne(f32x4.sub(four, four), zero))) break;
  }
  for (; at < end; at += 4) {
    const one = load<f32>(at);
    if (one - one != 0) return (at - x >> 2) + 1;
  }
  return 0;
}

function denseLayer(
  plan: usize, layer: usize, to: usize, x: usize, stride: usize, width: usize, rows: usize,
): void {
  const kernel = plan + load<usize>(layer, 4), bias = plan + load<usize>(layer, 8);
  const parameters = plan + load<usize>(layer, 12), list = at(plan, 8);
  const depth = load<usize>(layer, 16), units = load<usize>(layer, 24), kind = load<Kind>(layer, 28);
  while (rows > 0) {
    const end = indexRow(list, x, depth);
    let done: usize = 1;
    // Four rows at once are 1.5 times as fast as one, and the zeros that they include cost the rest. The first row speaks for all.
    if (rows >= 4 && (end - list) * 3 > depth * 2) {
      fourRows(to, x, stride, kernel, bias, depth, width);
      done = 4;
    } else oneRow(to, x, kernel, bias, depth, width, list, end);
    rows -= done;
    x += done * stride;
    for (; done > 0; done--, to += width) activate(kind, to, parameters, width, units);
  }
}

function activate(kind: Kind, a: usize, parameters: usize, width: usize, units: usize): void {
  switch (kind) {
    case Kind.Identity: return;
    case Kind.Step: return over<Step>(a, parameters, width);
    case Kind.Sigmoid: return over<Sigmoid>(a, parameters, width);
    case Kind.Tanh: return over<Tanh>(a, parameters, width);
    case Kind.Softplus: return over<Softplus>(a, parameters, width);
    case Kind.Relu: return over<Relu>(a, parameters, width);
    case Kind.SquaredRelu: return over<SquaredRelu>(a, parameters, width);
    // Slopes are one per column, fixed or learned.
    case Kind.LeakyRelu:
    case Kind.Prelu: return over<LeakyRelu>(a, parameters, width);
    case Kind.Elu: return over<Elu>(a, parameters, width);
    case Kind.Selu: return over<Selu>(a, parameters, width);
    case Kind.Silu: return over<Silu>(a, parameters, width);
    case Kind.Gelu: return over<Gelu>(a, parameters, width);
    case Kind.GeluTanh: return over<GeluTanh>(a, parameters, width);
    case Kind.Mish: return over<Mish>(a, parameters, width);
    case Kind.Softsign: return over<Softsign>(a, parameters, width);
    case Kind.HardSigmoid: return over<HardSigmoid>(a, parameters, width);
    case Kind.HardSwish: return over<HardSwish>(a, parameters, width);
    case Kind.Softmax: softmaxRow(a, a, units);
  }
}

// @ts-ignore: decorator
@inline
function over<A>(a: usize, parameters: usize, width: usize): void {
  for (const end = a + width; a < end; a += 16, parameters += 16) {
    v128.store(a, changetype<A>(0).value(v128.load(a), v128.load(parameters)));
  }
}
