/** Spread of activations and gradients by layer, in five tanh layers from the start that was usual and from Glorot's. */
import { MLP, Rng, varianceScaling } from 'evenkeel';
import { statistics } from 'evenkeel/theory';

const WIDTH = 200;
const ROWS = 100;

/** @param size  factor on the standard deviation of Glorot's weights */
export function picture({ size = 1 } = {}) {
  const starts = {
    'U(±1/√n)': 'torchLinear',
    [size === 1 ? 'Glorot' : `${size} × Glorot`]: varianceScaling({
      scale: size * size,
      mode: 'fanAvg',
      distribution: 'uniform',
    }),
  };
  const rng = new Rng(8);
  const x = rng.split('x').normal(ROWS * WIDTH);
  const y = Array.from({ length: ROWS }, (_, i) => i % 10);
  const measured = Object.entries(starts).map(([label, kernelInitializer]) => {
    const hidden = { units: WIDTH, activation: 'tanh', kernelInitializer };
    const layers = [...Array(5).fill(hidden), { units: 10, activation: 'softmax', kernelInitializer }];
    const model = new MLP({ inputSize: WIDTH, layers, seed: 8 });
    model.compile({ loss: 'crossEntropy' });
    const spread = (values) => statistics.standardDeviation(values);
    return {
      label,
      activations: model
        .layerOutputs(x)
        .slice(0, 5)
        .map(({ activation }) => spread(activation)),
      gradients: model
        .gradients(x, y)
        .layers.slice(0, 5)
        .map(({ preactivation }) => spread(preactivation)),
    };
  });
  const panel = (label, values) => ({
    label,
    series: measured.map((start) => ({ label: start.label, y: start[values] })),
  });
  return {
    kind: 'page',
    title: 'Five tanh layers before training',
    sections: [
      {
        kind: 'bands',
        title: 'Standard deviation by layer',
        note: 'One network of five layers of 200 units from each start.',
        x: { label: 'layer' },
        y: { label: 'standard deviation', scale: 'log' },
        sameScale: false,
        panels: [panel('activations', 'activations'), panel('gradients', 'gradients')],
      },
    ],
  };
}
