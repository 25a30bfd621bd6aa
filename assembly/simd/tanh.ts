/**
 * tanh x on four floats: x P(x²) / Q(x²), a rational minimax of degree 13/6 on [−9.02, 9.02] (6.8e-9 relative). Beyond that, tanh
 * rounds to ±1. Largest error 6.5 ULP, exact at ±0 and ±∞.
 */
import { constant, multiplyAdd } from './arithmetic';

/** Last float up to 9.02 whose quotient reaches 1, rounded once or twice; from here on tanh is ±1. */
const HIGHEST: usize = memory.data<f32>([9.0199966], 4);
const LOWEST: usize = memory.data<f32>([-9.0199966], 4);
const ONE: usize = memory.data<f32>([1], 4);
const MINUS_ONE: usize = memory.data<f32>([-1], 4);
const P0: usize = memory.data<f32>([0.99999999310139845], 4);
const P1: usize = memory.data<f32>([0.13083142311299872], 4);
const P2: usize = memory.data<f32>([0.0031029854908557006], 4);
const P3: usize = memory.data<f32>([1.1144101071882802e-5], 4);
const P4: usize = memory.data<f32>([-2.0183400852825125e-8], 4);
const P5: usize = memory.data<f32>([5.2575349192644331e-11], 4);
const P6: usize = memory.data<f32>([-8.4354758052216179e-14], 4);
const Q1: usize = memory.data<f32>([0.4641646924807243], 4);
const Q2: usize = memory.data<f32>([0.024491316773705106], 4);
const Q3: usize = memory.data<f32>([0.0002544728735240925], 4);

// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  // pmin and pmax return their first operand unless the second wins, so that NaN stays NaN.
  x = f32x4.pmax(f32x4.pmin(x, constant(HIGHEST)), constant(LOWEST));
  const t = f32x4.mul(x, x);
  let p = multiplyAdd(t, constant(P6), constant(P5));
  p = multiplyAdd(t, p, constant(P4));
  p = multiplyAdd(t, p, constant(P3));
  p = multiplyAdd(t, p, constant(P2));
  p = multiplyAdd(t, p, constant(P1));
  p = multiplyAdd(t, p, constant(P0));
  let q = multiplyAdd(t, constant(Q3), constant(Q2));
  q = multiplyAdd(t, q, constant(Q1));
  q = multiplyAdd(t, q, constant(ONE));
  const value = f32x4.div(f32x4.mul(x, p), q);
  return f32x4.pmax(f32x4.pmin(value, constant(ONE)), constant(MINUS_ONE));
}
