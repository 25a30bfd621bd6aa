/** Spread of the sum of n products, from weights of standard deviation 1 and 1/√n, beside the rule. */
import { Rng } from 'evenkeel';
import { statistics } from 'evenkeel/theory';

const COUNTS = [1, 4, 16, 64, 256];
const SUMS = 4000;
const BINS = 40;
/** Range of the histograms, wide enough for nearly all sums of 256 products. */
const WIDEST = 48;

const known = new Map();

/** Sums of n products from weights of standard deviation 1, drawn once. Weights of another deviation multiply the sums by it. */
function sumsOf(n) {
  if (known.has(n)) return known.get(n);
  const rng = new Rng(7);
  const sums = Array.from({ length: SUMS }, (_, i) => {
    const x = rng.split('input').split(i).normal(n);
    const w = rng.split('weight').split(i).normal(n);
    return x.reduce((sum, value, k) => sum + value * w[k], 0);
  });
  known.set(n, sums);
  return sums;
}

function histogramOf(values, reach) {
  const counts = new Array(BINS).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value + reach) / (2 * reach)) * BINS);
    if (bin >= 0 && bin < BINS) counts[bin]++;
  }
  return { low: -reach, high: reach, counts };
}

/** @param size  factor on the standard deviation 1/√n of the second weights */
export function picture({ size = 1 } = {}) {
  const starts = [
    { label: 'weights of standard deviation 1', std: () => 1, reach: WIDEST },
    {
      label: `weights of standard deviation ${size === 1 ? '1' : size}/√n`,
      std: (n) => size / Math.sqrt(n),
      reach: 4 * Math.max(1, size),
    },
  ];
  const measured = starts.map(({ std, ...start }) => ({
    ...start,
    sums: COUNTS.map((n) => sumsOf(n).map((sum) => std(n) * sum)),
  }));
  const spread = (sums) => statistics.standardDeviation(sums);
  return {
    kind: 'page',
    title: 'Sums of n products',
    sections: [
      {
        kind: 'histograms',
        title: `${SUMS} sums of n products`,
        note: 'σ is the standard deviation of the sums. All share one axis.',
        range: 'all',
        panels: measured.map(({ label, sums, reach }) => ({
          label,
          rows: sums.map((values, i) => ({
            label: `n = ${COUNTS[i]}`,
            histogram: histogramOf(values, reach),
            caption: `σ ${spread(values).toFixed(2)}`,
          })),
        })),
      },
      {
        kind: 'table',
        title: 'Standard deviation of the sums',
        columns: ['n', '√n', ...measured.map(({ label }) => label)],
        rows: COUNTS.map((n, i) => [n, Math.sqrt(n), ...measured.map(({ sums }) => spread(sums[i]))]),
      },
    ],
  };
}
