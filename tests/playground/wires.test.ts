import { diagnose, MLP, sgd } from 'evenkeel';
import { examples } from 'evenkeel/lab';
import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { initialState, type State } from '../../playground/engine/state.js';
import { settled } from '../../playground/views/fields.js';
import type { Frame } from '../../playground/views/wires/engine.js';
import { deadUnits } from '../../playground/views/wires/words.js';
import { printedLosses } from './printed-losses.mjs';

const labOf = (change: Partial<State> = {}) => {
  const lab = new Lab();
  lab.set(settled({ ...initialState, view: 'wires', rate: 0.01, ...change }));
  return lab;
};
const numbersOf = (lab: Lab) => (lab.view!.frame!(lab) as Frame).numbers!;

/** The network of the example by direct calls of the library. */
function direct(x = [1.5, 0.2], activation: 'relu' | 'leakyRelu' = 'relu', w11 = 0.32) {
  const model = new MLP({
    inputSize: 2,
    layers: [
      { units: 2, activation },
      { units: 3, activation: 'softmax' },
    ],
  });
  model.setWeights([
    { kernel: [0.86, -1.04, 0.41, -0.65], bias: [0, 0] },
    { kernel: [w11, 0.25, 0.14, -0.47, -1.06, 0.063], bias: [0, 0, 0] },
  ]);
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.01 }) });
  return { model, x: [x], y: [0] };
}

function expectBits(lab: Lab, { model, x, y }: ReturnType<typeof direct>) {
  const shown = numbersOf(lab);
  const outputs = model.layerOutputs(x);
  const { loss, layers, input } = model.gradients(x, y);
  const weights = model.getWeights();
  model.trainOnBatch(x, y);
  const next = model.getWeights();
  expect(shown.loss).toBe(loss);
  expect(shown.inputGradient).toEqual(input);
  expect(shown.nextLoss).toBe(model.evaluate(x, y).loss);
  for (const [l, layer] of [shown.hidden, shown.output].entries()) {
    expect(layer).toEqual({
      kernel: weights[l]!.kernel,
      bias: weights[l]!.bias,
      z: outputs[l]!.preactivation,
      a: outputs[l]!.activation,
      kernelGradient: layers[l]!.kernel,
      biasGradient: layers[l]!.bias,
      zGradient: layers[l]!.preactivation,
      aGradient: layers[l]!.activation,
      nextKernel: next[l]!.kernel,
      nextBias: next[l]!.bias,
    });
  }
}

describe('the worked example with wires', () => {
  it('has the bits of direct calls of the library, at the start and after each step', () => {
    const lab = labOf();
    const example = direct();
    for (let step = 0; step < 3; step++) {
      // This takes a step of the model; the page takes it too.
      expectBits(lab, example);
      lab.run(1);
    }
  });

  it.each([
    ['an input', { x1: -0.7 }, direct([-0.7, 0.2])],
    ['a weight', { w11: 0.5 }, direct([1.5, 0.2], 'relu', 0.5)],
  ] as const)('recomputes everything for %s', (_, own, example) => {
    expectBits(labOf({ own }), example);
  });

  it('recomputes everything for another activation, which has no dead unit', () => {
    const lab = labOf({ activation: 'leakyRelu' });
    expect(deadUnits(numbersOf(lab))).toEqual([]);
    expectBits(lab, direct([1.5, 0.2], 'leakyRelu'));
  });

  it('starts with the numbers of example E15', () => {
    const { steps } = examples.E15.run();
    const all = numbersOf(labOf());
    const names: Record<string, ArrayLike<number>> = {
      h: all.hidden.z,
      relu: all.hidden.a,
      z: all.output.z,
      p: all.output.a,
      '∂L/∂z': all.output.zGradient,
      '∂L/∂relu': all.hidden.aGradient,
      '∂L/∂h': all.hidden.zGradient,
      '∂L/∂bm': all.hidden.biasGradient,
      '∂L/∂bw': all.output.biasGradient,
      'new bm': all.hidden.nextBias,
      'new bw': all.output.nextBias,
    };
    const matrices: Record<string, [ArrayLike<number>, number]> = {
      '∂L/∂w': [all.output.kernelGradient, 3],
      '∂L/∂m': [all.hidden.kernelGradient, 2],
      'new w': [all.output.nextKernel, 3],
      'new m': [all.hidden.nextKernel, 2],
    };
    let compared = 0;
    for (const { part, name, value } of steps) {
      if (part === steps.at(-1)!.part) {
        if (name === 'loss') expect(all.nextLoss).toBeCloseTo(value, 6);
        continue;
      }
      const [, vector, at] = /^(.*?)(\d)$/.exec(name) ?? [];
      const [, matrix, i, j] = /^(.*)\[\D+(\d),\D*(\d)\]$/.exec(name) ?? [];
      const shown =
        name === 'loss'
          ? all.loss
          : matrix
            ? matrices[matrix]![0][(Number(i) - 1) * matrices[matrix]![1] + Number(j) - 1]
            : names[vector!]![Number(at) - 1];
      expect(shown, name).toBeCloseTo(value, 6);
      compared += 1;
    }
    // The forward pass, the backward pass and the step of the example.
    expect(compared).toBe(11 + 22 + 15);
  });

  it('finds the dead unit that the diagnosis finds', () => {
    const lab = labOf();
    const { model, data } = lab.runners[0]!;
    const { deadUnits: found } = diagnose(model, data.train.x, data.train.y).layers[0]!;
    expect(deadUnits(numbersOf(lab))).toEqual([...found]);
    expect(found).toEqual([1]);
  });

  it('keeps the shape of the example for any link, and names an overflow', () => {
    const lab = labOf({
      depth: 7,
      width: 9,
      networks: [{}, {}],
      optimizer: 'adam',
      own: { x1: 100 },
      rate: 100,
    });
    expect(lab.runners.map(({ model }) => model.config.layers.map(({ units }) => units))).toEqual([[2, 3]]);
    for (let step = 0; step < 60; step++) {
      lab.run(1);
      const { numbers, problem } = lab.view!.frame!(lab) as Frame;
      expect(numbers === undefined).toBe(problem !== undefined);
    }
  });

  it('gives way to the data of the state in another view', () => {
    const lab = labOf();
    lab.set({ ...lab.state, view: 'race', own: {} });
    expect(lab.data.name).toBe('blobs');
    expect(lab.data.train.rows).toBe(420);
  });

  it('prints a program with the losses of the screen', () => {
    for (const activation of ['relu', 'prelu'] as const) {
      const lab = labOf({ activation, own: { w12: -0.4, label: 3 } });
      lab.run(4);
      const { loss, testLoss } = lab.runners[0]!.score()!;
      expect(printedLosses(lab.program('https://example.org/'))).toEqual([loss, testLoss]);
    }
  });
});
