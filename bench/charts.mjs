/** Draws the charts of RESULTS.md. */
import * as Plot from '@observablehq/plot';
import { grid, STYLE, svg } from './figure.mjs';
import { ratio } from './harness.mjs';
import { historyChart } from './history-chart.mjs';

/** Colours that are visible on a dark and on a light background. */
const COLOURS = {
  fused: '#009e73',
  portable: '#0072b2',
  'another library': '#d55e00',
  'native code': '#cc79a7',
  'plain JavaScript': '#999999',
};
const KINDS = {
  fused: 'fused',
  PyTorch: 'native code',
  'onnxruntime-node': 'native code',
  'Math.random': 'plain JavaScript',
  Math: 'plain JavaScript',
  javascript: 'plain JavaScript',
};
const works = [
  ['step sgd', 'step 784-256-10, SGD'],
  ['step adam', 'step 784-256-10, Adam'],
  ['step mnist unit', 'step 784-256-10, MNIST'],
  ['step 50x100', 'step 50×100'],
  ['step tiny', 'step 2-16-3'],
  ['online', 'step of one row'],
  ['inference 1', 'inference, one row'],
  ['inference 1000', 'inference, 1000 rows'],
  ['epoch mnist', 'epoch of MNIST'],
  ['epoch fashion', 'epoch of Fashion-MNIST'],
  ['draw normal', 'normal 4096²'],
  ['draw truncated', 'truncated normal 4096²'],
  ['draw orthogonal', 'orthogonal 512²'],
  ['tanh 1048576', 'tanh over 1 M'],
  ['gelu 1048576', 'gelu over 1 M'],
];

/** Draws the charts. @returns SVG by file name; no chart for missing races, lines or records */
export function drawCharts({ races, lines, records }) {
  const bars = works.flatMap(([id, work]) => (races.has(id) ? barsOf(work, races.get(id)) : []));
  return {
    ...(bars.length > 0 ? { 'bench-peers': peersChart(bars) } : {}),
    ...(lines.length > 0 ? { 'bench-scaling': scalingChart(lines) } : {}),
    ...(records.length > 0 ? { 'bench-history': historyChart(records) } : {}),
  };
}

function barsOf(work, results) {
  const portable = results.get('portable');
  return [...results.values()]
    .filter(({ name }) => !/^(portable|peak|javascript64)/.test(name))
    .map((result) => ({
      work,
      name: result.name,
      times: ratio(portable, result),
      kind: KINDS[result.name] ?? 'another library',
    }));
}

function peersChart(bars) {
  const rows = [...new Set(bars.map(({ work }) => work))].flatMap((work) => [
    { label: work, heading: true },
    ...bars
      .filter((bar) => bar.work === work)
      .sort((a, b) => a.times - b.times)
      .map((bar) => ({ ...bar, label: `${work}/${bar.name}` })),
  ]);
  const shown = rows.filter(({ heading }) => !heading);
  const names = new Map(rows.map(({ label, name }) => [label, name ?? label]));
  const limits = shown.flatMap(({ times }) => [times / 1.3, times * 2.2]);
  const kinds = [...new Set(shown.map(({ kind }) => kind))];
  return svg(
    'Time of other libraries as a multiple of the time of this library in portable arithmetic',
    (document) =>
      Plot.plot({
        document,
        width: 760,
        height: 60 + 15 * rows.length,
        marginLeft: 180,
        marginRight: 16,
        marginTop: 36,
        style: STYLE,
        x: {
          type: 'log',
          label: 'times as long as evenkeel in portable arithmetic',
          domain: [Math.min(0.4, ...limits), Math.max(...limits)],
          grid: true,
          axis: 'top',
          tickFormat: '~g',
          ticks: 6,
        },
        y: { type: 'band', label: null, domain: rows.map(({ label }) => label), axis: null, padding: 0.15 },
        color: { domain: kinds, range: kinds.map((kind) => COLOURS[kind]) },
        marks: [
          Plot.barX(shown, { y: 'label', x1: 1, x2: 'times', fill: 'kind' }),
          Plot.ruleX([1], { stroke: 'currentColor' }),
          Plot.text(shown, {
            y: 'label',
            x: ({ times }) => Math.max(1, times),
            text: ({ times }) => times.toPrecision(times < 10 ? 2 : 3).replace(/\.0$/, ''),
            textAnchor: 'start',
            dx: 4,
          }),
          Plot.text(rows, {
            y: 'label',
            frameAnchor: 'left',
            dx: -172,
            text: ({ heading, label }) => (heading ? names.get(label) : ''),
            textAnchor: 'start',
            fontWeight: 600,
          }),
          Plot.text(shown, {
            y: 'label',
            frameAnchor: 'left',
            dx: -8,
            text: 'name',
            textAnchor: 'end',
          }),
        ],
      }),
  );
}

function scalingChart(lines) {
  const ids = [...new Set(lines.map(({ id }) => id))];
  const points = lines.flatMap(({ id, build, points }) =>
    points.map(({ size, median }) => ({ id, build, size, median })),
  );
  return svg('Time of a training step as width, depth and batch grow', (document) => {
    const charts = ids.map((id) =>
      Plot.plot({
        document,
        width: 300,
        height: 300,
        marginLeft: 48,
        marginTop: 40,
        style: STYLE,
        x: { type: 'log', base: 2, label: id, tickFormat: 'd', ticks: 6 },
        y: { type: 'log', label: 'ms a step', grid: true, tickFormat: '~g', ticks: 5 },
        color: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
        marks: [
          Plot.lineY(
            points.filter((point) => point.id === id),
            { x: 'size', y: 'median', stroke: 'build', marker: 'dot' },
          ),
          // One mark per line, because all texts of a mark have the same shift.
          ...lines
            .filter((line) => line.id === id)
            .map(({ build, exponent }, i) =>
              Plot.text([`${build}: ${id} to the power ${exponent.toFixed(2)}`], {
                frameAnchor: 'top-left',
                fill: COLOURS[build],
                dx: 6,
                dy: 4 + 14 * i,
                fontWeight: 600,
              }),
            ),
        ],
      }),
    );
    return grid(document, charts, { width: 300, height: 300, columns: charts.length });
  });
}
