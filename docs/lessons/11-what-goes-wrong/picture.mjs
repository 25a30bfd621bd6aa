/** Size of signal and gradient by layer in eight layers from sick starts and from a healthy one. */
import { constant, diagnose, MLP, Rng } from 'evenkeel';

const UNITS = 64;
/** Number of starts in the charts; the table has all. */
const DRAWN = 4;
const known = new Map();

/** Diagnoses a start once; a picture that moves asks for the same starts again. */
function lookAt(activation, kernelInitializer, bias = 0) {
  const key = JSON.stringify([activation, kernelInitializer, bias]);
  if (!known.has(key)) known.set(key, diagnosisOf(activation, kernelInitializer, bias));
  return known.get(key);
}

function diagnosisOf(activation, kernelInitializer, bias) {
  const x = new Rng(11).normal(200 * UNITS);
  const y = Array.from({ length: 200 }, (_, i) => i % 3);
  const hidden = {
    units: UNITS,
    activation,
    kernelInitializer,
    biasInitializer: constant({ value: bias }),
  };
  const layers = [...Array(8).fill(hidden), { units: 3, activation: 'softmax' }];
  const model = new MLP({ inputSize: UNITS, layers, seed: 1 });
  model.compile({ loss: 'crossEntropy' });
  return diagnose(model, x, y, { bins: 4 });
}

/** @param stddev, bias  standard deviation of the weights that explode, and the biases that collapse */
export function picture({ stddev = 0.5, bias = 0.7 } = {}) {
  const normal = (size) => ({ name: 'randomNormal', stddev: size });
  const looks = Object.entries({
    vanishes: lookAt('sigmoid', 'torchLinear'),
    explodes: lookAt('relu', normal(stddev)),
    saturates: lookAt('tanh', normal(1)),
    healthy: lookAt('relu', 'heNormal'),
    dies: lookAt('relu', 'heNormal', -10),
    collapses: lookAt('tanh', 'glorotUniform', bias),
  }).map(([label, diagnosis]) => ({ label, ...diagnosis }));
  const panel = (label, value) => ({
    label,
    series: looks.slice(0, DRAWN).map((look) => ({
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
