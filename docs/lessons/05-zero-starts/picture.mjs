/** Descent into two valleys from three starts, and the loss of a network from zero, equal and random weights. */
import { constant, heNormal, MLP, sgd, zeros } from 'evenkeel';
import { iris } from 'evenkeel/data';

const EPOCHS = 30;
const RATE = 0.05;
const STEPS = 40;
const STARTS = [-1.9, 0, 1.9];

/** A loss with two valleys, of which the left one is deeper. */
const valley = (w) => w ** 4 / 4 - w ** 2 + 0.3 * w + 1.5;
const slope = (w) => w ** 3 - 2 * w + 0.3;

function descent(start) {
  const path = [start];
  for (let step = 0; step < STEPS; step++) path.push(path.at(-1) - RATE * slope(path.at(-1)));
  return path;
}

async function losses(kernelInitializer) {
  const layers = [
    { units: 16, activation: 'relu', kernelInitializer },
    { units: 3, activation: 'softmax', kernelInitializer },
  ];
  const model = new MLP({ inputSize: 4, layers, inputScaling: 'zScore', seed: 1 });
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }) });
  return (await model.fit(iris.x, iris.y, { epochs: EPOCHS })).loss;
}

export async function picture() {
  const x = Array.from({ length: 89 }, (_, i) => (i - 44) / 20);
  const starts = { 'all zero': zeros(), 'all 0.5': constant({ value: 0.5 }), random: heNormal() };
  const series = [];
  for (const [label, start] of Object.entries(starts)) series.push({ label, y: await losses(start) });
  return {
    kind: 'page',
    title: 'Where a start leads',
    sections: [
      {
        kind: 'curves',
        title: 'Three descents into two valleys',
        note: 'Each step goes downhill by the learning rate times the slope.',
        x: { label: 'w' },
        y: { label: 'loss' },
        panels: [
          {
            series: [
              { label: 'the loss', role: 'theory', x, y: x.map(valley) },
              ...STARTS.map((start) => {
                const path = descent(start);
                return { label: `from ${String(start).replace('-', '−')}`, x: path, y: path.map(valley) };
              }),
            ],
          },
        ],
      },
      {
        kind: 'curves',
        title: 'Loss on iris flowers, by epoch',
        x: { label: 'epoch' },
        y: { label: 'loss', domain: [0, 1.2] },
        panels: [{ series }],
      },
    ],
  };
}
