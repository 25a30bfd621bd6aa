/** Tests simulated networks against Figure 7.4's numbers, the exact scaling law of ReLU and plain loops. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { glorotUniform, randomNormal } from '../../src/index.js';
import { type Propagation, propagate, propagateAsync } from '../../src/theory/index.js';
import { expectBlock } from '../support/compare.js';
import { type KnownActivation, pointwise, propagated } from '../support/propagated.js';

interface Curves {
  readonly mean_ln_var: number[];
  readonly sd_ln_var: number[];
  readonly q50: number[];
}
const golden = JSON.parse(readFileSync(new URL('../golden/fig74.json', import.meta.url), 'utf8')) as {
  forward_0_02: Curves;
  backward_0_02: Curves;
  float32_100_networks: Record<string, Record<string, [number, number, number] | null>>;
};

const [DEPTH, WIDTH, NETWORKS] = [50, 100, 200];
const kernelVariances = [0.001, 0.01, 0.02, 0.1, 1];
const figure = new Map<number, Propagation>();

function simulated(kernelVariance: number): Propagation {
  const known = figure.get(kernelVariance);
  if (known) return known;
  const made = propagate({
    depth: DEPTH,
    width: WIDTH,
    activation: 'relu',
    kernelVariance,
    networks: NETWORKS,
    seed: 1,
  });
  figure.set(kernelVariance, made);
  return made;
}

/**
 * Returns what a kernel variance other than 0.02 adds to ln variance. Forward, kernels count from the input; backward, from
 * the output.
 */
function shift(side: 'forward' | 'backward', l: number, kernelVariance: number): number {
  return (side === 'forward' ? l + 1 : DEPTH - l) * Math.log(kernelVariance / 0.02);
}

describe.each(kernelVariances)('Figure 7.4, σ² = %f', (kernelVariance) => {
  it.each(['forward', 'backward'] as const)('%s', (side) => {
    const { mean_ln_var: means, sd_ln_var: deviations, q50 } = golden[`${side}_0_02`];
    simulated(kernelVariance).layers.forEach((layer, l) => {
      const tolerance = (4 * deviations[l]!) / Math.sqrt(NETWORKS);
      const law = shift(side, l, kernelVariance);
      expect(Math.abs(layer[side].mean - means[l]! - law)).toBeLessThan(tolerance);
      // The standard error of a median is √(π/2) that of a mean, and a deviation's is √½ of it.
      expect(Math.abs(layer[side].q50 - q50[l]! - law)).toBeLessThan(1.2534 * tolerance);
      expect(Math.abs(layer[side].std - deviations[l]!)).toBeLessThan(tolerance * Math.SQRT1_2);
      expect(layer[side].excluded).toBe(0);
    });
  });

  it('finds the layers at which an f32 run lost the signal', () => {
    const { float32 } = simulated(kernelVariance);
    const measured = golden.float32_100_networks[`${kernelVariance}`] ?? golden.float32_100_networks['1.0']!;
    for (const [limit, name] of [
      ['overflow', 'preactivation_inf_layer_min_max_count'],
      ['varianceOverflow', 'float32_variance_overflow'],
      ['varianceVanishes', 'float32_variance_below_normal'],
      ['varianceZero', 'float32_variance_exact_zero'],
    ] as const) {
      const range = measured[name];
      if (!range) expect(float32[limit]).toBeUndefined();
      else {
        expect(float32[limit]).toBeGreaterThanOrEqual(range[0]);
        expect(float32[limit]).toBeLessThanOrEqual(range[1]);
      }
    }
    expect(float32.vanishes).toBeUndefined();
  });

  it('obeys the scaling law exactly on equal draws', () => {
    simulated(kernelVariance).layers.forEach((layer, l) => {
      for (const side of ['forward', 'backward'] as const) {
        const [ours, base] = [layer[side], simulated(0.02).layers[l]![side]];
        const law = shift(side, l, kernelVariance);
        for (const key of ['mean', 'q05', 'q50', 'q95'] as const) {
          expect(Math.abs(ours[key] - base[key] - law)).toBeLessThan(1e-12 * Math.max(1, Math.abs(law)));
        }
      }
    });
  });
});

