/** Words with an explanation that appears on hover and focus. */
import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';

/** Table of the terms, each in a sentence or two. */
export const terms = {
  depth: 'Number of hidden layers. Signals pass through all of them forward, gradients backward.',
  width: 'Number of units in each hidden layer.',
  activation:
    'Function that each unit applies to its sum z. ReLU keeps what is above 0; tanh and sigmoid flatten large values.',
  init: 'How the first weights are drawn. The names differ in the variance: He takes 2 / inputs, Glorot 2 / (inputs + units), LeCun 1 / inputs.',
  size: 'Size of the first weights: the standard deviation σ for N(0, σ²), or the gain g for N(0, g² / inputs).',
  biasStd: 'Standard deviation of the first biases. 0 starts them all at 0, as is usual.',
  batchNorm: 'Scales each unit over the batch to mean 0 and variance 1, before or after the activation.',
  dropout: 'Share of the units that are switched off at random in each training step.',
  optimizer: 'How a gradient becomes a step. SGD follows it as it is; Adam divides it by its usual size.',
  rate: 'Length of a step. Too large and the loss jumps or overflows, too small and nothing happens.',
  batch: 'Number of rows whose mean gradient makes a step.',
  penalty: 'Adds the size of the weights to the loss: L2 their squares, L1 their magnitudes.',
  strength: 'Factor of the penalty.',
  seed: 'Number from which all random numbers follow: data, weights and batches. The same seed gives the same run.',
  data: 'Rows to learn from. Spirals to blobs are classes over two inputs, plane and wave are heights over two inputs.',
  noise: 'Standard deviation of what is added to each input at random.',
  train: 'Share of the rows to train on. The others test what was learned.',
  scaling:
    'How inputs are scaled before the first layer. Automatic leaves drawn data as they are and brings pixels to −1 … 1.',
  preactivation: 'z, the weighted sum of a unit before its activation.',
  gradient: 'dL/dz: how the loss answers to a small change of z. Training moves weights by it.',
  variance:
    'Mean square of the values of a layer, over its units and rows. If it grows or shrinks by a factor in each layer, depth makes it explode or vanish.',
  theory:
    'What variance theory expects of random weights of this size, before any training. The band holds 95 % of networks of this width.',
  phase:
    'Fate of gradients in deep random networks: they vanish in the ordered phase, explode in the chaotic one, and last longest between.',
  chi: 'χ₁ = σ_w² · E[f′²]: factor of a layer on the variance of gradients and on the distance of two like inputs.',
  correlation:
    'Cosine of the angle between two inputs, as the units of a layer see them: 1 if they point the same way, 0 at a right angle.',
  correlationMap:
    'What theory makes of a correlation in one layer, once the variance has settled. Where it crosses the diagonal, the correlation stays.',
  weightFactor:
    'What the weights of the layer above make of the gradient: the size of dL/da here divided by the size of dL/dz there.',
  slopeFactor:
    'What the slope of the activation makes of the gradient: the size of dL/dz divided by the size of dL/da. A sigmoid’s slope is at most 0.25.',
  derivative:
    '∂L/∂ of a number: how much the loss changes when that number grows by 1, if it went on as now.',
  twins:
    'Units with equal weights in, equal biases and equal weights out. Nothing tells them apart, so that they stay equal whatever the training does.',
  spread:
    'How far the weights of the units of a layer lie from each other, relative to their size. It is exactly 0 if all are twins.',
  slope:
    'Derivative of the activation. Where it is 0, no gradient passes: for a ReLU, wherever the sum z is not above 0.',
  dead: 'A unit that has no slope and the same activation on every row. No gradient reaches its weights, so that training cannot bring it back.',
  loss: 'What training lowers: cross-entropy for classes, mean squared error for heights.',
  accuracy: 'Share of the rows whose class is predicted.',
  verdict: 'What the library’s diagnosis says of the network at this step.',
  keepsSignal:
    '1 / √E[f²] for z of variance 1: weights of variance g² / inputs then keep the variance of the signal at 1.',
  keepsGradient:
    '1 / √E[f′²] for z of variance 1: with this gain a gradient keeps its variance on its way back.',
  critical:
    'Gain at which a deep network’s gradients neither vanish nor explode. Below is the ordered phase, above the chaotic one.',
  gain: 'The kernels’ standard deviation times √inputs.',
  fixedPoint: 'Variance at which z settles after many layers: 0 if the signal dies, ∞ if it explodes.',
  epoch: 'One pass over all training rows.',
} as const;

export type TermName = keyof typeof terms;

interface TermProps {
  readonly name: TermName;
  readonly children: ComponentChildren;
}

export function Term({ name, children }: TermProps) {
  const id = useId();
  const tip = useRef<HTMLSpanElement>(null);
  const place = ({ currentTarget }: Event) => placeTip(currentTarget as HTMLElement, tip.current!);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the explanation has to be reachable by keyboard
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering shows the explanation, as focus does
    <span class="term" tabIndex={0} aria-describedby={id} onMouseEnter={place} onFocus={place}>
      {children}
      <span class="tip" role="tooltip" id={id} ref={tip}>
        {terms[name]}
      </span>
    </span>
  );
}

/** Widest explanation, and its distance from the word and from the edge of the window, in pixels. */
const [WIDEST, DISTANCE] = [250, 8];

/** Puts an explanation below its word, or above if there is no room, and within the window. */
function placeTip(word: HTMLElement, tip: HTMLElement): void {
  const { left, top, bottom } = word.getBoundingClientRect();
  const low = bottom + DISTANCE;
  const isAbove = low + tip.offsetHeight > innerHeight;
  tip.style.left = `${Math.max(DISTANCE, Math.min(left, innerWidth - WIDEST - DISTANCE))}px`;
  tip.style.top = `${isAbove ? Math.max(DISTANCE, top - DISTANCE - tip.offsetHeight) : low}px`;
}
