/**
 * Formulas of the elementwise activations: the value and derivative of each, defined here and nowhere else. A class names two
 * inlined formulas on four floats. activations.ts and predictor.ts run them over arrays. Only LeakyRelu and Elu read the parameter.
 *
 * A kink has the derivative of its left branch. The stated errors are the largest of `value`, in ULP. At ±∞ the value is the
 * limit. NaN stays NaN, because pmin and pmax return their first operand unless the second wins. Where only z is NaN, da is NaN
 * too when the gradient comes back.
 */
import { constant, multiplyAdd, promoteHigh, promoteLow } from './simd/arithmetic';
import { exp, expm1, expOfDoubles, halfOnePlusExpOfMinus } from './simd/exp';
import { log1p } from './simd/log';
import { gaussian, tailRatio } from './simd/tail';
import { tanh } from './simd/tanh';

const ZERO: usize = memory.data<f32>([0], 4);
const HALF: usize = memory.data<f32>([0.5], 4);
const ONE: usize = memory.data<f32>([1], 4);
const TWO: usize = memory.data<f32>([2], 4);
const THREE: usize = memory.data<f32>([3], 4);
const MINUS_THREE: usize = memory.data<f32>([-3], 4);
const SIX: usize = memory.data<f32>([6], 4);
/** λ, and λα for the negative side (Klambauer et al. 2017). */
const SELU_RIGHT: usize = memory.data<f32>([1.0507009873554805], 4);
const SELU_LEFT: usize = memory.data<f32>([1.7580993408473766], 4);
/**
 * Bounds of z: e^z is 0 at the first, 1 + e^z rounds to e^z at the second. Beyond, silu, mish and their slopes are at their
 * limits.
 */
const GATE_LOWEST: usize = memory.data<f32>([-100], 4);
const GATE_HIGHEST: usize = memory.data<f32>([20], 4);
/** Bounds of z for gelu_tanh. Its exponent v has a term in z³ and runs from −88, where e^v is returned as 0, to 66.4. */
const CUBIC_LOWEST: usize = memory.data<f32>([-10.03], 4);
const CUBIC_HIGHEST: usize = memory.data<f32>([9], 4);
/** v = z (C1 + C3 z²) = 2 √(2/π) (z + 0.044715 z³); the derivative is C1 + 3 C3 z². */
const C1: f64 = 1.5957691216057308;
const C3: f64 = 0.07135481627260025;
const CUBIC_1: usize = memory.data<f64>([C1], 8);
const CUBIC_3: usize = memory.data<f64>([C3], 8);
const CUBIC_SLOPE_0: usize = memory.data<f32>([<f32>C1], 4);
const CUBIC_SLOPE_2: usize = memory.data<f32>([<f32>(3 * C3)], 4);
/** Bound of |z| from which e^(−z²/2) is 0. */
const NORMAL_REACH: usize = memory.data<f32>([13.3], 4);
/** −1 / √(2π), minus the density of N(0, 1) at 0. */
const MINUS_DENSITY: usize = memory.data<f32>([-0.3989422804014327], 4);
/** 2²⁵; from here on, 1 + |z| rounds to |z|. */
const SOFTSIGN_HIGHEST: usize = memory.data<f32>([33554432], 4);
const SOFTSIGN_LOWEST: usize = memory.data<f32>([-33554432], 4);

// @ts-ignore: decorator
@inline
function clamp(z: v128, lowest: usize, highest: usize): v128 {
  return f32x4.pmin(f32x4.pmax(z, constant(lowest)), constant(highest));
}

/** e^z for z ≤ 88. It is a call, because a copy in each formula below would double this module. */
function power(z: v128): v128 {
  return exp(z);
}

@final
export class Identity {
  @inline value(z: v128, parameter: v128): v128 { return z; }
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 { return da; }
}

@final
export class Relu {
  // pmax(z, 0) is one instruction. It returns z unless 0 is greater, so that NaN stays NaN.
  @inline value(z: v128, parameter: v128): v128 { return f32x4.pmax(z, constant(ZERO)); }
  // `not z ≤ 0` rather than `z > 0`, so that da passes where z is NaN.
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    return v128.andnot(da, f32x4.le(z, constant(ZERO)));
  }
}

/** Leaky ReLU; the parameter is negativeSlope. 1 ULP. */
@final
export class LeakyRelu {
  @inline value(z: v128, parameter: v128): v128 { return this.slope(z, z, z, parameter); }
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    return v128.bitselect(da, f32x4.mul(da, parameter), f32x4.gt(z, constant(ZERO)));
  }
}

/** ELU; the parameter is alpha. 2 ULP. */
@final
export class Elu {
  // ≥ in the value keeps −0; > in the slope takes the left branch at the kink.
  @inline value(z: v128, parameter: v128): v128 {
    return v128.bitselect(z, f32x4.mul(parameter, expm1(z)), f32x4.ge(z, constant(ZERO)));
  }
  // e^z rather than a + alpha, which loses all digits far out.
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    const left = f32x4.mul(da, f32x4.mul(parameter, power(z)));
    return v128.bitselect(da, left, f32x4.gt(z, constant(ZERO)));
  }
}

