/** Technical words whose explanation appears on hover and focus. */
import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';

/** Explanations of the terms, one to three short sentences each. */
export const terms = {
  depth: 'Number of hidden layers. Signals pass through all of them forward, gradients backward.',
  width: 'Number of units in each hidden layer.',
  activation:
    'Function that each unit applies to its sum z. ReLU keeps what is above 0; tanh and sigmoid flatten large values.',
  init: 'Rule by which the first weights are drawn. The rules differ in the variance: He takes 2 / inputs, Glorot 2 / (inputs + units), LeCun 1 / inputs.',
  size: 'Size of the first weights: the standard deviation σ for N(0, σ²), or the gain g for N(0, g² / inputs).',
  biasStd: 'Standard deviation of the first biases. Usually it is 0, so that all biases start at 0.',
  batchNorm: 'Scales each unit over the batch to mean 0 and variance 1, before or after the activation.',
  dropout: 'Share of the units that are switched off at random in each training step.',
  optimizer:
    'Rule that makes a step from a gradient. SGD follows the gradient itself; Adam divides it by its usual size.',
  rate: 'Factor of each step. If it is too large, the loss jumps or overflows; if it is too small, almost nothing changes.',
  batch: 'Number of rows whose mean gradient makes a step.',
  penalty: 'Term of the loss that keeps weights small: L2 adds their squares, L1 their magnitudes.',
  strength: 'Factor of the penalty.',
  seed: 'Number from which all random numbers follow: data, weights and batches. The same seed gives the same run.',
  data: 'Rows to learn from. The sets from spirals to blobs are classes of points with two inputs. Plane and wave are heights over two inputs.',
  noise: 'Standard deviation of the random numbers that are added to the data.',
  train: 'Share of the rows to train on. The others test what was learned.',
  scaling:
    'Scaling of the inputs before the first layer. Automatic leaves drawn data unchanged, brings pixels to −1 … 1, and gives the columns of a table mean 0 and variance 1.',
  preactivation: 'z, the weighted sum of a unit before its activation.',
  gradient:
    'dL/dz: change of the loss per small change of z. Training derives the change of each weight from it.',
  variance:
    'Mean square of the values of a layer, over its units and rows. If it grows or shrinks by a factor in each layer, depth makes it explode or vanish.',
  theory:
    'Values that variance theory expects for random weights of this size, before any training. The band holds 95 % of networks of this width.',
  phase:
    'Behaviour of gradients in deep random networks. They vanish in the ordered phase, explode in the chaotic phase, and last longest between the two.',
  chi: 'Factor by which each layer multiplies the variance of gradients, and the squared distance of two similar inputs: χ₁ = σ_w² · E[f′²], with the gain σ_w of the weights and the mean square E[f′²] of the slope.',
  correlation:
    'Cosine of the angle between two inputs, as the units of a layer see them: 1 if they point the same way, 0 at a right angle.',
  correlationMap:
    'Correlation after a layer, as theory computes it from the correlation before, once the variance has settled. Where the curve crosses the diagonal, the correlation stays.',
  weightFactor:
    'Factor of the gradient from the weights of the layer above: the size of dL/da in this layer, divided by the size of dL/dz in the layer above.',
  slopeFactor:
    'Factor of the gradient from the slope of the activation: the size of dL/dz divided by the size of dL/da. A sigmoid’s slope is at most 0.25.',
  derivative: '∂L/∂x of a number x: rate at which the loss L changes as x grows.',
  twins:
    'Units with equal weights in, equal biases and equal weights out. Nothing tells them apart, so they stay equal during training.',
  spread:
    'Distance between the weights of the units of a layer, relative to their size. It is exactly 0 if all units are twins.',
  slope:
    'Derivative of the activation. No gradient passes where it is 0. For a ReLU that is wherever the sum z is not above 0.',
  dead: 'A unit that has no slope and the same activation on every row. No gradient reaches its weights, so training cannot revive it.',
  loss: 'Number that training lowers: cross-entropy for classes, mean squared error for heights.',
  accuracy: 'Share of the rows whose class is predicted correctly.',
  verdict: 'Result of the library’s diagnosis of the network at this step.',
  keepsSignal:
    '1 / √E[f²], where f is the activation at sums z of variance 1 and E the mean. Weights of variance g² / inputs with this gain g keep the variance of the signal at 1.',
  keepsGradient:
    '1 / √E[f′²], where f′ is the slope of the activation at sums z of variance 1 and E the mean. With this gain a gradient keeps its variance from layer to layer.',
  critical:
    'Gain at which a deep network’s gradients neither vanish nor explode. Smaller gains are in the ordered phase, larger ones in the chaotic phase.',
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

/** Largest width of an explanation, and its distance from the word and from the edge of the window, in pixels. */
const [WIDEST, DISTANCE] = [250, 8];

/** Places an explanation within the window: below its word, or above it if there is no room below. */
function placeTip(word: HTMLElement, tip: HTMLElement): void {
  const { left, top, bottom } = word.getBoundingClientRect();
  const low = bottom + DISTANCE;
  const isAbove = low + tip.offsetHeight > innerHeight;
  tip.style.left = `${Math.max(DISTANCE, Math.min(left, innerWidth - WIDEST - DISTANCE))}px`;
  tip.style.top = `${isAbove ? Math.max(DISTANCE, top - DISTANCE - tip.offsetHeight) : low}px`;
}
