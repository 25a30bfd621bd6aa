import { describe, expect, it } from 'vitest';
import { lsuv, MLP, randomNormal } from '../../src/index.js';
import { arrangements, normalInputs } from '../support/networks.js';

const ROWS = 500;
const x = normalInputs(ROWS, 20);

function model(activation: 'tanh' | 'relu' | 'sigmoid', options: object = {}) {
  const layers = [40, 30, 20].map((units) => ({ units, activation }) as const);
  return new MLP({ inputSize: 20, layers: [...layers, { units: 4 }], seed: 6, ...options });
}

/** Variance of every layer's preactivations, measured from outside by cutting the model. */
function variances(full: ReturnType<typeof model>, activation: 'tanh' | 'relu' | 'sigmoid'): number[] {
  const weights = full.getWeights();
  return weights.map((_, l) => {
    const layers = weights.slice(0, l + 1).map(({ bias }, i) => {
      return { units: bias.length, activation: i === l ? ('identity' as const) : activation };
    });
    const cut = new MLP({ inputSize: 20, layers });
    cut.setWeights(weights.slice(0, l + 1));
    const z = Array.from(cut.predict(x));
    const mean = z.reduce((sum, value) => sum + value, 0) / z.length;
    return z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / z.length;
  });
}

describe('lsuv', () => {
  it.each(['tanh', 'relu', 'sigmoid'] as const)(
    'brings every layer of a %s network to variance 1',
    (activation) => {
      const tuned = model(activation);
      const report = lsuv(tuned, x, { tolerance: 0.02 });
      expect(report).toHaveLength(4);
      const measured = variances(tuned, activation);
      for (const [l, { iterations, variance }] of report.entries()) {
        expect(Math.abs(measured[l]! - 1)).toBeLessThan(0.02);
        expect(variance).toBeCloseTo(measured[l]!, 4);
        expect(iterations).toBeLessThanOrEqual(10);
      }
      // The first layer is linear in its kernel, so that one division is enough.
      expect(report[0]!.iterations).toBeLessThanOrEqual(1);
    },
  );

  it.each(arrangements)('works on $name', ({ backend, arithmetic }) => {
    const tuned = new MLP({
      inputSize: 20,
      layers: [{ units: 10, activation: 'relu' }, { units: 3 }],
      backend,
      arithmetic,
    });
    for (const { variance } of lsuv(tuned, x)) expect(Math.abs(variance - 1)).toBeLessThan(0.1);
  });

  it('starts from orthonormal kernels', () => {
    const tuned = model('tanh');
    // With this tolerance nothing is rescaled, so that the start remains.
    lsuv(tuned, x, { tolerance: 1e6 });
    const { kernel } = tuned.getWeights()[1]!;
    for (let c = 0; c < 30; c++) {
      let dot = 0;
      for (let r = 0; r < 40; r++) dot += kernel[r * 30 + c]! * kernel[r * 30]!;
      expect(dot).toBeCloseTo(c === 0 ? 1 : 0, 5);
    }
  });

  it('names a dead layer, and leaves the model as it was', () => {
    const dead = new MLP({
      inputSize: 20,
      layers: [
        { units: 5, activation: 'relu', biasInitializer: () => new Float32Array(5).fill(-1e6) } as never,
        { units: 3 },
      ],
    });
    const before = dead.getWeights();
    expect(() => lsuv(dead, x)).toThrow(RangeError);
    expect(() => lsuv(dead, x)).toThrow(
      /^layers\[1\]: its preactivations have variance 0 over the rows of x/,
    );
    expect(dead.getWeights()).toEqual(before);
    expect(() => lsuv(model('tanh'), new Float32Array(20))).toThrow(/^layers\[0\]: /);
  });

  it('names a layer that is constant over the rows, though its units differ', () => {
    const row = normalInputs(1, 20);
    const rows = Array.from({ length: 50 }, () => Array.from(row));
    expect(() => lsuv(model('tanh'), rows)).toThrow(
      /^layers\[0\]: .*variance \S+ over the rows of x; a constant or dead layer/,
    );
    expect(() => lsuv(model('tanh'), row)).toThrow(/^layers\[0\]: /);
  });

  it('names a layer whose biases alone give a variance above 1', () => {
    const biasInitializer = randomNormal({ stddev: 5 });
    const biased = new MLP({
      inputSize: 20,
      layers: [{ units: 16, activation: 'relu', biasInitializer }, { units: 2 }],
    });
    const before = biased.getWeights();
    expect(() => lsuv(biased, x)).toThrow(/^layers\[0\]: after 10 rounds .*the biases/);
    expect(biased.getWeights()).toEqual(before);
  });

  it('refuses options out of range', () => {
    expect(() => lsuv(model('tanh'), x, { tolerance: 0 })).toThrow(/^tolerance: /);
    expect(() => lsuv(model('tanh'), x, { maxIterations: 0 })).toThrow(/^maxIterations: /);
    expect(() => lsuv(model('tanh'), x, { tolerence: 1 } as never)).toThrow(/did you mean 'tolerance'/);
    expect(() => lsuv(model('tanh', { inputScaling: 'zScore' }), x)).toThrow(/adapt/);
  });
});