/** SELU, λ elu(z) with Klambauer's λ and α. 2 ULP. */
@final
export class Selu {
  @inline value(z: v128, parameter: v128): v128 {
    const right = f32x4.mul(z, constant(SELU_RIGHT));
    return v128.bitselect(right, f32x4.mul(constant(SELU_LEFT), expm1(z)), f32x4.ge(z, constant(ZERO)));
  }
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    const left = f32x4.mul(constant(SELU_LEFT), power(z));
    return f32x4.mul(da, v128.bitselect(constant(SELU_RIGHT), left, f32x4.gt(z, constant(ZERO))));
  }
}

@final
export class Sigmoid {
  // 2.5 ULP. The value is 0 from −89.07 down, where half of e^−z is infinite.
  @inline value(z: v128, parameter: v128): v128 {
    return f32x4.div(constant(HALF), halfOnePlusExpOfMinus(z));
  }
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    return f32x4.mul(da, f32x4.mul(a, f32x4.sub(constant(ONE), a)));
  }
}

/** tanh z. 6.5 ULP. */
@final
export class Tanh {
  @inline value(z: v128, parameter: v128): v128 { return tanh(z); }
  // (1 − a)(1 + a) keeps the digits that 1 − a² loses near ±1.
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    return f32x4.mul(da, f32x4.mul(f32x4.sub(constant(ONE), a), f32x4.add(constant(ONE), a)));
  }
}

/** Softplus, ln(1 + e^z) = max(z, 0) + ln(1 + e^−|z|). 2.5 ULP; 0 below −87.33654, where e^z is not a normal float. */
@final
export class Softplus {
  @inline value(z: v128, parameter: v128): v128 {
    return f32x4.add(f32x4.pmax(z, constant(ZERO)), log1p(power(f32x4.neg(f32x4.abs(z)))));
  }
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    return f32x4.div(f32x4.mul(da, constant(HALF)), halfOnePlusExpOfMinus(z));
  }
}

/** Softsign, z / (1 + |z|). 1.5 ULP. */
@final
export class Softsign {
  @inline value(z: v128, parameter: v128): v128 {
    z = clamp(z, SOFTSIGN_LOWEST, SOFTSIGN_HIGHEST);
    return f32x4.div(z, f32x4.add(constant(ONE), f32x4.abs(z)));
  }
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    const k = f32x4.div(constant(ONE), f32x4.add(constant(ONE), f32x4.abs(z)));
    return f32x4.mul(da, f32x4.mul(k, k));
  }
}

/** z σ(v), given w = e^v. */
// @ts-ignore: decorator
@inline
function gate(z: v128, w: v128): v128 {
  return f32x4.mul(z, f32x4.div(w, f32x4.add(constant(ONE), w)));
}

/** da σ(v) (1 + z v′ σ(−v)), given w = e^v. */
// @ts-ignore: decorator
@inline
function gateSlope(da: v128, z: v128, w: v128, dv: v128): v128 {
  const k = f32x4.div(constant(ONE), f32x4.add(constant(ONE), w));
  return f32x4.mul(da, f32x4.mul(f32x4.mul(w, k), multiplyAdd(f32x4.mul(z, dv), k, constant(ONE))));
}

/** SiLU, z σ(z). 3.5 ULP; −0 below −87.33654. */
@final
export class Silu {
  @inline value(z: v128, parameter: v128): v128 {
    return gate(f32x4.pmax(z, constant(GATE_LOWEST)), power(clamp(z, GATE_LOWEST, GATE_HIGHEST)));
  }
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    z = clamp(z, GATE_LOWEST, GATE_HIGHEST);
    return gateSlope(da, z, power(z), constant(ONE));
  }
}

/** Mish, z tanh(softplus z) = z n / (n + 2) with n = e^z (e^z + 2): a gate with w = n / 2. 4 ULP; −0 below −87.33654. */
@final
export class Mish {
  @inline value(z: v128, parameter: v128): v128 {
    return gate(f32x4.pmax(z, constant(GATE_LOWEST)), this.half(power(clamp(z, GATE_LOWEST, GATE_HIGHEST))));
  }
  // v′ = n′ / n = 2 (e^z + 1) / (e^z + 2).
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    z = clamp(z, GATE_LOWEST, GATE_HIGHEST);
    const e = power(z);
    const twice = f32x4.add(e, e);
    const dv = f32x4.div(f32x4.add(twice, constant(TWO)), f32x4.add(e, constant(TWO)));
    return gateSlope(da, z, this.half(e), dv);
  }
  @inline half(e: v128): v128 { return multiplyAdd(f32x4.mul(e, e), constant(HALF), e); }
}

