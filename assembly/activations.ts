/**
 * Elementwise activations as kernels: `forward` and `backward` run the formulas of activation-formulas.ts over n floats.
 *
 * forward:  a = f(z), n floats; a may be z.
 * backward: dz = da · f′(z), given z and a = f(z); dz may be da.
 */
import {
  Identity, Relu, LeakyRelu, Elu, Selu, Sigmoid, Tanh, Softplus, Softsign, Silu, Mish, GeluTanh, Gelu,
  HardSigmoid, HardSwish, SquaredRelu, Step,
} from './activation-formulas';
import { loadLanes, storeLanes } from './simd/lanes';

// @ts-ignore: decorator
@inline
function forward<A>(a: usize, z: usize, n: usize, parameter: f32 = 0): void {
  const parameters = f32x4.splat(parameter);
  const end = z + (n << 2), vectorEnd = z + ((n & ~3) << 2);
  while (z < vectorEnd) {
    v128.store(a, changetype<A>(0).value(v128.load(z), parameters));
    a += 16; z += 16;
  }
  while (z < end) {
    v128.store_lane<f32>(a, changetype<A>(0).value(v128.load32_zero(z), parameters), 0);
    a += 4; z += 4;
  }
}

/**
 * Runs a formula on four vectors at a time, up to 1.7 times as fast as `forward` if the formula is long. The chains of dependent
 * operations of four vectors overlap further than the processor looks ahead, and a constant is read once for all four.
 */
// @ts-ignore: decorator
@inline
function forwardByFours<A>(a: usize, z: usize, n: usize): void {
  const zero = f32x4.splat(0);
  let left = <isize>n;
  for (; left >= 16; left -= 16) {
    const a0 = changetype<A>(0).value(v128.load(z), zero), a1 = changetype<A>(0).value(v128.load(z, 16), zero);
    const a2 = changetype<A>(0).value(v128.load(z, 32), zero), a3 = changetype<A>(0).value(v128.load(z, 48), zero);
    v128.store(a, a0);
    v128.store(a, a1, 16);
    v128.store(a, a2, 32);
    v128.store(a, a3, 48);
    a += 64; z += 64;
  }
  for (; left > 0; left -= 4) {
    storeLanes(a, changetype<A>(0).value(loadLanes(z, left), zero), left);
    a += 16; z += 16;
  }
}

// @ts-ignore: decorator
@inline
function backward<A>(dz: usize, da: usize, z: usize, a: usize, n: usize, parameter: f32 = 0): void {
  const parameters = f32x4.splat(parameter);
  const end = z + (n << 2), vectorEnd = z + ((n & ~3) << 2);
  while (z < vectorEnd) {
    v128.store(dz, changetype<A>(0).slope(v128.load(da), v128.load(z), v128.load(a), parameters));
    dz += 16; da += 16; z += 16; a += 16;
  }
  while (z < end) {
    const slope = changetype<A>(0).slope(v128.load32_zero(da), v128.load32_zero(z), v128.load32_zero(a), parameters);
    v128.store_lane<f32>(dz, slope, 0);
    dz += 4; da += 4; z += 4; a += 4;
  }
}

export function identity_forward(a: usize, z: usize, n: usize): void { forward<Identity>(a, z, n); }
export function identity_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Identity>(dz, da, z, a, n); }
export function relu_forward(a: usize, z: usize, n: usize): void { forward<Relu>(a, z, n); }
export function relu_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Relu>(dz, da, z, a, n); }
export function leaky_relu_forward(a: usize, z: usize, n: usize, parameter: f32): void { forward<LeakyRelu>(a, z, n, parameter); }
export function leaky_relu_backward(dz: usize, da: usize, z: usize, a: usize, n: usize, parameter: f32): void { backward<LeakyRelu>(dz, da, z, a, n, parameter); }
export function elu_forward(a: usize, z: usize, n: usize, parameter: f32): void { forward<Elu>(a, z, n, parameter); }
export function elu_backward(dz: usize, da: usize, z: usize, a: usize, n: usize, parameter: f32): void { backward<Elu>(dz, da, z, a, n, parameter); }
export function selu_forward(a: usize, z: usize, n: usize): void { forward<Selu>(a, z, n); }
export function selu_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Selu>(dz, da, z, a, n); }
export function sigmoid_forward(a: usize, z: usize, n: usize): void { forwardByFours<Sigmoid>(a, z, n); }
export function sigmoid_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Sigmoid>(dz, da, z, a, n); }
export function tanh_forward(a: usize, z: usize, n: usize): void { forwardByFours<Tanh>(a, z, n); }
export function tanh_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Tanh>(dz, da, z, a, n); }
export function softplus_forward(a: usize, z: usize, n: usize): void { forward<Softplus>(a, z, n); }
export function softplus_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Softplus>(dz, da, z, a, n); }
export function softsign_forward(a: usize, z: usize, n: usize): void { forward<Softsign>(a, z, n); }
export function softsign_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Softsign>(dz, da, z, a, n); }
export function silu_forward(a: usize, z: usize, n: usize): void { forward<Silu>(a, z, n); }
export function silu_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Silu>(dz, da, z, a, n); }
export function mish_forward(a: usize, z: usize, n: usize): void { forward<Mish>(a, z, n); }
export function mish_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Mish>(dz, da, z, a, n); }
export function gelu_forward(a: usize, z: usize, n: usize): void { forward<Gelu>(a, z, n); }
export function gelu_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<Gelu>(dz, da, z, a, n); }
export function gelu_tanh_forward(a: usize, z: usize, n: usize): void { forwardByFours<GeluTanh>(a, z, n); }
export function gelu_tanh_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<GeluTanh>(dz, da, z, a, n); }
export function hard_sigmoid_forward(a: usize, z: usize, n: usize): void { forward<HardSigmoid>(a, z, n); }
export function hard_sigmoid_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<HardSigmoid>(dz, da, z, a, n); }
export function hard_swish_forward(a: usize, z: usize, n: usize): void { forward<HardSwish>(a, z, n); }
export function hard_swish_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<HardSwish>(dz, da, z, a, n); }
export function squared_relu_forward(a: usize, z: usize, n: usize): void { forward<SquaredRelu>(a, z, n); }
export function squared_relu_backward(dz: usize, da: usize, z: usize, a: usize, n: usize): void { backward<SquaredRelu>(dz, da, z, a, n); }
export function step_forward(a: usize, z: usize, n: usize): void { forward<Step>(a, z, n); }
