/** Gradients in the lecture's chain of four sigmoid units, from the output back to the input. */
import { examples } from 'evenkeel/lab';

const UNITS = [1, 2, 3, 4];

export function picture() {
  const { steps } = examples.E6.run();
  const sizeOf = (name) => Math.abs(steps.find((step) => step.name === name).value);
  const gradients = UNITS.map((unit) => sizeOf(`∂L/∂b${unit}`));
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
