/** Example of pixels 0 to 255 under the maps to [0, 1] and [−1, 1], the z-score, and PyTorch's Normalize. */
import { useJavascript } from '../../extras/index.js';
import { type InputScaling, MLP } from '../../index.js';
import { statistics } from '../../theory/index.js';
import { example } from './example.js';

/** Returns the scaled input that a model computes from x. */
function scaled(inputScaling: InputScaling, x: Uint8Array | Float64Array): number {
  useJavascript();
  const model = new MLP({ inputSize: 1, layers: [{ units: 1 }], inputScaling, backend: 'javascript64' });
  model.setWeights([{ kernel: [1], bias: [0] }]);
  return model.predict(x)[0]!;
}

export const pixels = /* @__PURE__ */ example(
  'E20',
  { pixels: [0, 128, 255] },
  (replay, { pixels: given }) => {
    const [black, grey, white] = given.map((pixel) => Uint8Array.of(pixel)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    replay.part('maps', 'Pixels as a model sees them');
    replay.show('[0, 1] of 0', scaled('unit', black), 'x/255', { expected: 0 });
    const half = replay.show('[0, 1] of 128', scaled('unit', grey), 'x/255', { expected: 128 / 255 });
    replay.show('[0, 1] of 255', scaled('unit', white), 'x/255');
    replay.show('[−1, 1] of 0', scaled('symmetric', black), 'x/127.5 − 1');
    replay.show('[−1, 1] of 128', scaled('symmetric', grey), 'x/127.5 − 1');
    replay.show('[−1, 1] of 255', scaled('symmetric', white), 'x/127.5 − 1');
    replay.show('(v − 0.5)/0.5 of 128', scaled({ mean: 0.5, std: 0.5 }, Float64Array.of(half)), 'v = x/255', {
      note: 'PyTorch’s Normalize(0.5, 0.5) after ToTensor is this map in two steps.',
    });
    replay.show('(v − 0)/1 of 128', scaled({ mean: 0, std: 1 }, Float64Array.of(half)), 'v = x/255', {
      expected: half,
      note: 'PyTorch’s Normalize(0, 1) after ToTensor changes nothing: the pixels stay in [0, 1].',
    });
    replay.part('z-score', 'The z-score, from the mean and standard deviation of these three pixels');
    const mean = replay.show('mean', statistics.mean(given), '(0 + 128 + 255)/3', { expected: 383 / 3 });
    // The variance is E[x²] − mean² = (3 · (128² + 255²) − 383²)/9.
    const std = replay.show('sd', statistics.standardDeviation(given), 'population', {
      expected: Math.sqrt(97_538) / 3,
    });
    for (const pixel of given) {
      replay.show(`z of ${pixel}`, scaled({ mean, std }, Uint8Array.of(pixel)), '(x − mean)/sd', {
        expected: (3 * pixel - 383) / Math.sqrt(97_538),
      });
    }
  },
);
