/**
 * sin πt and cos πt for |t| ≤ ½, where no reduction is needed: an angle from random bits comes in half-turns. Largest error 3 ULP
 * for the sine, 1.3e-7 absolute for the cosine. Nothing is fused.
 */
import {
  COS_0, COS_1, COS_2, COS_3, COS_4, SIN_0, SIN_1, SIN_2, SIN_3, SIN_4,
} from '../draw-coefficients';
import { constant } from './arithmetic';

const S0: usize = memory.data<f32>([<f32>SIN_0], 4);
const S1: usize = memory.data<f32>([<f32>SIN_1], 4);
const S2: usize = memory.data<f32>([<f32>SIN_2], 4);
const S3: usize = memory.data<f32>([<f32>SIN_3], 4);
const S4: usize = memory.data<f32>([<f32>SIN_4], 4);
const C0: usize = memory.data<f32>([<f32>COS_0], 4);
const C1: usize = memory.data<f32>([<f32>COS_1], 4);
const C2: usize = memory.data<f32>([<f32>COS_2], 4);
const C3: usize = memory.data<f32>([<f32>COS_3], 4);
const C4: usize = memory.data<f32>([<f32>COS_4], 4);
const ONE: usize = memory.data<f32>([1], 4);

/** c + x·y, rounded twice in every build. */
// @ts-ignore: decorator
@inline
function step(c: usize, x: v128, y: v128): v128 {
  return f32x4.add(constant(c), f32x4.mul(x, y));
}

/** sin πt; q = t². */
// @ts-ignore: decorator
@inline
export function sinPi(t: v128, q: v128): v128 {
  return f32x4.mul(t, step(S0, q, step(S1, q, step(S2, q, step(S3, q, constant(S4))))));
}

/** cos πt; q = t². */
// @ts-ignore: decorator
@inline
export function cosPi(q: v128): v128 {
  return step(ONE, q, step(C0, q, step(C1, q, step(C2, q, step(C3, q, constant(C4))))));
}
