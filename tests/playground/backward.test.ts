import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { initialState, type State } from '../../playground/engine/state.js';
import type { Backward, Frame } from '../../playground/views/backward/engine.js';
import { fateOf } from '../../playground/views/backward/fate.js';
import { fateWords } from '../../playground/views/backward/words.js';

function labOf(change: Partial<State>): { lab: Lab; frame: Frame } {
  const lab = new Lab();
  lab.set({ ...initialState, view: 'backward', networks: [{}], ...change });
  return { lab, frame: lab.view!.frame!(lab) as Frame };
}

const size = (values: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum / values.length);
};

describe('the gradient backwards', () => {
  it('has the bits of the gradients of the library', () => {
    const { lab } = labOf({ activation: 'tanh', depth: 8 });
    lab.run(5);
    const { measured } = (lab.view!.frame!(lab) as Frame)[0]!;
    const { model, data } = lab.runners[0]!;
    const { layers } = model.gradients(data.train.x.subarray(0, 256), data.train.y.subarray(0, 128));
    const z = layers.map(({ preactivation }) => size(preactivation));
    const a = layers.map(({ activation }) => size(activation));
    expect([...measured!.sizes]).toEqual(z);
    expect([...measured!.weights].slice(0, -1)).toEqual(z.slice(1).map((above, l) => a[l]! / above));
    expect([...measured!.slopes].slice(0, -1)).toEqual(z.slice(0, -1).map((here, l) => here / a[l]!));
  });

  it('splits each step into the factors that follow from slopes and weights', () => {
    const { lab, frame } = labOf({ activation: 'sigmoid', depth: 3, width: 8, init: 'glorotNormal' });
    const { weights, slopes } = frame[0]!.measured!;
    const { model, data } = lab.runners[0]!;
    const x = data.train.x.subarray(0, 256);
    const { layers } = model.gradients(x, data.train.y.subarray(0, 128));
    const outputs = model.layerOutputs(x as Float32Array);
    const kernels = model.getWeights().map(({ kernel }) => kernel);
    for (let l = 0; l < 3; l++) {
      const [units, above] = [8, outputs[l + 1]!.units];
      const up = layers[l + 1]!.preactivation;
      const before = Float64Array.from({ length: 128 * units }, (_, i) => {
        const [row, unit] = [Math.floor(i / units), i % units];
        let sum = 0;
        for (let k = 0; k < above; k++) sum += up[row * above + k]! * kernels[l + 1]![unit * above + k]!;
        return sum;
      });
      // The slope of a sigmoid is a (1 − a).
      const here = before.map(
        (value, i) => value * outputs[l]!.activation[i]! * (1 - outputs[l]!.activation[i]!),
      );
      expect(weights[l]).toBeCloseTo(size(before) / size(up), 5);
      expect(slopes[l]).toBeCloseTo(size(here) / size(before), 5);
    }
  });

  it('blames the slope of sigmoids, small weights, and large ones', () => {
    const fate = (change: Partial<State>) => fateOf(labOf(change).frame[0]!.measured!);
    expect(fate({ activation: 'sigmoid', depth: 12, init: 'glorotNormal' })).toMatchObject({
      kind: 'dies',
      blame: 'slope',
    });
    expect(fate({ activation: 'relu', depth: 12, init: 'gain', size: 0.3 })).toMatchObject({
      kind: 'dies',
      blame: 'weights',
    });
    expect(fate({ activation: 'relu', depth: 12, init: 'gain', size: 4 })).toMatchObject({
      kind: 'explodes',
      blame: 'weights',
    });
    expect(fate({ activation: 'relu', depth: 12, width: 128 })).toMatchObject({ kind: 'keeps', layer: 0 });
  });

  it('names the first layer on the way back at which the gradient is lost', () => {
    const of = (sizes: number[], weights: number[], slopes: number[]): Backward => ({
      sizes: Float64Array.from(sizes),
      weights: Float64Array.from(weights),
      slopes: Float64Array.from(slopes),
    });
    const dying = of([0.0005, 0.005, 0.05, 1], [1, 1, 0.5, Number.NaN], [0.1, 0.1, 0.1, Number.NaN]);
    expect(fateOf(dying)).toMatchObject({ kind: 'dies', layer: 1, blame: 'slope' });
    expect(fateWords(fateOf(dying), 4)).toBe(
      'dies at layer 2 of 4 (× 0.005), because of the slope (× 0.1 a layer)',
    );
    const zero = of([0, 0, 1], [Number.NaN, 0, Number.NaN], [Number.NaN, Number.NaN, Number.NaN]);
    expect(fateOf(zero)).toMatchObject({ kind: 'dies', layer: 1, blame: 'weights' });
    expect(fateWords(fateOf(zero), 3)).toMatch(/^is 0 at layer 2 of 3, because of the weights/);
  });

  it('expects sizes that a wide network has at its start', () => {
    const { measured, expected } = labOf({ activation: 'tanh', init: 'glorotNormal', depth: 10, width: 256 })
      .frame[0]!;
    const { sizes } = measured!;
    for (const [l, log] of expected.entries()) {
      expect(Math.abs(Math.log(sizes[l]! / sizes.at(-1)!) - log)).toBeLessThan(0.35);
    }
    expect(expected[0]).toBeLessThan(-2);
  });

  it('says that a signal that overflows has no gradient', () => {
    expect(labOf({ depth: 50, init: 'normal', size: 90 }).frame[0]!.measured).toBeUndefined();
  });

  it('uses the statistics of the rows with a batch norm, as training does', () => {
    const { lab, frame } = labOf({ batchNorm: 'before', depth: 4 });
    const { model, data } = lab.runners[0]!;
    const rows = [data.train.x.subarray(0, 256), data.train.y.subarray(0, 128)] as const;
    const { layers } = model.gradients(...rows, { training: true });
    expect([...frame[0]!.measured!.sizes]).toEqual(layers.map(({ preactivation }) => size(preactivation)));
  });
});
