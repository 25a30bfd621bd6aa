/** Descent into two valleys from three starts, and the loss of a network from zero, equal and random weights. */
import { constant, heNormal, MLP, sgd, zeros } from 'evenkeel';
import { iris } from 'evenkeel/data';

const EPOCHS = 30;
const STEPS = 40;
const STARTS = [-1.9, 0, 1.9];

/** A loss with two valleys, of which the left one is deeper. */
const valley = (w) => w * w * ((w * w) / 4 - 1) + 0.3 * w + 1.5;
const slope = (w) => w * (w * w - 2) + 0.3;

function descent(start, rate) {
  const path = [start];
  for (let step = 0; step < STEPS; step++) path.push(path.at(-1) - rate * slope(path.at(-1)));
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

/** @param value, rate  weight of the equal start, and learning rate of the descents */
export async function picture({ value = 0.5, rate = 0.05 } = {}) {
  const x = Array.from({ length: 89 }, (_, i) => (i - 44) / 20);
  const starts = { 'all zero': zeros(), [`all ${value}`]: constant({ value }), random: heNormal() };
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
                const path = descent(start, rate);
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
