/** Arc-cosine kernels: E[f(u) f(v)] in closed form if f is a power of z on each side of 0. */
import type { Homogeneous } from '../network/activations.js';
import { arccosine } from '../numbers/elementary.js';

/** Moments of f(u) and f(v) for jointly normal u and v of the same variance. */
export interface PairMoments {
  /** E[(f(u) − f(v))²] / 2, by which E[f(u) f(v)] is below E[f²]. It keeps its digits where u and v are almost equal. */
  readonly difference: number;
  /** Derivative of E[f(u) f(v)] by the correlation. */
  readonly slope: number;
}

/**
 * Computes the moments of a pair f(u), f(v) of jointly normal u and v with variance 1 and correlation c. With R(z) = max(0, z)^n
 * and correlation cos θ, E[R(u) R(v)] is J_n(θ) / 2π. Cho & Saul 2009, eqs. 3 to 6.
 *
 * @param c  correlation, −1 to 1
 */
export function arcCosineMoments({ degree, below }: Homogeneous, c: number): PairMoments {
  const side = factorBelow({ degree, below });
  // The derivative by c lowers the degree by one: dJ_n/dc = n² J_(n − 1).
  return {
    difference: Math.max(0, joint(degree, side, 1) - joint(degree, side, c)),
    slope: degree * degree * joint(degree - 1, -side, c),
  };
}

/** E[f²] under N(0, 1). */
export function arcCosineMeanSquare({ degree, below }: Homogeneous): number {
  return joint(degree, factorBelow({ degree, below }), 1);
}

/** Factor s of f(z) = R(z) + s · R(−z). */
function factorBelow({ degree, below }: Homogeneous): number {
  return degree === 1 ? -below : below;
}

/** E[f(u) f(v)] for f(z) = R(z) + side · R(−z), where R has this degree. E[R(u) R(−v)] is the kernel at −c. */
function joint(degree: number, side: number, c: number): number {
  return (1 + side * side) * kernel(degree, c) + 2 * side * kernel(degree, -c);
}

/** E[R(u) R(v)] = J_n(θ) / 2π for the cosine of θ. */
function kernel(degree: number, cosine: number): number {
  const angle = arccosine(cosine);
  const sine = Math.sqrt((1 - cosine) * (1 + cosine));
  const rest = Math.PI - angle;
  const j =
    degree === 0
      ? rest
      : degree === 1
        ? sine + rest * cosine
        : 3 * sine * cosine + rest * (1 + 2 * cosine * cosine);
  return j / (2 * Math.PI);
}
