/**
 * Functions on f32x4 that no kernel exports alone. Each test sweeps bit patterns densely, compares with f64, and holds the
 * largest error to the bound that the function's file states. The bounds come from sweeps of all floats.
 */
import { exp, expm1, expOfDoubles, halfOnePlusExpOfMinus } from '../simd/exp';
import { log1p, logNormal, logScalar } from '../simd/log';
import { cosPi, sinPi } from '../simd/sincos';
import { gaussian, tailRatio } from '../simd/tail';
import { tanh } from '../simd/tanh';

/** Step of the sweep in bit patterns; a prime, so that every pattern of low bits occurs. */
const STEP: u64 = 509;
const SMALLEST: f32 = 1.4e-45;
const LARGEST: f32 = 3.4028234e38;

const first = (v: v128): f32 => f32x4.extract_lane(v, 0);
const expOf = (x: f32): f32 => first(exp(f32x4.splat(x)));
const logisticOf = (x: f32): f32 => first(halfOnePlusExpOfMinus(f32x4.splat(x)));
const logNormalOf = (x: f32): f32 => first(logNormal(f32x4.splat(x), 0));
/** Logarithm as the normal draws call it: x counts 2⁻³¹. */
const logFractionOf = (x: f32): f32 => first(logNormal(f32x4.splat(x), -31));
const tanhOf = (x: f32): f32 => first(tanh(f32x4.splat(x)));
const expm1Of = (x: f32): f32 => first(expm1(f32x4.splat(x)));
const log1pOf = (x: f32): f32 => first(log1p(f32x4.splat(x)));
const gaussianOf = (x: f32): f32 => first(gaussian(f32x4.splat(x)));
const tailRatioOf = (x: f32): f32 => first(tailRatio(f32x4.splat(x)));
/** e^(x/7), whose exponent no float holds exactly. */
const expOfSeventh = (x: f32): f32 => {
  const seventh = f64x2.splat(<f64>x / 7);
  return first(expOfDoubles(seventh, seventh));
};
function sinPiOf(x: f32): f32 {
  const t = f32x4.splat(x);
  return first(sinPi(t, f32x4.mul(t, t)));
}
function cosPiOf(x: f32): f32 {
  const t = f32x4.splat(x);
  return first(cosPi(f32x4.mul(t, t)));
}

const halfOnePlusExp = (x: f64): f64 => 0.5 + 0.5 * NativeMath.exp(-x);
const logFraction = (x: f64): f64 => NativeMath.log(x / 2147483648);
const sinOfPi = (x: f64): f64 => NativeMath.sin(NativeMath.PI * x);
const cosOfPi = (x: f64): f64 => NativeMath.cos(NativeMath.PI * x);

const expSeventh = (x: f64): f64 => NativeMath.exp(x / 7);
const bell = (x: f64): f64 => NativeMath.exp((-x * x) / 2);
/** Φ(−y) e^(y²/2): the series of Φ below 2, the continued fraction of Mills' ratio from 2 on. */
function ratio(y: f64): f64 {
  const root = NativeMath.sqrt(2 * NativeMath.PI);
  if (y < 2) {
    let term = y, sum = y;
    for (let k: f64 = 3; term > 1e-17 * sum; k += 2) {
      term *= (y * y) / k;
      sum += term;
    }
    return 0.5 / bell(y) - sum / root;
  }
  let fraction = y;
  for (let k: f64 = 120; k > 0; k--) fraction = y + k / fraction;
  return 1 / (root * fraction);
}

/** Distance between the two floats around y. */
function spacing(y: f64): f64 {
  const exponent = <i32>((reinterpret<u64>(y) >> 52) & 0x7ff) - 1023;
  return reinterpret<f64>(<u64>(max(exponent, -126) - 23 + 1023) << 52);
}

/** Largest |f − truth| between two floats of one sign, in ULP or absolute; NaN if f returns NaN. */
function worst(f: (x: f32) => f32, truth: (x: f64) => f64, from: f32, to: f32, absolute: bool = false): f64 {
  const end: u64 = reinterpret<u32>(to);
  let largest: f64 = 0;
  for (let bits: u64 = reinterpret<u32>(from); bits <= end; bits += STEP) {
    const x = reinterpret<f32>(<u32>bits);
    const exact = truth(x);
    let error = abs(<f64>f(x) - exact);
    if (!absolute) error /= spacing(exact);
    if (!(error <= largest)) largest = error;
    if (isNaN(error)) break;
  }
  return largest;
}

/** Compares bits, so that −0 differs from 0; any NaN equals NaN. */
function same(actual: f32, expected: f32): bool {
  return isNaN(expected) ? isNaN(actual) : reinterpret<u32>(actual) == reinterpret<u32>(expected);
}

