/** Sigmoid, tanh and ReLU with their slopes. */
import { activationDerivative, activationValue } from 'evenkeel';

const NAMES = ['sigmoid', 'tanh', 'relu'];
const x = Array.from({ length: 101 }, (_, i) => (i - 50) / 12.5);

/** @param further  an activation beside the three */
export function picture({ further = 'relu' } = {}) {
  const names = [...new Set([...NAMES, further])];
  const panel = (label, f) => ({
    label,
    x,
    series: names.map((name) => ({ label: name, y: x.map((z) => f(name, z)) })),
  });
  return {
    kind: 'page',
    title: 'Three activations and their slopes',
    sections: [
      {
        kind: 'curves',
        x: { label: 'z' },
        y: { label: '' },
        sameScale: false,
        panels: [panel('value', activationValue), panel('slope', activationDerivative)],
      },
      {
        kind: 'table',
        title: 'Slopes',
        columns: ['z', ...names],
        rows: [-5, -2, 0.5, 2, 5].map((z) => [z, ...names.map((name) => activationDerivative(name, z))]),
      },
    ],
  };
}
