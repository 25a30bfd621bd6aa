/** Tests the copy of the optimizer's state against steps worked by hand and against saved files. */
import { describe, expect, it } from 'vitest';
import { adam, type BackendName, MLP, prelu, Rng, StateError, sgd } from '../../src/index.js';
import { readFloats } from '../../src/saving/floats.js';

const x = new Rng(1).normal(20 * 3);
const y = new Rng(2).normal(20);
const network = (
  optimizer: ReturnType<typeof sgd> | ReturnType<typeof adam>,
  backend: BackendName = 'wasm',
) => {
  const model = new MLP<BackendName>({
    inputSize: 3,
    layers: [{ units: 4, activation: prelu(), batchNorm: true }, { units: 1 }],
    seed: 1,
    backend,
  });
  model.compile({ loss: 'meanSquaredError', optimizer });
  return model;
};

describe('optimizerState', () => {
  it('has no states for plain sgd, and zeros before the first step', () => {
    expect(network(sgd()).optimizerState()).toEqual({ optimizer: 'sgd', step: 0, states: {} });
    const { step, states } = network(adam()).optimizerState();
    expect(step).toBe(0);
    expect(Object.keys(states)).toEqual(['firstMoment', 'secondMoment']);
    for (const layers of Object.values(states)) {
      expect(layers.map((layer) => Object.keys(layer))).toEqual([
        ['kernel', 'bias', 'gamma', 'beta', 'slopes'],
        ['kernel', 'bias'],
      ]);
      for (const layer of layers) {
        for (const values of Object.values(layer)) expect(values.every((value) => value === 0)).toBe(true);
      }
    }
  });

  it.each(['wasm', 'javascript64'] as const)('is (1 − β) g after one step of adam on %s', (backend) => {
    const model = network(adam({ beta1: 0.9, beta2: 0.99 }), backend);
    const { layers } = model.gradients(x, y, { training: true });
    model.trainOnBatch(x, y);
    const { step, states } = model.optimizerState();
    expect(step).toBe(1);
    const [first, second] = [states.firstMoment![0]!.kernel!, states.secondMoment![0]!.kernel!];
    const gradients = layers[0]!.kernel;
    expect(first).toBeInstanceOf(backend === 'wasm' ? Float32Array : Float64Array);
    for (let i = 0; i < gradients.length; i++) {
      expect(Math.abs(first[i]! - 0.1 * gradients[i]!)).toBeLessThan(1e-7);
      expect(Math.abs(second[i]! - 0.01 * gradients[i]! ** 2)).toBeLessThan(1e-7);
    }
  });

  it('is what a saved file holds, and a copy', () => {
    const model = network(sgd({ learningRate: 0.1, momentum: 0.9 }));
    model.trainOnBatch(x, y);
    const { states } = model.optimizerState();
    const { tensors } = readFloats(model.save());
    // The file has the layout of PyTorch, which transposes kernels.
    const sorted = (values: ArrayLike<number>) => Array.from(values).sort((a, b) => a - b);
    const saved = [...tensors].filter(([name]) => name.startsWith('optimizer.momentum.'));
    expect(saved.map(([, { values }]) => sorted(values))).toContainEqual(
      sorted(states.momentum![0]!.kernel!),
    );
    const before = model.save();
    states.momentum![0]!.kernel!.fill(7);
    expect(model.save()).toEqual(before);
    expect(model.optimizerState().states.momentum![0]!.kernel![0]).not.toBe(7);
    expect(MLP.load(before).optimizerState()).toEqual(model.optimizerState());
  });

  it('needs a compiled model', () => {
    expect(() => new MLP({ inputSize: 2, layers: [{ units: 1 }] }).optimizerState()).toThrow(StateError);
  });
});