describe('exp', () => {
  it('is within 1.1 ULP up to 88', () => {
    expect<f64>(worst(expOf, NativeMath.exp, 0, 88)).toBeLessThan(1.1);
  });
  it('is within 1.1 ULP down to the smallest normal float', () => {
    expect<f64>(worst(expOf, NativeMath.exp, -0, -87.33654)).toBeLessThan(1.1);
  });
  it('is 0 below that, 1 at 0, and NaN for NaN', () => {
    expect<f32>(expOf(-87.33654)).toBeGreaterThan(1.1754943e-38);
    expect<bool>(same(expOf(-87.33655), 0)).toBeTruthy('−87.33655');
    expect<bool>(same(expOf(-88.5), 0)).toBeTruthy('−88.5');
    expect<bool>(same(expOf(-1e30), 0)).toBeTruthy('−1e30');
    expect<bool>(same(expOf(-Infinity), 0)).toBeTruthy('−∞');
    expect<bool>(same(expOf(0), 1)).toBeTruthy('0');
    expect<bool>(same(expOf(-SMALLEST), 1)).toBeTruthy('a denormal');
    expect<bool>(same(expOf(NaN), NaN)).toBeTruthy('NaN');
  });
  it('treats every lane on its own', () => {
    const y = exp(f32x4(NaN, -100, 1, -87));
    expect<bool>(isNaN(f32x4.extract_lane(y, 0))).toBeTruthy('NaN');
    expect<f32>(f32x4.extract_lane(y, 1)).toBe(0);
    expect<f32>(f32x4.extract_lane(y, 2)).toBe(expOf(1));
    expect<f32>(f32x4.extract_lane(y, 3)).toBe(expOf(-87));
  });
});

describe('halfOnePlusExpOfMinus', () => {
  it('is within 1.5 ULP where it does not clamp', () => {
    expect<f64>(worst(logisticOf, halfOnePlusExp, 0, 86.9)).toBeLessThan(1.5);
    expect<f64>(worst(logisticOf, halfOnePlusExp, -0, -88.72283)).toBeLessThan(1.5);
  });
  it('is ½ above, infinite from −89.08 down, and NaN for NaN', () => {
    expect<bool>(same(logisticOf(Infinity), 0.5)).toBeTruthy('∞');
    expect<bool>(same(logisticOf(-89.08), Infinity)).toBeTruthy('−89.08');
    expect<bool>(same(logisticOf(-Infinity), Infinity)).toBeTruthy('−∞');
    expect<bool>(same(logisticOf(NaN), NaN)).toBeTruthy('NaN');
  });
});

describe('logScalar', () => {
  it('is within 1 ULP on all positive floats, including denormals', () => {
    expect<f64>(worst(logScalar, NativeMath.log, SMALLEST, LARGEST)).toBeLessThan(1);
  });
  it('is within 1 ULP on every float near 1', () => {
    let largest: f64 = 0;
    for (let bits: u32 = 0x3f7f0000; bits <= 0x3f810000; bits++) {
      const x = reinterpret<f32>(bits);
      const exact = NativeMath.log(x);
      if (exact == 0) continue;
      largest = max(largest, abs(<f64>logScalar(x) - exact) / spacing(exact));
    }
    expect<f64>(largest).toBeLessThan(1);
    expect<bool>(same(logScalar(1), 0)).toBeTruthy('1');
  });
  it('is −∞ at ±0, NaN below, ∞ at ∞', () => {
    expect<bool>(same(logScalar(0), -Infinity)).toBeTruthy('0');
    expect<bool>(same(logScalar(-0), -Infinity)).toBeTruthy('−0');
    expect<bool>(same(logScalar(-SMALLEST), NaN)).toBeTruthy('a negative denormal');
    expect<bool>(same(logScalar(-Infinity), NaN)).toBeTruthy('−∞');
    expect<bool>(same(logScalar(Infinity), Infinity)).toBeTruthy('∞');
    expect<bool>(same(logScalar(NaN), NaN)).toBeTruthy('NaN');
  });
});

describe('logNormal', () => {
  it('is within 1 ULP on positive normal floats', () => {
    expect<f64>(worst(logNormalOf, NativeMath.log, 1.17549435e-38, LARGEST)).toBeLessThan(1);
  });
  it('is within 1 ULP with the shift of the normal draws', () => {
    expect<f64>(worst(logFractionOf, logFraction, 0.5, 2147483648)).toBeLessThan(1);
    expect<bool>(same(logFractionOf(2147483648), 0)).toBeTruthy('a whole');
  });
});

describe('sinPi and cosPi', () => {
  it('the sine is within 3 ULP', () => {
    expect<f64>(worst(sinPiOf, sinOfPi, 0, 0.5)).toBeLessThan(3);
    expect<f64>(worst(sinPiOf, sinOfPi, -0, -0.5)).toBeLessThan(3);
  });
  it('the cosine is within 1.3e-7', () => {
    expect<f64>(worst(cosPiOf, cosOfPi, 0, 0.5, true)).toBeLessThan(1.3e-7);
    expect<f64>(worst(cosPiOf, cosOfPi, -0, -0.5, true)).toBeLessThan(1.3e-7);
  });
  it('are exact at ±0 and at most 1 at ½', () => {
    expect<bool>(same(sinPiOf(0), 0)).toBeTruthy('sin 0');
    expect<bool>(same(sinPiOf(-0), -0)).toBeTruthy('sin −0');
    expect<bool>(same(cosPiOf(0), 1)).toBeTruthy('cos 0');
    expect<f32>(sinPiOf(0.5)).toBeGreaterThan(0.9999998);
    expect<f32>(sinPiOf(0.5)).not.toBeGreaterThan(1);
  });
});

