import type { Kernel } from './memory.js';

/** 2⁻¹²⁶ and 2⁻¹²⁰, bounds in every backend: a smaller mean is stored as 0, a smaller mean square as 2⁻¹²⁰. */
const SMALLEST_MEAN = 1.1754943508222875e-38;
const SMALLEST_SQUARE = 7.52316384526264e-37;

/** parameters[i] −= learningRate · gradients[i]. */
export const sgd: Kernel<'sgd'> = ({ elements, shift }, parameters, gradients, n, learningRate) => {
  const p = parameters >>> shift;
  const g = gradients >>> shift;
  for (let i = 0; i < n; i++) elements[p + i]! -= learningRate * elements[g + i]!;
};

/** velocity = momentum · velocity + g, p −= learningRate · velocity. */
export const sgd_momentum: Kernel<'sgd_momentum'> = (
  { elements, shift },
  parameters,
  gradients,
  velocity,
  n,
  learningRate,
  momentum,
) => {
  const p = parameters >>> shift;
  const g = gradients >>> shift;
  const v = velocity >>> shift;
  for (let i = 0; i < n; i++) {
    const next = settled(momentum * elements[v + i]! + elements[g + i]!);
    elements[v + i] = next;
    elements[p + i]! -= learningRate * next;
  }
};

/** velocity = momentum · velocity + g, p −= learningRate · (g + momentum · velocity). */
export const sgd_nesterov: Kernel<'sgd_nesterov'> = (
  { elements, shift },
  parameters,
  gradients,
  velocity,
  n,
  learningRate,
  momentum,
) => {
  const p = parameters >>> shift;
  const g = gradients >>> shift;
  const v = velocity >>> shift;
  for (let i = 0; i < n; i++) {
    const gradient = elements[g + i]!;
    const next = settled(momentum * elements[v + i]! + gradient);
    elements[v + i] = next;
    elements[p + i]! -= learningRate * (gradient + momentum * next);
  }
};

/** square = decay · square + share · g², g /= √square + epsilon. */
export const divide_by_rms: Kernel<'divide_by_rms'> = (
  { elements, shift },
  gradients,
  square,
  n,
  decay,
  share,
  epsilon,
) => {
  const g = gradients >>> shift;
  const s = square >>> shift;
  for (let i = 0; i < n; i++) {
    const gradient = elements[g + i]!;
    const next = Math.max(SMALLEST_SQUARE, decay * elements[s + i]! + share * gradient * gradient);
    elements[s + i] = next;
    elements[g + i] = gradient / (Math.sqrt(next) + epsilon);
  }
};

/** mean = decay · mean + share · g, square as in `divide_by_rms`, g /= √(square − mean²) + epsilon. */
export const divide_by_deviation: Kernel<'divide_by_deviation'> = (
  { elements, shift },
  gradients,
  square,
  mean,
  n,
  decay,
  share,
  epsilon,
) => {
  const g = gradients >>> shift;
  const s = square >>> shift;
  const m = mean >>> shift;
  for (let i = 0; i < n; i++) {
    const gradient = elements[g + i]!;
    const nextSquare = Math.max(SMALLEST_SQUARE, decay * elements[s + i]! + share * gradient * gradient);
    const nextMean = settled(decay * elements[m + i]! + share * gradient);
    elements[s + i] = nextSquare;
    elements[m + i] = nextMean;
    const variance = Math.max(SMALLEST_SQUARE, nextSquare - nextMean * nextMean);
    elements[g + i] = gradient / (Math.sqrt(variance) + epsilon);
  }
};

/** m and v decay towards g and g², p −= (forMoment · m + forGradient · g) / (√v + epsilon). */
export const adam: Kernel<'adam'> = (
  { elements, shift },
  parameters,
  gradients,
  firstMoment,
  secondMoment,
  n,
  beta1,
  beta2,
  forMoment,
  forGradient,
  epsilon,
) => {
  const p = parameters >>> shift;
  const g = gradients >>> shift;
  const m = firstMoment >>> shift;
  const v = secondMoment >>> shift;
  for (let i = 0; i < n; i++) {
    const gradient = elements[g + i]!;
    const first = settled(beta1 * elements[m + i]! + (1 - beta1) * gradient);
    const second = Math.max(SMALLEST_SQUARE, beta2 * elements[v + i]! + (1 - beta2) * gradient * gradient);
    elements[m + i] = first;
    elements[v + i] = second;
    elements[p + i]! -= (forMoment * first + forGradient * gradient) / (Math.sqrt(second) + epsilon);
  }
};

