import type { Address } from '../kernels.js';
import type { Memory } from './memory.js';
import { exponentials, indexOfMaximum, sigmoid } from './softmax.js';

/** a = z. */
export function identity_forward({ elements, shift }: Memory, a: Address, z: Address, n: number): void {
  elements.copyWithin(a >>> shift, z >>> shift, (z >>> shift) + n);
}

/** dz = da. */
export function identity_backward(
  { elements, shift }: Memory,
  dz: Address,
  da: Address,
  _z: Address,
  _a: Address,
  n: number,
): void {
  elements.copyWithin(dz >>> shift, da >>> shift, (da >>> shift) + n);
}

/** a = max(0, z), NaN kept. */
export function relu_forward({ elements, shift }: Memory, a: Address, z: Address, n: number): void {
  const to = a >>> shift;
  const from = z >>> shift;
  for (let i = 0; i < n; i++) elements[to + i] = Math.max(0, elements[from + i]!);
}

/** dz = da where z > 0, else 0; NaN where z is. */
export function relu_backward(
  { elements, shift }: Memory,
  dz: Address,
  da: Address,
  z: Address,
  _a: Address,
  n: number,
): void {
  const to = dz >>> shift;
  const from = da >>> shift;
  const at = z >>> shift;
  for (let i = 0; i < n; i++) {
    // A NaN in z is in da by then.
    elements[to + i] = elements[at + i]! <= 0 ? 0 : elements[from + i]!;
  }
}

/** a = 1 / (1 + e^−z). */
export function sigmoid_forward({ elements, shift }: Memory, a: Address, z: Address, n: number): void {
  const to = a >>> shift;
  const from = z >>> shift;
  for (let i = 0; i < n; i++) elements[to + i] = sigmoid(elements[from + i]!);
}

/** dz = da · a (1 − a). */
export function sigmoid_backward(
  { elements, shift }: Memory,
  dz: Address,
  da: Address,
  _z: Address,
  a: Address,
  n: number,
): void {
  const to = dz >>> shift;
  const from = da >>> shift;
  const at = a >>> shift;
  for (let i = 0; i < n; i++) {
    const y = elements[at + i]!;
    elements[to + i] = elements[from + i]! * y * (1 - y);
  }
}

/** a = tanh z. */
export function tanh_forward({ elements, shift }: Memory, a: Address, z: Address, n: number): void {
  const to = a >>> shift;
  const from = z >>> shift;
  for (let i = 0; i < n; i++) elements[to + i] = Math.tanh(elements[from + i]!);
}

/** dz = da · (1 − a²). */
export function tanh_backward(
  { elements, shift }: Memory,
  dz: Address,
  da: Address,
  _z: Address,
  a: Address,
  n: number,
): void {
  const to = dz >>> shift;
  const from = da >>> shift;
  const at = a >>> shift;
  for (let i = 0; i < n; i++) {
    const y = elements[at + i]!;
    // As a product of two, it loses nothing where a² comes close to 1.
    elements[to + i] = elements[from + i]! * ((1 - y) * (1 + y));
  }
}

/** p[r] = softmax(z[r]). */
export function softmax_forward(
  { elements, shift }: Memory,
  p: Address,
  z: Address,
  rows: number,
  columns: number,
): void {
  for (let r = 0; r < rows; r++) {
    const to = (p >>> shift) + r * columns;
    const from = (z >>> shift) + r * columns;
    const top = indexOfMaximum(elements, from, columns);
    const rest = exponentials(elements, to, from, columns, top);
    const total = elements[to + top]! + rest;
    for (let i = to; i < to + columns; i++) elements[i]! /= total;
  }
}