describe('plain loops agree', () => {
  function expectEqual(options: Parameters<typeof propagated>[0], tolerance: number): void {
    const { layers } = propagate({ ...options, networks: 1 });
    const expected = propagated(options, 0);
    for (const side of ['forward', 'backward'] as const) {
      layers.forEach((layer, l) => {
        const { mean, q05, q95, std } = layer[side];
        expect(Math.abs(mean - expected[side][l]!)).toBeLessThan(tolerance);
        expect([q05, q95, std]).toEqual([mean, mean, 0]);
      });
    }
  }

  const activations = Object.keys(pointwise) as KnownActivation[];
  const homogeneous: readonly string[] = ['identity', 'relu', 'leakyRelu', 'prelu', 'squaredRelu'];
  it.each(activations)('%s', (activation) => {
    const tolerance = homogeneous.includes(activation) ? 1e-12 : 2e-5;
    const options = { activation, depth: 8, width: 21, seed: 'plain' };
    expectEqual({ ...options, kernelVariance: 0.08 }, tolerance);
    expectEqual({ ...options, kernelVariance: 0.03, biasVariance: 0.2, inputVariance: 3 }, tolerance);
    expectEqual({ ...options, kernelInitializer: glorotUniform() }, tolerance);
  });

  it.each(['selu', 'elu', 'silu', 'hardSwish', 'softplus', 'prelu'] as const)(
    '%s far beyond f32',
    (activation) => {
      expectEqual({ activation, depth: 60, width: 20, kernelVariance: 40, seed: 2 }, 2e-5);
    },
  );

  it.each(['tanh', 'selu', 'elu', 'silu', 'softsign', 'leakyRelu'] as const)(
    '%s far below f32',
    (activation) => {
      expectEqual({ activation, depth: 40, width: 20, kernelVariance: 1e-5, seed: 3 }, 2e-5);
    },
  );

  it('draws kernels again that do not fit into memory, with the same values', () => {
    expectEqual({ activation: 'relu', depth: 9, width: 1000, kernelVariance: 0.002 }, 1e-12);
  });
});

it('has the values computed by hand for two units and two layers', () => {
  // x = (x₀, x₁) through [[1, −2], [0, 0]] twice, relu: z¹ = (x₀, −2x₀), z² = (r, −2r) with r = max(0, x₀) or, for x₀ < 0, 0.
  const kernel = Object.assign(
    (shape: readonly number[]) => Float32Array.from(shape[1] === 2 ? [1, -2, 0, 0] : [3, 5]),
    { config: { name: 'byHand' } },
  );
  const { layers, kernelVariance } = propagate({
    depth: 2,
    width: 2,
    activation: 'identity',
    kernelInitializer: kernel,
    networks: 1,
  });
  // z² = (x₀, −2x₀) again; dz² = (3, 5), dz¹ = (3 − 10, 0). The variance of (p, q) is (p − q)²/4.
  expect(layers[1]!.forward.mean).toBeCloseTo(layers[0]!.forward.mean, 14);
  expect(layers[1]!.backward.mean).toBeCloseTo(Math.log(1), 14);
  expect(layers[0]!.backward.mean).toBeCloseTo(Math.log(49 / 4), 14);
  // The values 1, −2, 0, 0 have mean −¼ and mean square 5/4.
  expect(kernelVariance).toBe(5 / 4 - 1 / 16);
});

it('runs the one-line call of the plan', () => {
  const { kind, layers, networks, activationName, kernelVariance } = propagate({
    depth: 50,
    width: 100,
    activation: 'relu',
    kernelVariance: 0.02,
    networks: 200,
    seed: 1,
  });
  expect({ kind, networks, activationName, kernelVariance }).toEqual({
    kind: 'propagation',
    networks: 200,
    activationName: 'relu',
    kernelVariance: 0.02,
  });
  expect(layers.map(({ layer }) => layer)).toEqual(Array.from({ length: 50 }, (_, l) => l + 1));
  for (const { forward, backward, theory } of layers) {
    expect(Math.abs(forward.mean - theory.forwardMean)).toBeLessThan(
      (4 * theory.forwardStd) / Math.sqrt(200),
    );
    expect(Math.abs(backward.mean - theory.backwardMean)).toBeLessThan(
      (4 * theory.backwardStd) / Math.sqrt(200),
    );
  }
});

