import { describe, expect, it } from 'vitest';
import { explainInitializer, heNormal, MLP, type PresetName, Rng, randomNormal } from '../../src/index.js';

const FAN_IN = 400;
const UNITS = 300;

describe('a preset', () => {
  // The rows have the variance of the kernel and the half-width of the bias, by each library's documentation.
  const rows: readonly (readonly [preset: PresetName, variance: number, bias: number])[] = [
    ['torch', 1 / (3 * FAN_IN), 1 / Math.sqrt(FAN_IN)],
    ['keras', 2 / (FAN_IN + UNITS), 0],
    ['tfjs', (0.87962566103423978 ** 2 * 2) / (FAN_IN + UNITS), 0],
    ['flax', 1 / FAN_IN, 0],
    ['lecture', 2 / FAN_IN, 0],
  ];
  it.each(rows)('%s starts a layer like that library', (preset, variance, limit) => {
    const layers = [{ units: UNITS, activation: 'tanh' }] as const;
    const [{ kernel, bias }] = new MLP({ inputSize: FAN_IN, layers, preset }).getWeights() as [
      { kernel: Float32Array; bias: Float32Array },
    ];
    const measured = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
    expect(Math.abs(measured / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / kernel.length));
    const widest = Math.max(...bias.map(Math.abs));
    expect(widest).toBeLessThanOrEqual(limit);
    expect(widest).toBeGreaterThanOrEqual(0.95 * limit);
  });

  it('does not change a layer that names its own initializer', () => {
    const layers = [{ units: 3, kernelInitializer: heNormal() }];
    const kernel = (options: object) => new MLP({ inputSize: 4, layers, ...options }).getWeights()[0]!.kernel;
    expect(kernel({ preset: 'torch' })).toEqual(kernel({}));
  });

  it('is refused with the nearest name if it is unknown', () => {
    const make = () => new MLP({ inputSize: 4, layers: [{ units: 3 }], preset: 'pytorch' as 'torch' });
    expect(make).toThrow(/^preset: unknown name 'pytorch'; did you mean 'torch'/);
  });
});

describe('explainInitializer', () => {
  it('prints the numbers of the lectures’ listings for 50-80-100', () => {
    const { expected, drawn } = explainInitializer('glorotNormal', [50, 80]);
    expect(Math.sqrt(expected!.variance)).toBeCloseTo(0.124, 3);
    expect(Math.sqrt(drawn.variance)).toBeCloseTo(0.124, 2);
    expect(explainInitializer('glorotUniform', [80, 100]).expected!.limit).toBeCloseTo(0.183, 3);
    expect(explainInitializer('heNormal', [80, 100]).expected).toMatchObject({
      distribution: 'truncated normal',
      formula: 'Var = 2 / fanIn',
      mean: 0,
    });
  });

  it('measures the drawn values', () => {
    const { drawn, values } = explainInitializer(randomNormal({ mean: 3, stddev: 0.5 }), [7, 11], {
      rng: new Rng(5),
    });
    expect(values).toEqual(randomNormal({ mean: 3, stddev: 0.5 })([7, 11], new Rng(5)));
    expect(drawn).toMatchObject({ n: 77, min: Math.min(...values), max: Math.max(...values) });
  });

  it('accepts a custom initializer, of which only the drawn values are known', () => {
    const halves = Object.assign(() => new Float32Array(6).fill(0.5), { config: { name: 'halves' } });
    const explanation = explainInitializer(halves, [2, 3]);
    expect(explanation.expected).toBeUndefined();
    expect(explanation).toMatchObject({ config: { name: 'halves' }, drawn: { mean: 0.5, variance: 0 } });
  });
});
