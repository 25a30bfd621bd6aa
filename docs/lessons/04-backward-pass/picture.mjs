/** Gradients in the lecture's chain of four sigmoid units, from the output back to the input. */
import { MLP } from 'evenkeel';
import { examples } from 'evenkeel/lab';

const UNITS = [1, 2, 3, 4];

/** @param factor  factor on all weights of the lecture */
export function picture({ factor = 1 } = {}) {
  const { x, w, label } = examples.E6.run().inputs;
  const layers = [
    ...UNITS.map(() => ({ units: 1, activation: 'sigmoid' })),
    { units: 2, activation: 'softmax' },
  ];
  const model = new MLP({ inputSize: 1, layers });
  const kernels = [...UNITS.map((unit) => [w[unit - 1]]), w.slice(-2)];
  model.setWeights(
    kernels.map((kernel) => ({ kernel: kernel.map((weight) => factor * weight), bias: kernel.map(() => 0) })),
  );
  model.compile({ loss: 'crossEntropy' });
  const found = model.gradients([[x]], [label]).layers;
  const gradients = UNITS.map((unit) => Math.abs(found[unit - 1].bias[0]));
  return {
    kind: 'page',
    title: 'A chain of four sigmoid units',
    sections: [
      {
        kind: 'bands',
        title: 'Size of the gradient at each unit',
        note: 'Unit 4 is next to the output. The way back goes from right to left.',
        x: { label: 'unit' },
        y: { label: 'size of the gradient', scale: 'log' },
        panels: [{ series: [{ label: 'gradient', y: gradients }] }],
      },
    ],
  };
}
