/** Draws history.jsonl: a small chart per comparison, with the ratios by commit. */
import * as Plot from '@observablehq/plot';
import { grid, STYLE, svg } from './figure.mjs';
import { groups, ranges } from './history.mjs';

/** Comparisons that are shown: title, and key of the record. */
const shown = [
  ['step 784-256-10 : jax-js', 'step 784-256-10, batch 128, SGD, portable | jax-js'],
  ['step 784-256-10 : TF.js', 'step 784-256-10, batch 128, SGD, portable | tfjs-wasm'],
  ['step 784-256-10 : PyTorch', 'step 784-256-10, batch 128, SGD, portable | PyTorch'],
  ['step 2-16-3 : jax-js', 'step 2-16-3, batch 32, portable | jax-js'],
  ['step 2-16-3 : JavaScript', 'step 2-16-3, batch 32, portable | the faster JavaScript backend'],
  ['1000 rows : onnx-web', 'inference 784-256-10, batch 1000, portable | onnxruntime-web'],
  ['MNIST : PyTorch', 'epoch of MNIST, portable | PyTorch'],
  ['Fashion-MNIST : PyTorch', 'epoch of Fashion-MNIST, fused | PyTorch'],
  ['GEMM 512³ : peak, portable', 'GEMM 512³, portable | peak, mul + add'],
  ['GEMM 512³ : peak, fused', 'GEMM 512³, fused | peak, multiply-add'],
  ['page, KB gzipped', 'gzip of a page that trains, including the wasm | KB'],
  ['import and first step, ms', 'import and first step, more than bare Node | ms'],
];
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#999999'];
const [WIDTH, HEIGHT, COLUMNS] = [190, 150, 4];

/** Draws the chart. @param records  the history @returns SVG */
export function historyChart(records) {
  const all = groups(records).map((group) => ({ ...group[0], found: ranges(group) }));
  const hosts = [...new Set(all.map(hostOf))];
  return svg('Ratios by commit, each with its range over the runs', (document) =>
    grid(
      document,
      [
        ...shown.flatMap(([title, key]) => {
          const points = pointsOf(all, key);
          return points.length > 0 ? [small(document, title, points, hosts)] : [];
        }),
        legend(document, hosts),
      ],
      { width: WIDTH, height: HEIGHT, columns: COLUMNS },
    ),
  );
}

const hostOf = ({ machine, node }) => `${machine}, Node ${node.split('.')[0]}`;

function pointsOf(all, key) {
  return all.flatMap(({ found, ...group }) => {
    const at = found.get(key);
    return at ? [{ commit: group.commit, host: hostOf(group), ...at, middle: (at.low + at.high) / 2 }] : [];
  });
}

/** Names the machines in their colours. */
function legend(document, hosts) {
  return Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    margin: 8,
    axis: null,
    style: STYLE,
    y: { type: 'band', domain: hosts },
    marks: hosts.map((host, i) =>
      Plot.text([host], { y: [host], frameAnchor: 'left', lineWidth: 16, fill: COLOURS[i % COLOURS.length] }),
    ),
  });
}

/** Draws the points of a comparison. A vertical line is the range over the runs; one colour is one machine and version of Node. */
function small(document, title, points, hosts) {
  return Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 36,
    marginTop: 28,
    marginBottom: 24,
    style: STYLE,
    x: {
      type: 'point',
      label: null,
      domain: [...new Set(points.map(({ commit }) => commit))],
      tickFormat: (commit) => commit.slice(0, 5),
    },
    y: { label: null, zero: true, grid: true, ticks: 4, nice: true },
    color: { domain: hosts, range: hosts.map((_, i) => COLOURS[i % COLOURS.length]) },
    marks: [
      Plot.ruleX(points, { x: 'commit', y1: 'low', y2: 'high', stroke: 'host', strokeWidth: 3 }),
      Plot.lineY(points, { x: 'commit', y: 'middle', stroke: 'host' }),
      Plot.dot(points, { x: 'commit', y: 'middle', fill: 'host', r: 2.5 }),
      Plot.text([title], { frameAnchor: 'top-left', dx: -30, dy: -22, fontWeight: 600 }),
    ],
  });
}