/** GELU in its tanh form, z σ(2 √(2/π) (z + 0.044715 z³)), which does not cancel. 4.5 ULP; −0 from −10.02 down. */
@final
export class GeluTanh {
  @inline value(z: v128, parameter: v128): v128 {
    z = f32x4.pmax(z, constant(CUBIC_LOWEST));
    return gate(z, cubicPower(f32x4.pmin(z, constant(CUBIC_HIGHEST))));
  }
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    z = clamp(z, CUBIC_LOWEST, CUBIC_HIGHEST);
    const dv = multiplyAdd(f32x4.mul(z, z), constant(CUBIC_SLOPE_2), constant(CUBIC_SLOPE_0));
    return gateSlope(da, z, cubicPower(z), dv);
  }
}

/** e^v with v computed in doubles. */
// @ts-ignore: decorator
@inline
function cubicPower(z: v128): v128 {
  return expOfDoubles(cubic(promoteLow(z)), cubic(promoteHigh(z)));
}

// @ts-ignore: decorator
@inline
function cubic(z: v128): v128 {
  const square = f64x2.mul(z, z);
  const factor = f64x2.add(v128.load64_splat(CUBIC_1), f64x2.mul(square, v128.load64_splat(CUBIC_3)));
  return f64x2.mul(z, factor);
}

/** GELU, z Φ(z) = max(z, 0) − |z| Φ(−|z|). 8 ULP; −0 from −13.22 down. */
@final
export class Gelu {
  @inline value(z: v128, parameter: v128): v128 {
    const below = partialMean(z);
    return v128.bitselect(f32x4.sub(z, below), f32x4.neg(below), f32x4.ge(z, constant(ZERO)));
  }
  // The slope is Φ(z) + z φ(z): for negative z it is e^(−z²/2) (ratio − |z| / √(2π)), for positive z 1 minus that of −z.
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    const left = leftSlope(z);
    const right = f32x4.sub(constant(ONE), left);
    return f32x4.mul(da, v128.bitselect(right, left, f32x4.gt(z, constant(ZERO))));
  }
}

/** |z| Φ(−|z|). In line, gelu is 1.02 to 1.1 times as fast as with a call (Node 20, 24 and 26). */
// @ts-ignore: decorator
@inline
function partialMean(z: v128): v128 {
  const y = f32x4.pmin(f32x4.abs(z), constant(NORMAL_REACH));
  return f32x4.mul(f32x4.mul(y, tailRatio(y)), gaussian(y));
}

/** Φ(−|z|) − |z| φ(z). */
function leftSlope(z: v128): v128 {
  const y = f32x4.pmin(f32x4.abs(z), constant(NORMAL_REACH));
  return f32x4.mul(gaussian(y), multiplyAdd(y, constant(MINUS_DENSITY), tailRatio(y)));
}

/** clamp(z / 6 + ½, 0, 1), computed as clamp(z + 3, 0, 6) / 6, which has all digits near −3. 1 ULP. */
@final
export class HardSigmoid {
  @inline value(z: v128, parameter: v128): v128 {
    return f32x4.div(clamp(f32x4.add(z, constant(THREE)), ZERO, SIX), constant(SIX));
  }
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    const flat = v128.or(f32x4.le(z, constant(MINUS_THREE)), f32x4.gt(z, constant(THREE)));
    return v128.andnot(f32x4.div(da, constant(SIX)), flat);
  }
}

/** Hard swish, z hard_sigmoid(z). 2 ULP; −0 from −3 down. */
@final
export class HardSwish {
  @inline value(z: v128, parameter: v128): v128 {
    const share = f32x4.div(clamp(f32x4.add(z, constant(THREE)), ZERO, SIX), constant(SIX));
    return f32x4.mul(f32x4.pmax(z, constant(MINUS_THREE)), share);
  }
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    const middle = f32x4.mul(da, f32x4.div(f32x4.add(f32x4.add(z, z), constant(THREE)), constant(SIX)));
    const right = v128.bitselect(da, middle, f32x4.gt(z, constant(THREE)));
    return v128.andnot(right, f32x4.le(z, constant(MINUS_THREE)));
  }
}

/** Squared ReLU, max(0, z)². 0.5 ULP; ∞ from 1.8446744e19 up. */
@final
export class SquaredRelu {
  @inline value(z: v128, parameter: v128): v128 {
    const right = f32x4.pmax(z, constant(ZERO));
    return f32x4.mul(right, right);
  }
  // `not z ≤ 0`, as for relu; where z is NaN, the product is NaN.
  @inline slope(da: v128, z: v128, a: v128, parameter: v128): v128 {
    return v128.andnot(f32x4.mul(f32x4.add(da, da), z), f32x4.le(z, constant(ZERO)));
  }
}

/** Step function, 0 for z < 0 and 1 for z ≥ 0. It has no derivative to train with. */
@final
export class Step {
  @inline value(z: v128, parameter: v128): v128 {
    const one = v128.and(constant(ONE), f32x4.ge(z, constant(ZERO)));
    return v128.or(one, v128.and(z, f32x4.ne(z, z)));
  }
}
