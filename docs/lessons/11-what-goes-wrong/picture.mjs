/** Size of signal and gradient by layer in eight layers from sick starts and from a healthy one. */
import { constant, diagnose, MLP, Rng, randomNormal } from 'evenkeel';

const UNITS = 64;
const STARTS = [
  { label: 'vanishes', activation: 'sigmoid', kernelInitializer: 'torchLinear' },
  { label: 'explodes', activation: 'relu', kernelInitializer: randomNormal({ stddev: 0.5 }) },
  { label: 'saturates', activation: 'tanh', kernelInitializer: randomNormal({ stddev: 1 }) },
  { label: 'healthy', activation: 'relu', kernelInitializer: 'heNormal' },
];
const OTHERS = [
  { label: 'dies', activation: 'relu', kernelInitializer: 'heNormal', bias: -10 },
  { label: 'collapses', activation: 'tanh', kernelInitializer: 'glorotUniform', bias: 0.7 },
];

export function picture() {
  const x = new Rng(11).normal(200 * UNITS);
  const y = Array.from({ length: 200 }, (_, i) => i % 3);
  const looks = [...STARTS, ...OTHERS].map(({ label, activation, kernelInitializer, bias = 0 }) => {
    const hidden = {
      units: UNITS,
      activation,
      kernelInitializer,
      biasInitializer: constant({ value: bias }),
    };
    const layers = [...Array(8).fill(hidden), { units: 3, activation: 'softmax' }];
    const model = new MLP({ inputSize: UNITS, layers, seed: 1 });
    model.compile({ loss: 'crossEntropy' });
    return { label, ...diagnose(model, x, y, { bins: 4 }) };
  });
  const panel = (label, value) => ({
    label,
    series: looks.slice(0, STARTS.length).map((look) => ({
      label: look.label,
      y: look.layers.slice(0, -1).map(value),
    })),
  });
  return {
    kind: 'page',
    title: 'Eight layers from six starts',
    sections: [
      {
        kind: 'bands',
        only: 'picture',
        title: 'Standard deviation by layer',
        x: { label: 'layer' },
        y: { label: 'standard deviation', scale: 'log' },
        sameScale: false,
        panels: [
          panel('signal', ({ preactivation }) => preactivation.std),
          panel('gradient', ({ gradient }) => gradient.std),
        ],
      },
      {
        kind: 'table',
        title: 'What the diagnosis measures',
        columns: [
          'start',
          'verdict',
          'gradient of layer 1, at the output 1',
          { label: 'saturated', format: 'share' },
          { label: 'dead', format: 'share' },
          'likeness of two rows in layer 8',
        ],
        rows: looks.map(({ label, verdict, layers }) => [
          label,
          verdict,
          layers[0].gradientRatio,
          layers[0].saturatedFraction,
          layers[0].deadFraction,
          layers[7].correlation,
        ]),
      },
    ],
  };
}
