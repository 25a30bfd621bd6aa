/** Page of a propagation: ln variance against depth, forward and backward, with theory's line and band. */
import { computed } from '../computed.js';
import { formatDigits } from '../format.js';
import type { LogStatistics, PropagatedLayer, Propagation } from '../theory/index.js';
import { formatLog10, toAxis } from './numbers.js';
import { byQuantity, labelled, type Quantity, type Run, tables } from './runs.js';
import type { LinePanel, Page, Series, Table } from './sections.js';

/** Distance from the mean of a normal distribution to its 95 % quantile, in standard deviations. */
const Q95 = 1.6448536269514722;
/** ln of the smallest normal and the largest f32: 2⁻¹²⁶ and (2 − 2⁻²³)·2¹²⁷. */
const FLOAT32 = [
  { y: -87.3365447505531, label: 'least normal f32' },
  { y: 88.72283905206835, label: 'largest f32' },
];

const directions: readonly (Quantity<Propagation, LinePanel> & { direction: 'forward' | 'backward' })[] =
  /* @__PURE__ */ computed(() =>
    [
      { direction: 'forward', label: 'forward: preactivations' },
      { direction: 'backward', label: 'backward: dL/dz' },
    ].map(({ direction, label }) => ({
      direction: direction as 'forward',
      label,
      panel: panelOf(direction as 'forward'),
    })),
  );

export function propagationPage(runs: readonly Run<Propagation>[]): Omit<Page, 'kind' | 'title'> {
  return {
    summary: runs.map(({ label, report }) => labelled(label, summary(report))),
    sections: [
      ...byQuantity(runs, directions, (direction, panels) => ({
        kind: 'bands',
        title: `Variance against depth${direction ? `, ${direction}` : ''}`,
        note: 'Lines: the median over the networks, and theory at this width. Bands: from 5 % to 95 %.',
        x: { label: 'layer' },
        y: { label: 'variance', scale: 'ln' },
        panels,
        limits: FLOAT32,
      })),
      ...tables(runs, layerTable),
    ],
  };
}

function summary(report: Propagation): string {
  const { networks, depth, width, activationName, kernelVariance, seed, layers } = report;
  const last = layers.at(-1);
  const reached = last ? ` Forward, the variance of layer ${last.layer} ${found(last.forward)}` : '';
  const backward = layers[0]
    ? `; backward, that of layer ${layers[0].layer} ${found(layers[0].backward)}`
    : '';
  const networksOf = `${networks} networks of ${depth} layers of ${width} units`;
  return (
    `${networksOf}, ${activationName}, kernel variance ${formatDigits(kernelVariance, 4)}, seed ${seed}.` +
    `${reached}${backward}${reached && '.'}${lost(report)}`
  );
}

/** Words for the median variance. If all networks were left out, the median is NaN, or null from JSON. */
function found({ q50 }: LogStatistics): string {
  return Number.isFinite(q50) ? `is ${power(q50)}` : 'is 0 or not finite in every network';
}

/** Limits of f32, in the order in which a signal meets them. */
const losses: readonly { readonly what: string; readonly of: keyof Propagation['float32'] }[] = [
  { what: 'the variance of the preactivations overflows', of: 'varianceOverflow' },
  { what: 'a preactivation overflows', of: 'overflow' },
  { what: 'the variance of the preactivations is a denormal', of: 'varianceVanishes' },
  { what: 'that variance is 0', of: 'varianceZero' },
  { what: 'all preactivations are 0', of: 'vanishes' },
];

function lost({ float32 }: Propagation): string {
  const said = losses.flatMap(({ what, of }) =>
    float32[of] === undefined ? [] : [`${what} at layer ${float32[of]}`],
  );
  return said.length > 0 ? ` In f32 ${said.join(', ')}.` : '';
}

const power = (logarithm: number): string => formatLog10(toAxis(logarithm, 'ln'));

function panelOf(direction: 'forward' | 'backward') {
  return ({ layers }: Propagation): LinePanel => {
    const statistics = layers.map((layer) => layer[direction]);
    const mean = layers.map(({ theory }) => theory[`${direction}Mean`]);
    const spread = layers.map(({ theory }) => Q95 * theory[`${direction}Std`]);
    const series: Series[] = [
      {
        label: 'measured',
        y: statistics.map(({ q50 }) => q50),
        low: statistics.map(({ q05 }) => q05),
        high: statistics.map(({ q95 }) => q95),
      },
      {
        label: 'theory',
        role: 'theory',
        y: mean,
        low: mean.map((value, l) => value - spread[l]!),
        high: mean.map((value, l) => value + spread[l]!),
      },
      { label: 'infinite width', role: 'reference', y: layers.map(({ theory }) => theory[direction]) },
    ];
    return { x: layers.map(({ layer }) => layer), series };
  };
}

function layerTable({ layers }: Propagation): Table & { title: string } {
  const cells = ({ q05, q50, q95, excluded }: LogStatistics) => [
    power(q50),
    `${power(q05)} … ${power(q95)}`,
    excluded,
  ];
  const row = ({ layer, forward, backward, theory }: PropagatedLayer) => [
    layer,
    ...cells(forward),
    power(theory.forwardMean),
    ...cells(backward),
    power(theory.backwardMean),
  ];
  const side = (name: string) => [`${name}: median`, '5 % … 95 %', 'left out', 'theory'];
  return {
    kind: 'table',
    title: 'Variances',
    // In text, the bars already show these numbers.
    only: 'picture',
    columns: ['layer', ...side('forward'), ...side('backward')],
    rows: layers.map(row),
  };
}