/** m and v as in `adam`, largest = max(largest, v), p −= forMoment · m / (√largest + epsilon). */
export const amsgrad: Kernel<'amsgrad'> = (
  { elements, shift },
  parameters,
  gradients,
  firstMoment,
  secondMoment,
  largestMoment,
  n,
  beta1,
  beta2,
  forMoment,
  epsilon,
) => {
  const p = parameters >>> shift;
  const g = gradients >>> shift;
  const m = firstMoment >>> shift;
  const v = secondMoment >>> shift;
  const top = largestMoment >>> shift;
  for (let i = 0; i < n; i++) {
    const gradient = elements[g + i]!;
    const first = settled(beta1 * elements[m + i]! + (1 - beta1) * gradient);
    const second = Math.max(SMALLEST_SQUARE, beta2 * elements[v + i]! + (1 - beta2) * gradient * gradient);
    const largest = Math.max(second, elements[top + i]!);
    elements[m + i] = first;
    elements[v + i] = second;
    elements[top + i] = largest;
    elements[p + i]! -= (forMoment * first) / (Math.sqrt(largest) + epsilon);
  }
};

/**
 * square = decay · square + share · g², g *= √(change + epsilon) / √(square + epsilon),
 * change = decay · change + share · g² with the new g.
 */
export const adadelta: Kernel<'adadelta'> = (
  { elements, shift },
  gradients,
  square,
  change,
  n,
  decay,
  share,
  epsilon,
) => {
  const g = gradients >>> shift;
  const s = square >>> shift;
  const d = change >>> shift;
  for (let i = 0; i < n; i++) {
    const gradient = elements[g + i]!;
    const next = Math.max(SMALLEST_SQUARE, decay * elements[s + i]! + share * gradient * gradient);
    const past = elements[d + i]!;
    const step = (Math.sqrt(past + epsilon) / Math.sqrt(next + epsilon)) * gradient;
    elements[s + i] = next;
    elements[d + i] = Math.max(SMALLEST_SQUARE, decay * past + share * step * step);
    elements[g + i] = step;
  }
};

/** m decays towards g, u = max(beta2 · u, |g| + epsilon), p −= forMoment · m / u. */
export const adamax: Kernel<'adamax'> = (
  { elements, shift },
  parameters,
  gradients,
  firstMoment,
  largestGradient,
  n,
  beta1,
  beta2,
  forMoment,
  epsilon,
) => {
  const p = parameters >>> shift;
  const g = gradients >>> shift;
  const m = firstMoment >>> shift;
  const u = largestGradient >>> shift;
  for (let i = 0; i < n; i++) {
    const gradient = elements[g + i]!;
    const first = settled(beta1 * elements[m + i]! + (1 - beta1) * gradient);
    const largest = Math.max(SMALLEST_SQUARE, beta2 * elements[u + i]!, Math.abs(gradient) + epsilon);
    elements[m + i] = first;
    elements[u + i] = largest;
    elements[p + i]! -= (forMoment * first) / largest;
  }
};

/** p −= learningRate · sign(beta1 · m + (1 − beta1) · g), then m = beta2 · m + (1 − beta2) · g. */
export const lion: Kernel<'lion'> = (
  { elements, shift },
  parameters,
  gradients,
  moment,
  n,
  learningRate,
  beta1,
  beta2,
) => {
  const p = parameters >>> shift;
  const g = gradients >>> shift;
  const m = moment >>> shift;
  for (let i = 0; i < n; i++) {
    const gradient = elements[g + i]!;
    const past = elements[m + i]!;
    elements[p + i]! -= learningRate * sign(beta1 * past + (1 - beta1) * gradient);
    elements[m + i] = settled(beta2 * past + (1 - beta2) * gradient);
  }
};

/** Clamps x to ±limit; NaN stays NaN. */
export const clip: Kernel<'clip'> = ({ elements, shift }, x, n, limit) => {
  const start = x >>> shift;
  for (let i = start; i < start + n; i++) {
    elements[i] = Math.max(-limit, Math.min(limit, elements[i]!));
  }
};

/** g += l1 · sign(p) + l2 · p. */
export const penalize: Kernel<'penalize'> = ({ elements, shift }, gradients, parameters, n, l1, l2) => {
  const g = gradients >>> shift;
  const p = parameters >>> shift;
  for (let i = 0; i < n; i++) {
    const parameter = elements[p + i]!;
    elements[g + i]! += l1 * sign(parameter) + l2 * parameter;
  }
};

/** Returns 0 in place of a denormal, so that a state that decays with every step ends at 0; NaN stays NaN. */
function settled(mean: number): number {
  return Math.abs(mean) < SMALLEST_MEAN ? 0 : mean;
}

/** −1, 0 or 1. The sign of −0 is 0, as in WebAssembly. */
function sign(x: number): number {
  return Math.sign(x) + 0;
}
