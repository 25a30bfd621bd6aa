/**
 * Draws the pictures of the README, the docs and the lessons by public means: experiments of evenkeel/lab, diagnose and propagate, drawn by
 * evenkeel/report. Run it after a build: `node scripts/figures.mjs [name…]`. Names select pictures; the default is all of them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { diagnose, explainActivation, heNormal, MLP, tfjsHeNormal } from 'evenkeel';
import { iris } from 'evenkeel/data';
import { experiments } from 'evenkeel/lab';
import { toSVG } from 'evenkeel/report';
import { propagate } from 'evenkeel/theory';
import { LESSONS, lessonFolders } from './lessons.mjs';

const pictures = {
  x1: () => experiments.X1.run(),
  x2: () => experiments.X2.run(),
  x3: () => experiments.X3.run(),
  x4: () => experiments.X4.run(),
  x5: () => experiments.X5.run(),
  'he-normal-depth': () => ({
    labels: ['heNormal', 'tfjsHeNormal'],
    reports: [heNormal(), tfjsHeNormal()].map((kernelInitializer) =>
      propagate({ depth: 50, width: 100, activation: 'relu', kernelInitializer }),
    ),
  }),
  'activations-saturating': () => activations('step', 'sigmoid', 'hardSigmoid', 'tanh', 'softsign'),
  'activations-one-sided': () =>
    activations('identity', 'relu', 'leakyRelu', 'prelu', 'elu', 'selu', 'softplus', 'squaredRelu'),
  'activations-gated': () => activations('silu', 'gelu', 'geluTanh', 'mish', 'hardSwish'),
  'diagnosis-sick': () => fiveLayers('torchLinear'),
  'diagnosis-healthy': () => fiveLayers('xavierSigmoid'),
};

for (const folder of await lessonFolders()) {
  const { picture } = await import(new URL(`../${LESSONS}/${folder}/picture.mjs`, import.meta.url));
  pictures[`lessons/${folder}/picture`] = picture;
}

const named = process.argv.slice(2);
await mkdir('docs', { recursive: true });
for (const name of named.length > 0 ? named : Object.keys(pictures)) {
  await writeFile(`docs/${name}.svg`, thinned(toSVG(await pictures[name]())));
}

/** Rounds coordinates to a tenth of a pixel and makes them relative, because a README is loaded more often than it is enlarged. */
function thinned(svg) {
  const rounded = svg.replace(/ (?:d|x|y|c[xy]|[xy][12]|width|height|transform)="[^"e]*"/g, (attribute) =>
    attribute.replace(/\d+\.\d\d+/g, (place) => String(Number(Number(place).toFixed(1)))),
  );
  return rounded.replace(/ d="((?:[ML]-?[\d.]+,-?[\d.]+)+)"/g, relative).replaceAll(' />', '/>');
}

/** Replaces the points of a line, which are whole tenths, by the steps from one to the next. This shortens x3.svg, as gzip packs it, by 27 %. */
function relative(_, path) {
  let [x, y] = [0, 0];
  const steps = path.replace(/([ML])([^,]+),([^ML]+)/g, (_, command, ...point) => {
    const [toX, toY] = point.map((value) => Math.round(10 * value));
    const step = command === 'M' ? `M${toX / 10},${toY / 10}` : `l${(toX - x) / 10},${(toY - y) / 10}`;
    [x, y] = [toX, toY];
    return step;
  });
  return ` d="${steps}"`;
}

/** Draws activations beside each other. */
function activations(...labels) {
  return { labels, reports: labels.map((name) => explainActivation(name)) };
}

/** Diagnoses five sigmoid layers, those of lecture D, before the first step. */
function fiveLayers(kernelInitializer) {
  const hidden = { units: 128, activation: 'sigmoid', kernelInitializer };
  const layers = [...Array(5).fill(hidden), { units: 3, activation: 'softmax' }];
  const model = new MLP({ inputSize: 4, layers, inputScaling: 'zScore', seed: 1 });
  model.compile({ loss: 'crossEntropy' });
  model.adapt(iris.x);
  return diagnose(model, iris.x, iris.y, { bins: 9 });
}
