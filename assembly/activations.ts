/**
 * The activations: value and derivative of each, defined here and nowhere else. A class is only a name for
 * two inlined formulas; `forward` and `backward` below run one over n floats without a call.
 *
 * forward:  a = f(z), n floats; a may be z.
 * backward: dz = da · f′(z), given z and a = f(z); dz may be da. At a kink the left branch counts.
 */
import { constant } from './simd/arithmetic';
import { expClamped } from './simd/exp';
import { tanh } from './simd/tanh';

const ZERO: usize = memory.data<f32>([0], 4);
const ONE: usize = memory.data<f32>([1], 4);

@final
class Identity {
  @inline value(z: v128): v128 { return z; }
  @inline slope(da: v128, z: v128, a: v128): v128 { return da; }
}

@final
class Relu {
  // pmax(z, 0) is one instruction and returns z unless 0 is greater: NaN stays NaN.
  @inline value(z: v128): v128 { return f32x4.pmax(z, constant(ZERO)); }
  // `not z ≤ 0` rather than `z > 0`: where z is NaN, da comes through, and it is NaN by then.
  @inline slope(da: v128, z: v128, a: v128): v128 { return v128.andnot(da, f32x4.le(z, constant(ZERO))); }
}

@final
class Sigmoid {
  // Largest error 2.5 ULP; 0 from −88.73 down, where e^−z is infinite.
  @inline value(z: v128): v128 {
    return f32x4.div(constant(ONE), f32x4.add(constant(ONE), expClamped(f32x4.neg(z))));
  }
  @inline slope(da: v128, z: v128, a: v128): v128 {
    return f32x4.mul(da, f32x4.mul(a, f32x4.sub(constant(ONE), a)));
  }
}

@final
class Tanh {
  @inline value(z: v128): v128 { return tanh(z); }
  // (1 − a)(1 + a) keeps the digits that 1 − a² loses near ±1.
  @inline slope(da: v128, z: v128, a: v128): v128 {
    return f32x4.mul(da, f32x4.mul(f32x4.sub(constant(ONE), a), f32x4.add(constant(ONE), a)));
  }
}

// @ts-ignore: decorator
@inline
function forward<A>(a: usize, z: usize, n: usize): void {
  const end = z + (n << 2), vectorEnd = z + ((n & ~3) << 2);
  while (z < vectorEnd) {
    v128.store(a, changetype<A>(0).value(v128.load(z)));
    a += 16; z += 16;
  }
  while (z < end) {
    v128.store_lane<f32>(a, changetype<A>(0).value(v128.load32_zero(z)), 0);
    a += 4; z += 4;
  }
}

// @ts-ignore: decorator
@inline
function backward<A>(dz: usize, da: usize, z: usize, a: usize, n: usize): void {
  const end = z + (n << 2), vectorEnd = z + ((n & ~3) << 2);
  while (z < vectorEnd) {
    v128.store(dz, changetype<A>(0).slope(v128.load(da), v128.load(z), v128.load(a)));
    dz += 16; da += 16; z += 16; a += 16;
  }
  while (z < end) {
    v128.store_lane<f32>(dz, changetype<A>(0).slope(v128.load32_zero(da), v128.load32_zero(z), v128.load32_zero(a)), 0);
    dz += 4; da += 4; z += 4; a += 4;
  }
}

export function identity_forward(a: usize, z: usize, n: usize): void { forward<Identity>(a, z, n); }
export function identity_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Identity>(dz, da, z, a, n); }
export function relu_forward(a: usize, z: usize, n: usize): void { forward<Relu>(a, z, n); }
export function relu_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Relu>(dz, da, z, a, n); }
export function sigmoid_forward(a: usize, z: usize, n: usize): void { forward<Sigmoid>(a, z, n); }
export function sigmoid_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Sigmoid>(dz, da, z, a, n); }
export function tanh_forward(a: usize, z: usize, n: usize): void { forward<Tanh>(a, z, n); }
export function tanh_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Tanh>(dz, da, z, a, n); }
