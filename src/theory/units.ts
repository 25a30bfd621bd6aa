/** Activations of one row in f64, for values of any size. */
import type { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import { runActivation } from '../network/activation-values.js';
import type { CheckedActivation, Homogeneous } from '../network/activations.js';

/**
 * Writes f(factor · z) to `a` and f′(factor · z) to `slopes` from index `at` on. The factor is 1 unless the activation is
 * homogeneous.
 */
export type Activate = (
  a: Float64Array,
  slopes: Float64Array,
  at: number,
  z: Float64Array,
  factor: number,
) => void;

/** Sizes between which an f32 kernel is used. Activations are almost linear long before either end. */
const TINY = 7.888609052210118e-31; // 2⁻¹⁰⁰
const HUGE = 1.2676506002282294e30; // 2¹⁰⁰

/** Computes a power of z in f64. At 0 the branch for negative z holds. */
export function powers({ degree, below }: Homogeneous): Activate {
  return (a, slopes, at, z, factor) => {
    for (let i = 0; i < a.length; i++) {
      const value = z[i]! * factor;
      // z^(degree − 1), times the factor of the side of 0
      const power = (value > 0 ? 1 : below) * (degree === 1 ? 1 : value);
      a[i] = value * power;
      slopes[at + i] = degree * power;
    }
  };
}

/**
 * Computes other activations by their f32 kernels, exact to 1e-7. Values smaller than 2⁻¹⁰⁰ are taken on the line through 0
 * if f(0) is 0, values larger than 2¹⁰⁰ on the tangent there.
 */
export function byKernel(
  backend: Backend,
  arena: Arena,
  activation: CheckedActivation,
  width: number,
): Activate {
  const [z32, a32, slopes32] = [0, 0, 0].map(() => arena.elements(width)) as [Address, Address, Address];
  const index = (address: Address) => address / backend.elementBytes;
  let beginsAtZero: boolean | undefined;

  const run = (n: number) => runActivation(backend, activation, a32, slopes32, z32, n);

  return (a, slopes, at, z) => {
    const { elements } = backend;
    if (beginsAtZero === undefined) {
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
