import { diagnose, MLP } from 'evenkeel';
import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { initialState, type State } from '../../playground/engine/state.js';
import type { Frame } from '../../playground/views/twins/engine.js';
import { ALONE, differentUnits, groupsOf, spreadOf } from '../../playground/views/twins/groups.js';
import { printedLosses } from './printed-losses.mjs';

const labOf = (change: Partial<State> = {}) => {
  const lab = new Lab();
  const start = {
    data: 'circles',
    depth: 2,
    width: 8,
    activation: 'tanh',
    init: 'constant',
    size: 0.5,
  } as const;
  lab.set({
    ...initialState,
    view: 'twins',
    networks: [{}],
    optimizer: 'sgd',
    rate: 0.1,
    ...start,
    ...change,
  });
  return lab;
};
const frameOf = (lab: Lab) => (lab.view!.frame!(lab) as Frame)[0]!;
const different = (lab: Lab) => frameOf(lab).groups.map(differentUnits);

/** Units that the diagnosis calls copies of an earlier one: those of a group but its first. */
function copies(groups: Int16Array): number[] {
  return [...groups.keys()].filter((unit) => groups[unit] !== ALONE && groups.indexOf(groups[unit]!) < unit);
}

describe('twins', () => {
  it.each([
    ['no nudge', {}],
    ['a nudged weight into a unit', { place: 'in' }],
    ['a nudged bias', { place: 'bias', nudge: 0.1 }],
    ['a nudged weight between layers', { place: 'middle' }],
    ['a nudged weight out', { place: 'out' }],
  ] as const)('are the units that the diagnosis finds, at every step: %s', (_, own) => {
    const lab = labOf({ own });
    const { model, data } = lab.runners[0]!;
    for (const steps of [0, 1, 2, 30]) {
      lab.run(steps);
      const { layers } = diagnose(model, data.train.x.subarray(0, 64), data.train.y.subarray(0, 32));
      const { groups } = frameOf(lab);
      for (const [l, units] of groups.entries())
        expect(copies(units)).toEqual([...layers[l]!.symmetricUnits]);
    }
  });

  it('stay twins without a nudge, and a nudge tells exactly one unit of its layer apart', () => {
    const equal = labOf();
    expect(different(equal)).toEqual([1, 1]);
    equal.run(50);
    expect(different(equal)).toEqual([1, 1]);
    expect([...frameOf(equal).spreads]).toEqual([0, 0]);
    const nudged = labOf({ own: { place: 'in' } });
    expect(different(nudged)).toEqual([2, 1]);
    nudged.run(50);
    expect(different(nudged)).toEqual([2, 1]);
    expect([...frameOf(nudged).groups[0]!]).toEqual([ALONE, 0, 0, 0, 0, 0, 0, 0]);
    const random = labOf({ init: 'glorotNormal' });
    expect(different(random)).toEqual([8, 8]);
  });

  it('have the bits of direct calls of the library', () => {
    const lab = labOf({ own: { place: 'middle', nudge: 0.03 } });
    const constant = { name: 'constant', value: 0.5 } as const;
    const hidden = { units: 8, activation: 'tanh', kernelInitializer: constant } as const;
    const output = { units: 2, activation: 'softmax', kernelInitializer: constant } as const;
    const model = new MLP({ inputSize: 2, layers: [hidden, hidden, output], seed: 1 });
    const weights = model.getWeights();
    weights[1]!.kernel[0]! += 0.03;
    model.setWeights(weights);
    expect(lab.runners[0]!.model.getWeights()).toEqual(model.getWeights());
    expect(frameOf(lab).spreads[1]).toBeGreaterThan(0);
  });

  it('have a spread relative to their weights', () => {
    // Two units of two weights: (1, 3) and (1, 1). Distances from the mean are 0, 0, 1 and 1.
    expect(spreadOf({ kernel: [1, 1, 3, 1], bias: [0, 0] })).toBeCloseTo(Math.sqrt(2 / 12), 12);
    expect(spreadOf({ kernel: [0.1, 0.1, 0.7, 0.7], bias: [0, 0] })).toBe(0);
  });

  it('have equal weights in, equal biases and equal weights out', () => {
    const next = { kernel: [1, 1, 1, 1, 2, 1], bias: [0, 0] };
    expect([...groupsOf({ kernel: [5, 5, 5], bias: [0, 0, 0] }, next)]).toEqual([0, 0, ALONE]);
    expect([...groupsOf({ kernel: [5, 4, 5], bias: [0, 0, 0] }, next)]).toEqual([ALONE, ALONE, ALONE]);
    const even = { kernel: [1, 1, 1, 1], bias: [0] };
    expect([...groupsOf({ kernel: [5, 4, 5, 4], bias: [0, 0, 0, 0] }, even)]).toEqual([0, 1, 0, 1]);
    expect([...groupsOf({ kernel: [5, 5, 5, 5], bias: [0, 1, 0, 1], slopes: [1] }, even)]).toEqual([
      0, 1, 0, 1,
    ]);
  });

  it('keep the history of a run, which starts again with the run', () => {
    const lab = labOf({ own: { place: 'in' } });
    for (let i = 0; i < 3; i++) {
      frameOf(lab);
      lab.run(2);
    }
    expect([...frameOf(lab).history.step]).toEqual([0, 2, 4, 6]);
    expect(frameOf(lab).history.spreads).toHaveLength(8);
    lab.set(lab.state, true);
    expect([...frameOf(lab).history.step]).toEqual([0]);
  });

  it('have a program that prints the losses of the screen', () => {
    const lab = labOf({ own: { place: 'bias', nudge: 0.02 } });
    lab.run(20);
    const { loss, testLoss } = lab.runners[0]!.score()!;
    expect(printedLosses(lab.program('https://example.org/'))).toEqual([loss, testLoss]);
  });
});