describe('tanh', () => {
  it('is within 6.5 ULP', () => {
    expect<f64>(worst(tanhOf, NativeMath.tanh, 0, 10)).toBeLessThan(6.5);
    expect<f64>(worst(tanhOf, NativeMath.tanh, -0, -10)).toBeLessThan(6.5);
  });
  it('is odd, equals x at 0 and at denormals, ±1 far out, and NaN for NaN', () => {
    let uneven = 0;
    for (let bits: u64 = 0; bits <= 0x7f800000; bits += 9973) {
      const x = reinterpret<f32>(<u32>bits);
      if (!same(tanhOf(-x), -tanhOf(x))) uneven++;
    }
    expect<i32>(uneven).toBe(0);
    expect<bool>(same(tanhOf(0), 0)).toBeTruthy('0');
    expect<bool>(same(tanhOf(-0), -0)).toBeTruthy('−0');
    expect<bool>(same(tanhOf(SMALLEST), SMALLEST)).toBeTruthy('a denormal');
    expect<bool>(same(tanhOf(9.02), 1)).toBeTruthy('9.02');
    expect<bool>(same(tanhOf(Infinity), 1)).toBeTruthy('∞');
    expect<bool>(same(tanhOf(-Infinity), -1)).toBeTruthy('−∞');
    expect<bool>(same(tanhOf(NaN), NaN)).toBeTruthy('NaN');
  });
});

describe('expm1', () => {
  it('is within 1.1 ULP from −87.3 to 0', () => {
    expect<f64>(worst(expm1Of, NativeMath.expm1, -SMALLEST, -87.3)).toBeLessThan(1.1);
  });
  it('is 0 at 0, −1 far out, and NaN for NaN', () => {
    expect<f32>(expm1Of(0)).toBe(0);
    expect<bool>(same(expm1Of(-100), -1)).toBeTruthy('−100');
    expect<bool>(same(expm1Of(-Infinity), -1)).toBeTruthy('−∞');
    expect<bool>(same(expm1Of(NaN), NaN)).toBeTruthy('NaN');
  });
});

describe('expOfDoubles', () => {
  it('is within 1.1 ULP for exponents that no float holds exactly', () => {
    expect<f64>(worst(expOfSeventh, expSeventh, 0, 616)).toBeLessThan(1.1);
    expect<f64>(worst(expOfSeventh, expSeventh, -0, -611)).toBeLessThan(1.1);
  });
  it('treats every lane on its own', () => {
    const y = expOfDoubles(f64x2(0, 1), f64x2(-88, NaN));
    expect<f32>(f32x4.extract_lane(y, 0)).toBe(1);
    expect<f32>(f32x4.extract_lane(y, 1)).toBe(expOf(1));
    expect<f32>(f32x4.extract_lane(y, 2)).toBe(0);
    expect<bool>(isNaN(f32x4.extract_lane(y, 3))).toBeTruthy('NaN');
  });
});

describe('log1p', () => {
  it('is within 1.5 ULP from 0 to 1', () => {
    expect<f64>(worst(log1pOf, NativeMath.log1p, SMALLEST, 1)).toBeLessThan(1.5);
    expect<bool>(same(log1pOf(0), 0)).toBeTruthy('0');
    expect<bool>(same(log1pOf(NaN), NaN)).toBeTruthy('NaN');
  });
});

describe('the tail of the normal distribution', () => {
  it('is within 5.5 ULP as a ratio to e^(−y²/2)', () => {
    expect<f64>(worst(tailRatioOf, ratio, 0, 13.3)).toBeLessThan(5.5);
    expect<bool>(same(tailRatioOf(0), 0.5)).toBeTruthy('0');
    expect<bool>(same(tailRatioOf(NaN), NaN)).toBeTruthy('NaN');
  });
  it('e^(−y²/2) is within 1.6 ULP up to 13.18', () => {
    expect<f64>(worst(gaussianOf, bell, 0, 13.18)).toBeLessThan(1.6);
    expect<f64>(worst(gaussianOf, bell, -0, -13.18)).toBeLessThan(1.6);
    expect<bool>(same(gaussianOf(13.3), 0)).toBeTruthy('13.3');
    expect<bool>(same(gaussianOf(NaN), NaN)).toBeTruthy('NaN');
  });
});

describe('the sweep notices', () => {
  it('an error of one part in two million', () => {
    const off = (x: f32): f32 => expOf(x) * (1 + 4.76837158203125e-7);
    expect<f64>(worst(off, NativeMath.exp, 0, 88)).toBeGreaterThan(1.1);
  });
  it('a NaN among numbers', () => {
    const holed = (x: f32): f32 => (x > 3 ? NaN : x);
    const itself = (x: f64): f64 => x;
    expect<bool>(isNaN(worst(holed, itself, 0, 4))).toBeTruthy();
  });
});
