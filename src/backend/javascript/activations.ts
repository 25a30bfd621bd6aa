import type { Address } from '../kernels.js';
import type { Kernel, Memory } from './memory.js';
import { normalTail } from './normal-tail.js';
import { exponentials, indexOfMaximum, sigmoid, softplus } from './softmax.js';

/** Makes a kernel that computes a[i] = value(z[i]). */
function forward(value: (z: number, parameter: number) => number) {
  return ({ elements, shift }: Memory, a: Address, z: Address, n: number, parameter: number): void => {
    const to = a >>> shift;
    const from = z >>> shift;
    for (let i = 0; i < n; i++) elements[to + i] = value(elements[from + i]!, parameter);
  };
}

/** Makes a kernel that computes dz[i] = gradient(da[i], z[i], a[i]). */
function backward(gradient: (da: number, z: number, a: number, parameter: number) => number) {
  return (
    { elements, shift }: Memory,
    dz: Address,
    da: Address,
    z: Address,
    a: Address,
    n: number,
    parameter: number,
  ): void => {
    const to = dz >>> shift;
    const from = da >>> shift;
    const input = z >>> shift;
    const output = a >>> shift;
    for (let i = 0; i < n; i++) {
      elements[to + i] = gradient(
        elements[from + i]!,
        elements[input + i]!,
        elements[output + i]!,
        parameter,
      );
    }
  };
}

// The most used activations have loops of their own. An engine does not inline one loop that is called with many functions, and
// a baseline should not be slower than JavaScript has to be.

/** a = z. */
export const identity_forward: Kernel<'identity_forward'> = ({ elements, shift }, a, z, n) => {
  elements.copyWithin(a >>> shift, z >>> shift, (z >>> shift) + n);
};

/** dz = da. */
export const identity_backward: Kernel<'identity_backward'> = ({ elements, shift }, dz, da, _z, _a, n) => {
  elements.copyWithin(dz >>> shift, da >>> shift, (da >>> shift) + n);
};

/** a = max(0, z); NaN stays NaN. */
export const relu_forward: Kernel<'relu_forward'> = ({ elements, shift }, a, z, n) => {
  const to = a >>> shift;
  const from = z >>> shift;
  for (let i = 0; i < n; i++) elements[to + i] = Math.max(0, elements[from + i]!);
};

/** dz = da where z > 0, else 0. Where z is NaN, da is NaN already, and so is dz. */
export const relu_backward: Kernel<'relu_backward'> = ({ elements, shift }, dz, da, z, _a, n) => {
  const to = dz >>> shift;
  const from = da >>> shift;
  const at = z >>> shift;
  for (let i = 0; i < n; i++) elements[to + i] = elements[at + i]! <= 0 ? 0 : elements[from + i]!;
};

/** a = z > 0 ? z : negativeSlope · z. */
export const leaky_relu_forward = /* @__PURE__ */ forward((z, negativeSlope) =>
  z > 0 ? z : negativeSlope * z,
);
export const leaky_relu_backward = /* @__PURE__ */ backward((da, z, _a, negativeSlope) =>
  z > 0 ? da : da * negativeSlope,
);

/** a = z > 0 ? z : alpha · (e^z − 1). */
export const elu_forward = /* @__PURE__ */ forward((z, alpha) => (z > 0 ? z : alpha * Math.expm1(z)));
export const elu_backward = /* @__PURE__ */ backward((da, z, _a, alpha) =>
  z > 0 ? da : da * alpha * Math.exp(z),
);

/** Constants of Klambauer et al. 2017, with PyTorch's digits. */
const LAMBDA = 1.0507009873554805;
const ALPHA = 1.6732632423543772;

/** a = λ elu(z). */
export const selu_forward = /* @__PURE__ */ forward((z) => LAMBDA * (z > 0 ? z : ALPHA * Math.expm1(z)));
export const selu_backward = /* @__PURE__ */ backward(
  (da, z) => da * LAMBDA * (z > 0 ? 1 : ALPHA * Math.exp(z)),
);

/** a = 1 / (1 + e^−z). */
export const sigmoid_forward = /* @__PURE__ */ forward(sigmoid);
export const sigmoid_backward = /* @__PURE__ */ backward((da, _z, a) => da * a * (1 - a));

/** a = tanh z. The backward pass multiplies (1 − a)(1 + a), because 1 − a² loses digits where a² is close to 1. */
export const tanh_forward = /* @__PURE__ */ forward((z) => Math.tanh(z));
export const tanh_backward = /* @__PURE__ */ backward((da, _z, a) => da * ((1 - a) * (1 + a)));

