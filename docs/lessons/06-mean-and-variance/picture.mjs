/** Densities of a uniform and a normal distribution of variance 1, with the shares of ten thousand draws. */
import { Rng } from 'evenkeel';
import { statistics } from 'evenkeel/theory';

const BINS = 40;
const REACH = 4;
const WIDTH = (2 * REACH) / BINS;
const middles = Array.from({ length: BINS }, (_, i) => -REACH + (i + 0.5) * WIDTH);
const bound = Math.sqrt(3);

/** Share of the draws in each bin, divided by its width. */
function densityOf(values) {
  const counts = new Array(BINS).fill(0);
  for (const value of values) {
    const bin = Math.floor((value + REACH) / WIDTH);
    if (bin >= 0 && bin < BINS) counts[bin]++;
  }
  return counts.map((count) => count / values.length / WIDTH);
}

/** @param draws, seed  number of draws from each distribution, and the seed of their generator */
export function picture({ draws = 10_000, seed = 6 } = {}) {
  const rng = new Rng(seed);
  const kinds = [
    {
      label: 'uniform, from −√3 to √3',
      values: rng.split('uniform').uniform(draws, { low: -bound, high: bound }),
      density: statistics.uniform({ low: -bound, high: bound }).density,
    },
    {
      label: 'normal',
      values: rng.split('normal').normal(draws),
      density: statistics.normal({ mean: 0, std: 1 }).density,
    },
  ];
  return {
    kind: 'page',
    title: 'Two ways to draw numbers of variance 1',
    sections: [
      {
        kind: 'curves',
        title: `Density, and ${draws} draws counted`,
        x: { label: 'value' },
        y: { label: 'density', domain: [0, 0.45] },
        panels: kinds.map(({ label, values, density }) => ({
          label,
          x: middles,
          series: [
            { label: 'draws', y: densityOf(values) },
            { label: 'formula', role: 'theory', y: middles.map((x) => density(x)) },
          ],
        })),
      },
      {
        kind: 'table',
        title: 'The draws',
        columns: ['distribution', 'mean', 'variance', { label: 'within ±1', format: 'share' }],
        rows: kinds.map(({ label, values }) => [
          label,
          statistics.mean(values),
          statistics.variance(values),
          values.filter((value) => Math.abs(value) <= 1).length / values.length,
        ]),
      },
    ],
  };
}
