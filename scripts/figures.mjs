/**
 * Draws the README's figure, docs/he-normal-depth.svg: the variance of a signal through fifty ReLU layers, from He normal and
 * from the one that forgets the truncation. Run it after a build: node scripts/figures.mjs
 */
import { mkdir, writeFile } from 'node:fs/promises';
import * as Plot from '@observablehq/plot';
import { heNormal, Rng, tfjsHeNormal } from 'evenkeel';
import { parseHTML } from 'linkedom';

const DEPTH = 50;
const WIDTH = 100;
const NETWORKS = 400;

const lines = [
  { name: 'heNormal', initializer: heNormal(), colour: '#0072b2' },
  { name: 'without the correction (TF.js)', initializer: tfjsHeNormal(), colour: '#d55e00' },
];
const quantiles = lines.map(({ initializer }) => variancesByLayer(initializer).map(summary));

await mkdir('docs', { recursive: true });
await writeFile('docs/he-normal-depth.svg', `${draw()}\n`);

/** The variance over the units of each layer's preactivation: a row a layer, a number a network. */
function variancesByLayer(initializer) {
  const rows = Array.from({ length: DEPTH }, () => new Float64Array(NETWORKS));
  const rng = new Rng(1);
  const kernel = new Float32Array(WIDTH * WIDTH);
  for (let network = 0; network < NETWORKS; network++) {
    const stream = rng.split(network);
    let activation = Float64Array.from(stream.split('input').normal(WIDTH));
    for (let layer = 0; layer < DEPTH; layer++) {
      initializer([WIDTH, WIDTH], stream.split(layer), { out: kernel });
      const preactivation = timesKernel(activation, kernel);
      rows[layer][network] = variance(preactivation);
      activation = preactivation.map((value) => Math.max(0, value));
    }
  }
  return rows;
}

function timesKernel(activation, kernel) {
  const out = new Float64Array(WIDTH);
  for (let i = 0; i < WIDTH; i++)
    for (let j = 0; j < WIDTH; j++) out[j] += activation[i] * kernel[i * WIDTH + j];
  return out;
}

function variance(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

function summary(values) {
  const sorted = values.toSorted();
  const at = (share) => sorted[Math.round(share * (NETWORKS - 1))];
  return { low: at(0.05), median: at(0.5), high: at(0.95) };
}

function draw() {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const band = lines.flatMap(({ name }, l) => quantiles[l].map((q, k) => ({ name, layer: k + 1, ...q })));
  const colour = ({ name }) => lines.find((line) => line.name === name).colour;
  const svg = Plot.plot({
    document,
    width: 760,
    height: 360,
    marginLeft: 64,
    marginRight: 24,
    style: { fontFamily: 'system-ui, sans-serif', fontSize: '13px', background: 'none' },
    x: { label: 'layer', domain: [1, DEPTH] },
    y: {
      type: 'log',
      label: 'variance of the preactivations',
      domain: [1e-7, 100],
      ticks: 8,
      tickFormat: '.0e',
      grid: true,
    },
    marks: [
      Plot.areaY(band, { x: 'layer', y1: 'low', y2: 'high', fill: colour, z: 'name', fillOpacity: 0.25 }),
      Plot.lineY(band, { x: 'layer', y: 'median', stroke: colour, z: 'name', strokeWidth: 2 }),
      Plot.text(
        [
          {
            layer: 26,
            y: 30,
            text: `heNormal: kept (median and 90 % of ${NETWORKS} networks)`,
            name: lines[0].name,
          },
          { layer: 13, y: 2e-4, text: 'without the correction: × 0.7737 a layer', name: lines[1].name },
        ],
        { x: 'layer', y: 'y', text: 'text', fill: colour, fontWeight: 600, textAnchor: 'middle' },
      ),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  // Text and axes follow the reader's theme; the two colours stand on both.
  const theme = document.createElement('style');
  theme.textContent = 'svg { color: #24292f } @media (prefers-color-scheme: dark) { svg { color: #d0d7de } }';
  const title = document.createElement('title');
  title.textContent =
    'Variance through fifty ReLU layers: heNormal keeps it, without the correction it falls to 2.7e-6';
  svg.prepend(title, theme);
  return svg.outerHTML;
}