describe('squaredRelu, which squares the size of a signal in each layer', () => {
  const options = { depth: 14, width: 100, activation: 'squaredRelu', networks: 100, seed: 6 } as const;
  const simulated = (kernelVariance: number) => propagate({ ...options, kernelVariance });

  it('multiplies layer l’s variance by c^(2^l − 1) if kernels have c times the variance', () => {
    const [base, larger] = [simulated(1 / 100), simulated(3 / 100)];
    larger.layers.forEach(({ layer, forward }, l) => {
      const law = (2 ** layer - 1) * Math.log(3);
      expect(Math.abs(forward.q50 - base.layers[l]!.forward.q50 - law)).toBeLessThan(
        1e-12 * Math.max(1, law),
      );
    });
  });

  it('explodes or vanishes at the layers theory expects, where f32 loses it', () => {
    // q ↦ 1.5 · width · kernelVariance · q². A kernel variance of 2 / 300 keeps q = 1; larger or smaller ones run away.
    const [larger, smaller] = [simulated(5 / 100), simulated(1 / 400)];
    for (const { layers } of [larger, smaller]) {
      layers.forEach(({ layer, forward, theory }, l) => {
        if (l > 0) {
          const { kernelVariance } = layers === larger.layers ? larger : smaller;
          const before = layers[l - 1]!.theory.forward;
          const next = Math.log(150 * kernelVariance) + 2 * before;
          expect(Math.abs(theory.forward - next)).toBeLessThan(1e-6 * Math.max(1, Math.abs(next)));
        }
        const error = (4 * theory.forwardStd) / Math.sqrt(100);
        expect(Math.abs(forward.mean - theory.forwardMean), `layer ${layer}`).toBeLessThan(error);
      });
    }
    // f32 ends at 3.4e38, where ln of the square is 177, and at 1e-45.
    const first = (found: Propagation, is: (ln: number) => boolean) =>
      found.layers.find(({ forward }) => is(forward.q50))!.layer;
    expect(larger.float32.overflow).toBe(first(larger, (ln) => ln > 177));
    expect(larger.float32.vanishes).toBeUndefined();
    expect(smaller.float32.vanishes).toBe(first(smaller, (ln) => ln < -206));
    expect(smaller.float32.overflow).toBeUndefined();
  });

  it('is left out only once the logarithm of its size leaves f64', () => {
    const { layers, float32 } = propagate({ ...options, width: 60, depth: 1100, networks: 3 });
    expect(layers[1000]!.forward.excluded).toBe(0);
    expect(layers[1099]!.forward).toMatchObject({ excluded: 3, mean: Number.NaN });
    expect(Math.abs(layers[1099]!.theory.forwardMean)).toBe(Infinity);
    expect(float32.overflow ?? float32.vanishes).toBeLessThan(20);
  });
});

it('reports variances beyond the range of f64', () => {
  const options = { depth: 500, width: 20, activation: 'relu', networks: 20, seed: 4 } as const;
  const [balanced, exploding, vanishing] = [0.1, 1e3, 1e-5].map((kernelVariance) =>
    propagate({ ...options, kernelVariance }),
  ) as [Propagation, Propagation, Propagation];
  const law = (to: number) => 500 * Math.log(to / 0.1);
  const last = ({ layers }: Propagation) => layers[499]!.forward.q50;
  expect(last(exploding) - last(balanced)).toBeCloseTo(law(1e3), 8);
  expect(last(vanishing) - last(balanced)).toBeCloseTo(law(1e-5), 8);
  expect(exploding.float32.overflow).toBeLessThan(40);
  expect(vanishing.float32.vanishes).toBeLessThan(40);
});

it.each(['javascript', 'javascript64'] as const)('%s agrees with wasm to the rounding of sums', (backend) => {
  const options = { depth: 30, width: 40, kernelVariance: 0.06, networks: 5, seed: 5 } as const;
  const numbers = ({ layers }: Propagation) =>
    layers.flatMap(({ forward, backward }) =>
      [forward, backward].flatMap((s) => [s.mean, s.std, s.q05, s.q50, s.q95]),
    );
  const both = (activation: 'relu' | 'tanh') =>
    [backend, 'wasm' as const].map((name) =>
      numbers(propagate({ ...options, activation, backend: name })),
    ) as [number[], number[]];
  expectBlock(...both('relu'), 1e-12);
  expectBlock(...both('tanh'), 1e-5);
});

it('network i does not depend on the number of networks', () => {
  const options = { depth: 3, width: 5, activation: 'gelu', kernelVariance: 0.4, seed: 6 } as const;
  const three = propagate({ ...options, networks: 3 }).layers[2]!.forward;
  const [one, two] = [1, 2].map(
    (networks) => propagate({ ...options, networks }).layers[2]!.forward.mean,
  ) as [number, number];
  const values = [one, 2 * two - one, 3 * three.mean - 2 * two].sort((a, b) => a - b);
  expect(three.q50).toBeCloseTo(values[1]!, 12);
  expect(three.q95).toBeCloseTo(values[1]! + 0.9 * (values[2]! - values[1]!), 12);
});

