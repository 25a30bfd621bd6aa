/** Figure 7.4: variance by layer of fifty ReLU layers from five variances of the weights, forward and backward. */
import { propagate } from 'evenkeel/theory';

/** @param variance  variance of the third weights */
export function picture({ variance = 0.02 } = {}) {
  const variances = [0.001, 0.01, variance, 0.1, 1];
  const runs = variances.map((kernelVariance) =>
    propagate({ depth: 50, width: 100, activation: 'relu', kernelVariance, networks: 20 }),
  );
  const panel = (direction) => ({
    label: direction,
    series: runs.flatMap(({ layers }, i) => [
      { label: String(variances[i]), y: layers.map((layer) => layer[direction].q50) },
      { label: 'theory', role: 'theory', y: layers.map((layer) => layer.theory[direction]) },
    ]),
  });
  const tenth = [1, 10, 20, 30, 40, 50];
  const power = (ln) => ln / Math.LN10;
  const rows = (direction) =>
    tenth.map((layer) => [layer, ...runs.map(({ layers }) => power(layers[layer - 1][direction].q50))]);
  const columns = ['layer', ...variances.map(String)];
  return {
    kind: 'page',
    title: 'Fifty ReLU layers from five starts',
    sections: [
      {
        kind: 'bands',
        only: 'picture',
        title: 'Variance by layer, for five variances of the weights',
        note: 'Medians of twenty networks of a hundred units; theory is dashed.',
        x: { label: 'layer' },
        y: { label: 'variance', scale: 'ln' },
        panels: [panel('forward'), panel('backward')],
      },
      { kind: 'table', title: 'Power of ten of the variance, forward', columns, rows: rows('forward') },
      { kind: 'table', title: 'Power of ten of the variance, backward', columns, rows: rows('backward') },
    ],
  };
}