/** a = ln(1 + e^z). */
export const softplus_forward = /* @__PURE__ */ forward(softplus);
export const softplus_backward = /* @__PURE__ */ backward((da, z) => da * sigmoid(z));

/** a = z / (1 + |z|). */
export const softsign_forward = /* @__PURE__ */ forward((z) =>
  Math.abs(z) === Infinity ? Math.sign(z) : z / (1 + Math.abs(z)),
);
export const softsign_backward = /* @__PURE__ */ backward(
  (da, z) => da / (1 + Math.abs(z)) / (1 + Math.abs(z)),
);

/** Clamps z to ±1000. The gates are 0 or 1 beyond that, in f64 too, and a finite z never gives ∞ · 0. */
const beyond = (z: number) => Math.max(-1000, Math.min(1000, z));

/** z · s for a gate s that reaches 0 before z reaches −∞. */
const gated = (z: number, s: number) => Math.max(-1000, z) * s;

/** a = z σ(z). */
export const silu_forward = /* @__PURE__ */ forward((z) => gated(z, sigmoid(z)));
export const silu_backward = /* @__PURE__ */ backward(
  (da, z) => da * sigmoid(z) * (1 + beyond(z) * sigmoid(-z)),
);

/** a = z tanh(ln(1 + e^z)). */
export const mish_forward = /* @__PURE__ */ forward((z) => gated(z, Math.tanh(softplus(z))));
export const mish_backward = /* @__PURE__ */ backward((da, z) => {
  const t = Math.tanh(softplus(z));
  return da * (t + beyond(z) * sigmoid(z) * ((1 - t) * (1 + t)));
});

/** a = z Φ(z). */
export const gelu_forward = /* @__PURE__ */ forward((z) => {
  const tail = normalTail(Math.abs(z));
  return gated(z, z < 0 ? tail : 1 - tail);
});
export const gelu_backward = /* @__PURE__ */ backward((da, z) => {
  const tail = normalTail(Math.abs(z));
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return da * ((z < 0 ? tail : 1 - tail) + beyond(z) * density);
});

/** 2 √(2/π) (z + 0.044715 z³). ½ (1 + tanh u) equals σ(2u), which keeps its digits for negative z. */
const cubic = (z: number) => 2 * Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z);

/** a = z ½ (1 + tanh(√(2/π) (z + 0.044715 z³))). */
export const gelu_tanh_forward = /* @__PURE__ */ forward((z) => gated(z, sigmoid(cubic(z))));
export const gelu_tanh_backward = /* @__PURE__ */ backward((da, z) => {
  const x = beyond(z);
  const v = cubic(x);
  const dv = 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
  return da * sigmoid(v) * (1 + x * dv * sigmoid(-v));
});

/** clamp(z / 6 + ½, 0, 1), with all digits near −3. */
const hardSigmoid = (z: number) => Math.min(Math.max(z + 3, 0), 6) / 6;

/** a = clamp(z / 6 + ½, 0, 1). */
export const hard_sigmoid_forward = /* @__PURE__ */ forward(hardSigmoid);
export const hard_sigmoid_backward = /* @__PURE__ */ backward((da, z) => (z <= -3 || z > 3 ? 0 : da / 6));

/** a = z clamp(z / 6 + ½, 0, 1). */
export const hard_swish_forward = /* @__PURE__ */ forward((z) => gated(z, hardSigmoid(z)));
export const hard_swish_backward = /* @__PURE__ */ backward((da, z) => {
  if (z <= -3) return 0;
  return z > 3 ? da : (da * (2 * z + 3)) / 6;
});

/** a = max(0, z)². */
export const squared_relu_forward = /* @__PURE__ */ forward((z) => Math.max(0, z) * Math.max(0, z));
export const squared_relu_backward = /* @__PURE__ */ backward((da, z) => (z <= 0 ? 0 : 2 * da * z));

/** a = z < 0 ? 0 : 1. */
export const step_forward = /* @__PURE__ */ forward((z) => (z < 0 ? 0 : z >= 0 ? 1 : z));

/** p[r] = softmax(z[r]). */
export const softmax_forward: Kernel<'softmax_forward'> = ({ elements, shift }, p, z, rows, columns) => {
  for (let r = 0; r < rows; r++) {
    const to = (p >>> shift) + r * columns;
    const from = (z >>> shift) + r * columns;
    const top = indexOfMaximum(elements, from, columns);
    const rest = exponentials(elements, to, from, columns, top);
    const total = elements[to + top]! + rest;
    for (let i = to; i < to + columns; i++) elements[i]! /= total;
  }
};