it('leaves out and counts networks whose units are all equal or dead', () => {
  // Two relu units are both dead in a quarter of the networks.
  const { layers } = propagate({
    depth: 3,
    width: 2,
    activation: 'relu',
    kernelVariance: 1,
    networks: 400,
    seed: 7,
  });
  expect(layers[0]!.forward.excluded).toBe(0);
  expect(Math.abs(layers[1]!.forward.excluded / 400 - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 400));
  expect(layers[2]!.forward.excluded).toBeGreaterThan(layers[1]!.forward.excluded);
  expect(layers[2]!.forward.mean).not.toBeNaN();
});

it('propagateAsync returns the result of propagate, reports progress and can be aborted', async () => {
  const options = { depth: 20, width: 60, activation: 'tanh', kernelVariance: 0.02, networks: 200 } as const;
  const seen: number[][] = [];
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const onProgress = (done: number, networks: number) => seen.push([done, networks]);
  const result = await propagateAsync({ ...options, onProgress });
  clearInterval(timer);
  expect(result).toEqual(propagate(options));
  expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => [i + 1, 200]));
  expect(turns).toBeGreaterThan(0);

  const controller = new AbortController();
  const aborted = propagateAsync({
    ...options,
    signal: controller.signal,
    onProgress: (done) => {
      if (done === 3) controller.abort(new Error('enough'));
      expect(done).toBeLessThan(4);
    },
  });
  await expect(aborted).rejects.toThrow('enough');
});

it.each([
  ['theory of deep networks', { depth: 2000, width: 2 }],
  ['one network of wide layers', { depth: 40, width: 300 }],
])('propagateAsync can be aborted within %s', async (_, size) => {
  // The thirtieth query aborts, well before the first network is done.
  let asked = 0;
  const signal = {
    get aborted() {
      return ++asked > 30;
    },
    reason: new Error('enough'),
  };
  let networks = 0;
  const onProgress = () => networks++;
  const running = propagateAsync({ ...size, activation: 'relu', networks: 2, signal, onProgress });
  await expect(running).rejects.toThrow('enough');
  expect(networks).toBe(0);
});

it('draws by the initializer and reports its variance', () => {
  const options = { depth: 2, width: 50, activation: 'relu', networks: 2 } as const;
  expect(propagate({ ...options }).kernelVariance).toBeCloseTo(2 / 50, 12);
  expect(propagate({ ...options, kernelInitializer: { name: 'lecunUniform' } }).kernelVariance).toBeCloseTo(
    1 / 50,
    12,
  );
  expect(propagate({ ...options, kernelInitializer: randomNormal({ stddev: 0.5 }) }).kernelVariance).toBe(
    0.25,
  );
});

it('theory uses the output kernel’s own variance, which has fanOut 1', () => {
  const options = { depth: 3, width: 100, activation: 'relu', networks: 2 } as const;
  const last = (kernelInitializer: 'glorotUniform' | 'lecunUniform') =>
    propagate({ ...options, kernelInitializer }).layers[2]!.theory.backward;
  // E[w²] · E[f′²]. Glorot's E[w²] is 2 / (100 + 1) at the output and 1 / 100 in the layers before.
  expect(last('glorotUniform')).toBeCloseTo(Math.log(2 / 101 / 2), 12);
  expect(last('lecunUniform')).toBeCloseTo(Math.log(1 / 100 / 2), 12);
});

describe('paths', () => {
  const options = { depth: 4, width: 10, activation: 'tanh', networks: 7, seed: 3 } as const;

  it('hold the values that the statistics are of, one array per network', () => {
    const { layers, paths } = propagate({ ...options, paths: true });
    for (const side of ['forward', 'backward'] as const) {
      expect(paths![side].map(({ length }) => length)).toEqual(Array(7).fill(4));
      layers.forEach((layer, l) => {
        const values = paths![side].map((path) => path[l]!);
        expect(values.reduce((sum, value) => sum + value / 7, 0)).toBeCloseTo(layer[side].mean, 12);
        expect([...values].sort((a, b) => a - b)[3]).toBe(layer[side].q50);
      });
    }
    // A network does not depend on the number of networks.
    const fewer = propagate({ ...options, networks: 2, paths: true }).paths!;
    expect(fewer.forward).toEqual(paths!.forward.slice(0, 2));
  });

  it('are absent unless asked for', () => {
    expect(propagate(options)).not.toHaveProperty('paths');
    expect(() => propagate({ ...options, paths: 1 as never })).toThrow(/^paths: /);
  });
});

it('theory that is kept for repeated networks cannot be changed through a report', () => {
  const options = { depth: 3, width: 10, activation: 'relu', networks: 1 } as const;
  const first = propagate(options);
  const expected = structuredClone(first.layers[2]!.theory);
  (first.layers[2]!.theory as { forward: number }).forward = 99;
  expect(propagate({ ...options, seed: 5 }).layers[2]!.theory).toEqual(expected);
});
