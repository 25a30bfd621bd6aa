import { confusionMatrix } from 'evenkeel/metrics';
import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { type Answer, buffersOf, type UnitMaps, type Want } from '../../playground/engine/messages.js';
import { initialState, type State } from '../../playground/engine/state.js';
import { mistakes, worstWords } from '../../playground/page/inside/confusion-words.js';
import { givenDigits } from './digits.js';

/** Makes a lab that has trained a few steps. */
function labOf(change: Partial<State>, steps = 4, now = () => 0): Lab {
  const lab = new Lab(now);
  if (change.data === 'digits') lab.give('digits', givenDigits());
  lab.set({ ...initialState, networks: [{}], ...change });
  lab.run(steps);
  return lab;
}

const ask = (lab: Lab, want: Want[], more: object = {}): Answer =>
  lab.answer({ id: 1, steps: 0, want, ...more });

/** Points of the square from −3 to 3 by a formula of their own, from the top left. */
function square(size: number): Float32Array {
  const middle = (i: number) => -3 + (6 * (i + 0.5)) / size;
  const rows = Array.from({ length: size }, (_, r) =>
    Array.from({ length: size }, (_, c) => [middle(c), middle(size - 1 - r)]),
  );
  return Float32Array.from(rows.flat(2));
}

/** Checks unit maps against one call of the library for all points. */
function expectMaps(lab: Lab, maps: UnitMaps, layer: number): void {
  const { size, shown, units, values } = maps;
  const whole = lab.runners[maps.network]!.model.layerOutputs(square(size), layer);
  expect(units).toBe(whole.units);
  expect(maps.layer).toBe(layer);
  for (let unit = 0; unit < shown; unit++) {
    const expected = whole.activation.filter((_, i) => i % units === unit);
    expect(values!.slice(unit * size * size, (unit + 1) * size * size)).toEqual(expected);
  }
}

describe('the confusion matrix', () => {
  it.each([
    ['blobs', { data: 'blobs', noise: 0.5 }],
    ['digits', { data: 'digits', depth: 1 }],
  ] as const)('is that of evenkeel/metrics on the test rows: %s', (_, change) => {
    const lab = labOf(change, 20);
    const { confusion } = ask(lab, ['confusion']);
    const [runner] = lab.runners;
    const { test, classes } = lab.data;
    const expected = confusionMatrix(test.y, runner!.model.predict(test.x), { classes });
    expect([...confusion!.counts]).toEqual(expected.flat());
    expect(confusion).toMatchObject({ rows: test.rows, classes, step: 20 });
    const right = expected.reduce((sum, row, c) => sum + row[c]!, 0);
    expect(right / test.rows).toBe(runner!.score()!.testAccuracy);
  });

  it('is absent for a regression and for outputs that are not finite', () => {
    expect(ask(labOf({ data: 'wave' }), ['confusion']).confusion).toBeUndefined();
    const lab = labOf({ data: 'blobs', init: 'normal', size: 100, depth: 40 });
    expect(ask(lab, ['confusion'])).toMatchObject({ networks: [{ step: 0 }] });
    expect(ask(lab, ['confusion']).confusion).toBeUndefined();
  });

  it('is told by its most frequent mistake', () => {
    const confusion = {
      network: 0,
      step: 0,
      rows: 20,
      classes: 3,
      counts: Uint32Array.of(5, 2, 0, 0, 6, 1, 3, 0, 3),
    };
    expect(mistakes(confusion).map(({ rows }) => rows)).toEqual([3, 2, 1]);
    expect(worstWords(confusion, ['iris', 'lily', 'rose'])).toBe(
      'The most frequent mistake: rose is taken for iris in 3 of 6 rows.',
    );
    const right = { ...confusion, rows: 9, counts: Uint32Array.of(2, 0, 0, 0, 4, 0, 0, 0, 3) };
    expect(worstWords(right, ['a', 'b', 'c'])).toBe('All of the 9 test rows are predicted correctly.');
  });
});

describe('the unit maps', () => {
  it.each([0, 2, 5])('have the activations of layer %i over the plane', (layer) => {
    const lab = labOf({ data: 'spirals', activation: 'tanh' });
    const { units } = ask(lab, ['units'], { layer, mapSize: 40 });
    expect(units).toMatchObject({ kind: 'plane', size: 20, units: 32, shown: 24, step: 4 });
    expectMaps(lab, units!, layer);
  });

  it('take the last hidden layer for a deeper one, and all units of a narrow layer', () => {
    const lab = labOf({ depth: 2, width: 5, networks: [{}, { depth: 1 }] });
    expectMaps(lab, ask(lab, ['units'], { layer: 9 }).units!, 1);
    const { units } = ask(lab, ['units'], { layer: 9, network: 1 });
    expect(units).toMatchObject({ network: 1, shown: 5, units: 5 });
    expectMaps(lab, units!, 0);
  });

  it('of a large network come in slices, with the bits of one call', () => {
    let time = 0;
    const lab = labOf({ depth: 4, width: 512 }, 1, () => (time += 6));
    let answer = ask(lab, ['units'], { layer: 3 });
    expect(answer).toMatchObject({ mapping: true, working: true });
    expect(answer.units).toBeUndefined();
    let answers = 1;
    while (answer.mapping) {
      answer = ask(lab, []);
      answers++;
    }
    expect(answers).toBeGreaterThan(1);
    expectMaps(lab, answer.units!, 3);
  });

  it('are dropped if the networks train on before they are done', () => {
    let time = 0;
    const lab = labOf({ depth: 4, width: 512 }, 1, () => (time += 6));
    expect(ask(lab, ['units']).mapping).toBe(true);
    expect(ask(lab, [], { steps: 1 })).toMatchObject({ mapping: false });
  });

  it('are the weights of the pixels for digits', () => {
    const lab = labOf({ data: 'digits', depth: 2, width: 30 });
    const { units } = ask(lab, ['units'], { layer: 1 });
    expect(units).toMatchObject({ kind: 'weights', layer: 0, size: 28, shown: 24, units: 30 });
    const { kernel } = lab.runners[0]!.model.getWeights()[0]!;
    for (const [unit, pixel] of [
      [0, 0],
      [7, 400],
      [23, 783],
    ] as const)
      expect(units!.values![unit * 784 + pixel]).toBe(kernel[pixel * 30 + unit]);
  });

  it('name the units that are dead', () => {
    const lab = labOf({ depth: 1, width: 8, data: 'circles' }, 0);
    const { model } = lab.runners[0]!;
    const weights = model.getWeights();
    weights[0]!.bias[3] = -1000;
    model.setWeights(weights);
    expect([...ask(lab, ['units']).units!.dead!]).toEqual([0, 0, 0, 1, 0, 0, 0, 0]);
  });

  it('have no values if one is not finite, and are absent without two inputs', () => {
    const lab = labOf({ init: 'normal', size: 100, depth: 40 });
    const { units } = ask(lab, ['units']);
    expect(units).toMatchObject({ layer: 0 });
    expect(units!.values).toBeUndefined();
  });

  it('own their buffers', () => {
    const lab = labOf({});
    for (let i = 0; i < 2; i++) {
      const answer = ask(lab, ['units', 'confusion']);
      structuredClone(answer, { transfer: buffersOf(answer) });
      expect(answer.error).toBeUndefined();
    }
  });
});
