import { diagnose, MLP } from 'evenkeel';
import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { initialState, type State } from '../../playground/engine/state.js';
import type { Frame } from '../../playground/views/dead/engine.js';
import { BINS } from '../../playground/views/dead/form.js';
import { has, healthy, type Way, ways } from '../../playground/views/dead/ways.js';
import { unitWords } from '../../playground/views/dead/words.js';
import { givenDigits } from './digits.js';
import { printedLosses } from './printed-losses.mjs';

const images = givenDigits();

const labOf = (change: Partial<State>) => {
  const lab = new Lab();
  lab.give('digits', images);
  lab.set({ ...initialState, view: 'dead', ...healthy, ...change });
  return lab;
};
const layersOf = (lab: Lab) => (lab.view!.frame!(lab) as Frame)[0]!.layers!;
const deadOf = (lab: Lab) =>
  layersOf(lab).map(({ dead }) => [...dead.keys()].filter((unit) => dead[unit] === 1));
const count = (lab: Lab) => deadOf(lab).flat().length;

function expectAsDiagnosed(lab: Lab) {
  const { model, data } = lab.runners[0]!;
  const [x, y] = [data.train.x.subarray(0, 128 * data.inputSize), data.train.y.subarray(0, 128)];
  const { layers } = diagnose(model, x, y);
  const outputs = model.layerOutputs(x);
  for (const [l, { dead, low, high, shares, sloping }] of layersOf(lab).entries()) {
    expect([...dead.keys()].filter((unit) => dead[unit] === 1)).toEqual([...layers[l]!.deadUnits]);
    const { preactivation: z, units } = outputs[l]!;
    for (let unit = 0; unit < units; unit++) {
      const own = z.filter((_, i) => i % units === unit);
      expect([low[unit], high[unit]]).toEqual([Math.min(...own), Math.max(...own)]);
      expect(sloping[unit]).toBeCloseTo(own.filter((value) => value > 0).length / 128, 5);
      const all = shares.subarray(unit * BINS, (unit + 1) * BINS).reduce((sum, share) => sum + share, 0);
      expect(all).toBeCloseTo(1, 5);
    }
  }
}

const way = (name: string) => ways.find((one) => one.name === name) as Way;

describe('the view of dead ReLUs', () => {
  it('starts with a network whose units live and stay alive in training', () => {
    const lab = labOf({});
    expect(count(lab)).toBe(0);
    lab.run(1000);
    expect(count(lab)).toBe(0);
    expect(lab.runners[0]!.score()!.testAccuracy).toBeGreaterThan(0.95);
  });

  it('kills one unit for good by its bias, and a bias of 0 cures it', () => {
    const { kills, cures } = way('by a bias');
    const lab = labOf(kills);
    expect(deadOf(lab)[0]).toEqual([0]);
    expectAsDiagnosed(lab);
    expect(lab.verdict(0)!.verdict).toBe('dead');
    lab.run(200);
    expect(deadOf(lab)[0]).toContain(0);
    expect(layersOf(lab)[0]!.bias[0]).toBe(-10);
    expect(count(labOf({ ...kills, ...cures }))).toBe(0);
  });

  it('kills units within some steps by the learning rate, and a lower rate does not', () => {
    const { kills, cures } = way('by the learning rate');
    const lab = labOf(kills);
    expect(count(lab)).toBe(0);
    lab.run(100);
    expect(count(lab)).toBeGreaterThan(4);
    expectAsDiagnosed(lab);
    expect(lab.verdict(0)!.verdict).toBe('dead');
    const cured = labOf({ ...kills, ...cures });
    cured.run(100);
    expect(count(cured)).toBe(0);
  });

  it('kills units within a few steps by raw bytes, and scaled pixels do not', () => {
    const { kills, cures } = way('by raw bytes');
    const lab = labOf(kills);
    lab.run(10);
    expect(count(lab)).toBeGreaterThan(4);
    expectAsDiagnosed(lab);
    const cured = labOf({ ...kills, ...cures });
    cured.run(10);
    expect(count(cured)).toBe(0);
  });

  it('does not kill leaky ReLUs', () => {
    const lab = labOf({ ...way('by the learning rate').kills, activation: 'leakyRelu' });
    lab.run(100);
    expect(count(lab)).toBe(0);
  });

  it('has the bits of direct calls of the library', () => {
    const lab = labOf({ depth: 2, width: 16, own: { layer: 2, unit: 3, bias: -4 } });
    const hidden = { units: 16, activation: 'relu', kernelInitializer: 'heNormal' } as const;
    const output = { units: 2, activation: 'softmax', kernelInitializer: 'heNormal' } as const;
    const model = new MLP({ inputSize: 2, layers: [hidden, hidden, output], seed: 3 });
    const weights = model.getWeights();
    weights[1]!.bias[2] = -4;
    model.setWeights(weights);
    expect(lab.runners[0]!.model.getWeights()).toEqual(model.getWeights());
    expect(layersOf(lab)[1]!.bias).toEqual(weights[1]!.bias);
  });

  it('knows which way of killing the state shows', () => {
    for (const one of ways) {
      const state = labOf(one.kills).state;
      expect(ways.filter(({ kills }) => has(state, kills))).toEqual([one]);
      expect(ways.some(({ kills }) => has(labOf({ ...one.kills, ...one.cures }).state, kills))).toBe(false);
    }
  });

  it('says what holds a unit below 0', () => {
    const one = (low: number, high: number, bias: number) => ({
      bias: Float32Array.of(bias),
      sloping: new Float32Array(1),
      dead: Uint8Array.of(1),
      low: Float32Array.of(low),
      high: Float32Array.of(high),
      shares: new Float32Array(BINS),
      edge: 1,
    });
    expect(unitWords(one(-12, -8, -10), 0, 0)).toBe(
      'Unit 1 of layer 1 is dead: its sum lies between −12 and −8, never above 0. Its bias of −10 holds it there: without it, the sum would reach 2.',
    );
    expect(unitWords(one(-12, -8, -1), 1, 0)).toMatch(
      /Its weights hold it there: even with a bias of 0, .* −7/,
    );
  });

  it('prints a program with the losses of the screen', () => {
    const lab = labOf(way('by a bias').kills);
    lab.run(20);
    const { loss, testLoss } = lab.runners[0]!.score()!;
    expect(printedLosses(lab.program('https://example.org/'))).toEqual([loss, testLoss]);
  });
});
