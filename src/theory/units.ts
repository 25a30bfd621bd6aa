/** Activations of one row in f64, whose values may be of any size. */
import type { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import {
  backwardKernel,
  type CheckedActivation,
  forwardKernel,
  type Homogeneous,
  parameterOf,
} from '../network/activations.js';

/** Writes a = f(factor · z), and f′(factor · z) from slopes[at] on. Only what is homogeneous is given another factor than 1. */
export type Activate = (
  a: Float64Array,
  slopes: Float64Array,
  at: number,
  z: Float64Array,
  factor: number,
) => void;

/** Between these sizes, and far beyond, f32 has what an activation makes of a number that comes near to lines. */
const TINY = 7.888609052210118e-31; // 2⁻¹⁰⁰
const HUGE = 1.2676506002282294e30; // 2¹⁰⁰

/** Powers of z in f64. The left branch at 0. */
export function powers({ degree, below }: Homogeneous): Activate {
  return (a, slopes, at, z, factor) => {
    for (let i = 0; i < a.length; i++) {
      const value = z[i]! * factor;
      // z^(degree − 1), on either side of 0.
      const power = (value > 0 ? 1 : below) * (degree === 1 ? 1 : value);
      a[i] = value * power;
      slopes[at + i] = degree * power;
    }
  };
}

/**
 * Any other activation by its f32 kernel: 1e-7 of each value. What is smaller than 2⁻¹⁰⁰ is taken on the line through 0, if
 * that is where f begins, what is larger than 2¹⁰⁰ on the tangent there.
 */
export function byKernel(
  backend: Backend,
  arena: Arena,
  activation: CheckedActivation,
  width: number,
): Activate {
  const [z32, a32, ones, slopes32] = [0, 0, 0, 0].map(() => arena.elements(width)) as [
    Address,
    Address,
    Address,
    Address,
  ];
  const [forward, backward] = [forwardKernel(activation)!, backwardKernel(activation)!];
  const parameter = parameterOf(activation);
  const index = (address: Address) => address / backend.elementBytes;
  let beginsAtZero: boolean | undefined;

  function run(n: number): void {
    backend.kernels[forward](a32, z32, n, parameter);
    backend.kernels[backward](slopes32, ones, z32, a32, n, parameter);
  }

  return (a, slopes, at, z) => {
    const { elements } = backend;
    if (beginsAtZero === undefined) {
      elements.fill(1, index(ones), index(ones) + width);
      elements[index(z32)] = 0;
      run(1);
      beginsAtZero = elements[index(a32)] === 0;
    }
    for (let i = 0; i < a.length; i++) {
      const size = Math.min(Math.max(Math.abs(z[i]!), TINY), HUGE);
      elements[index(z32) + i] = z[i]! < 0 ? -size : size;
    }
    run(a.length);
    for (let i = 0; i < a.length; i++) {
      const value = z[i]!;
      const rounded = elements[index(z32) + i]!;
      const slope = elements[index(slopes32) + i]!;
      let result = elements[index(a32) + i]!;
      if (Math.abs(value) > HUGE) result += slope * (value - rounded);
      else if (Math.abs(value) < TINY && beginsAtZero) result *= value / rounded;
      a[i] = result;
      slopes[at + i] = slope;
    }
  };
}
