/** Variance by layer of ReLU networks from three variances of the weights, measured and expected. */
import { propagate } from 'evenkeel/theory';

const WIDTH = 100;
const DEPTH = 10;

/** @param scale  variance of the middle weights, times n */
export function picture({ scale: middle = 2 } = {}) {
  const scales = [1, middle, 4];
  const runs = scales.map((scale) =>
    propagate({
      depth: DEPTH,
      width: WIDTH,
      activation: 'relu',
      kernelVariance: scale / WIDTH,
      networks: 50,
    }),
  );
  const panel = (direction) => ({
    label: direction === 'forward' ? 'signal, on the way forward' : 'gradient, on the way back',
    series: runs.flatMap(({ layers }, i) => [
      { label: `${scales[i]}/n`, y: layers.map((layer) => layer[direction].q50) },
      { label: 'theory', role: 'theory', y: layers.map((layer) => layer.theory[direction]) },
    ]),
  });
  return {
    kind: 'page',
    title: 'Ten ReLU layers from three starts',
    sections: [
      {
        kind: 'bands',
        title: 'Variance by layer',
        note: 'Medians of fifty networks of a hundred units.',
        x: { label: 'layer' },
        y: { label: 'variance', scale: 'ln' },
        panels: [panel('forward'), panel('backward')],
      },
    ],
  };
}
