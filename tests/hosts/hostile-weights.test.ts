/** Tests that weights, initializers and a given scaling count as they were at the first read. */
import { describe, expect, it } from 'vitest';
import { heNormal, type Initializer, MLP, type MLPOptions, Rng } from '../../src/index.js';
import { growing, labels, lying, made, rows, stateOf, turning, x } from '../support/hostile.js';
import { untyped } from '../support/refusals.js';

describe('setWeights', () => {
  const given = () => made({ seed: 8 }).getWeights();

  it.each(['keras', 'torch', 'slides'] as const)('writes what it checked in the layout %s', (layout) => {
    const as = (kernel: number[], bias: number[]) =>
      layout === 'slides' ? { kernel: [...bias, ...kernel] } : { kernel, bias };
    const plain = given().map(({ kernel, bias }) => as([...kernel], [...bias]));
    const hostile = plain.map((layer) =>
      Object.fromEntries(Object.entries(layer).map(([name, values]) => [name, turning(values, Number.NaN)])),
    );
    const [honest, model] = [made(), made()];
    honest.setWeights(plain, { layout });
    model.setWeights(turning(hostile, undefined), { layout });
    expect(stateOf(model)).toEqual(stateOf(honest));
  });

  it('writes into no other tensor if one reports too small a length', () => {
    const model = made();
    const before = stateOf(model);
    const weights = given().map(({ kernel, bias }) => ({ kernel, bias }));
    const long = lying(new Float32Array(1000).fill(5), 8);
    expect(() => model.setWeights([{ ...weights[0]!, kernel: long }, weights[1]!])).toThrow(
      /^weights\[0\]\.kernel: expected 8 values, \[2, 4\], got 1000/,
    );
    expect(stateOf(model)).toEqual(before);
  });

  it('asks a getter once that would return another tensor later', () => {
    const model = made();
    const [first, second] = given();
    let reads = 0;
    const layer = {
      bias: first!.bias,
      get kernel() {
        return reads++ === 0 ? first!.kernel : new Float32Array(1000).fill(5);
      },
    };
    model.setWeights([layer, second!]);
    const honest = made();
    honest.setWeights([first!, second!]);
    expect(stateOf(model)).toEqual(stateOf(honest));
  });

  it('refuses changes by a getter that calls the model', () => {
    const model = made();
    const before = stateOf(model);
    const refusals: string[] = [];
    const attempts: Record<string, () => unknown> = {
      compile: () => model.compile({ loss: 'crossEntropy' }),
      trainOnBatch: () => model.trainOnBatch(x, labels),
      setWeights: () => model.setWeights(given()),
    };
    const x2 = new Proxy(rows, {
      get(target, key) {
        if (key === '3') {
          for (const [name, attempt] of Object.entries(attempts)) {
            try {
              attempt();
              refusals.push('none');
            } catch (error) {
              refusals.push((error as Error).message.replace(name, '…'));
            }
          }
          throw new Error('end');
        }
        return Reflect.get(target, key);
      },
    });
    expect(() => model.trainOnBatch(x2, labels)).toThrow('end');
    expect(refusals).toEqual(
      Array(3).fill('…: the model is being changed by trainOnBatch; await that call first'),
    );
    expect(stateOf(model)).toEqual(before);
    model.compile({ loss: 'crossEntropy' });
  });
});

describe('an initializer', () => {
  const layersOf = (kernelInitializer: Initializer): MLPOptions<'wasm'>['layers'] => [
    { units: 4, activation: 'tanh', kernelInitializer },
    { units: 3, activation: 'softmax' },
  ];
  const custom = (draw: (n: number) => unknown) =>
    Object.assign(([rows, columns = 1]: readonly number[]) => untyped<Float32Array>(draw(rows! * columns)), {
      config: { name: 'own' },
    }) as Initializer;

  it('writes into no other tensor if it returns more values than it reports', () => {
    const long = custom((n) => lying(new Float32Array(n + 100).fill(5), n));
    expect(() => made({ layers: layersOf(long) })).toThrow(
      /^layers\[0\]\.kernelInitializer: expected 8 values/,
    );
  });

  it('may draw for every layer into one array that it keeps', () => {
    const kept = new Float32Array(8);
    let draws = 0;
    const again = custom(() => kept.fill(++draws));
    const model = new MLP({
      inputSize: 2,
      layers: [
        { units: 4, kernelInitializer: again },
        { units: 2, kernelInitializer: again },
      ],
    });
    expect(model.getWeights().map(({ kernel }) => kernel[0])).toEqual([1, 2]);
  });

  it('fills the `out` of its caller, whatever length that reports', () => {
    const shape = [2, 3] as const;
    const draw = heNormal();
    const out = lying(new Float32Array(6), 1);
    draw(shape, new Rng(1), { out });
    expect(Array.from({ length: 6 }, (_, i) => out[i])).toEqual([...draw(shape, new Rng(1))]);
    expect(() => draw(shape, new Rng(1), { out: lying(new Float32Array(1), 6) })).toThrow(
      /^out: expected 6 values, got 1/,
    );
    expect(() => new Rng(1).normal(6, { out: lying(new Float32Array(1), 6) })).toThrow(
      /^out: expected 6 values, got 1/,
    );
  });
});

it('a given scaling uses the mean and std of the first read', () => {
  const honest = made({ inputScaling: { mean: [1, 2], std: [3, 4] } });
  const model = made({
    inputScaling: { mean: growing(turning([1, 2], Number.NaN)), std: turning([3, 4], -1) },
  });
  expect(stateOf(model)).toEqual(stateOf(honest));
});
