/** `explainActivation` agrees with closed formulas for flat parts, gains, fixed points and curves. */
import { describe, expect, it } from 'vitest';
import { type Activation, elu, explainActivation, leakyRelu, prelu } from '../../src/index.js';
import { activationFacts } from '../../src/theory/activation-facts.js';
import { varianceMap } from '../../src/theory/index.js';
import { type KnownActivation, pointwise } from '../support/propagated.js';
import { untyped } from '../support/refusals.js';

type OfOneNumber = Exclude<Activation, 'softmax'>;
const names = Object.keys(activationFacts) as (keyof typeof activationFacts)[];

/** Ends of the flat parts, where the derivative is a hundredth of its largest, solved for z. */
const flat: [activation: OfOneNumber, below: number | undefined, above: number | undefined][] = [
  ['identity', undefined, undefined],
  ['step', 0, 0],
  // σ(1 − σ) = 1/400, a quadratic equation for σ.
  [
    'sigmoid',
    Math.log((1 - Math.sqrt(0.99)) / (1 + Math.sqrt(0.99))),
    Math.log((1 + Math.sqrt(0.99)) / (1 - Math.sqrt(0.99))),
  ],
  // sech² z = 1/100
  ['tanh', -Math.acosh(10), Math.acosh(10)],
  ['softsign', -9, 9],
  ['hardSigmoid', -3, 3],
  ['softplus', -Math.log(99), undefined],
  ['elu', -Math.log(100), undefined],
  ['selu', -Math.log(100), undefined],
  ['relu', 0, undefined],
  ['squaredRelu', 0, undefined],
  ['hardSwish', -3, undefined],
  ['leakyRelu', undefined, undefined],
  [leakyRelu({ negativeSlope: 0.005 }), 0, undefined],
  [leakyRelu({ negativeSlope: 200 }), undefined, 0],
  [prelu(), undefined, undefined],
  [elu({ alpha: 0.001 }), 0, undefined],
];

describe('the flat parts', () => {
  it.each(flat)('begin for %j at %s and %s', (activation, below, above) => {
    const { saturation } = explainActivation(activation);
    for (const [found, expected] of [
      [saturation.below, below],
      [saturation.above, above],
    ]) {
      if (expected === undefined) expect(found).toBeUndefined();
      else expect(found).toBeCloseTo(expected, 9);
    }
  });

  it.each(names.filter((name): name is KnownActivation => name !== 'step'))('are flat for %s', (name) => {
    const { saturation } = explainActivation(name);
    const { slope } = pointwise[name];
    const z = Array.from({ length: 8001 }, (_, i) => (i - 4000) / 100);
    const largest = Math.max(...z.map((at) => Math.abs(slope(at))));
    const { below = -Infinity, above = Infinity } = saturation;
    const outside = z.filter((at) => at < below || at > above);
    expect(outside.every((at) => Math.abs(slope(at)) < 0.01 * largest)).toBe(true);
    if (Number.isFinite(below)) expect(outside.length).toBeGreaterThan(100);
  });
});

describe('gain and χ₁', () => {
  // E[f²] and E[f′²] of a normal z: halves for lines, third and first moments for squares.
  const half = (below: number) => 2 / (1 + below * below);
  it.each<[OfOneNumber, gain: number, chi: number]>([
    ['identity', 1, 1],
    ['step', Math.SQRT2, 0],
    ['relu', Math.SQRT2, 1],
    ['leakyRelu', Math.sqrt(half(0.01)), 1],
    ['prelu', Math.sqrt(half(0.25)), 1],
    ['squaredRelu', Math.sqrt(2 / 3), 4 / 3],
    ['selu', 1, 1.0715749],
  ])('for %j are %d and %d', (activation, gain, chi) => {
    const found = explainActivation(activation);
    expect(found.gain).toBeCloseTo(gain, 6);
    expect(found.chi).toBeCloseTo(chi, 6);
  });
});

describe('the fixed points', () => {
  it.each(names)('stay for %s, and variances near them move as said', (name) => {
    const { gain, fixedPoints } = explainActivation(name);
    const next = varianceMap({ activation: name, scale: gain * gain });
    if (fixedPoints === 'all') {
      for (const q of [0.01, 1, 100]) expect(next(q) / q).toBeCloseTo(1, 6);
      return;
    }
    expect(fixedPoints.map(({ variance }) => variance)).toContain(1);
    for (const { variance, stable } of fixedPoints) {
      expect(next(variance)).toBeCloseTo(variance, 6);
      // Beside the point, a stable one pulls a variance nearer and an unstable one pushes it away.
      for (const q of variance === 0 ? [1e-6] : [0.9 * variance, 1.1 * variance]) {
        const nearer = Math.abs(next(q) - variance) < Math.abs(q - variance);
        expect(nearer, `${q}`).toBe(stable);
      }
    }
  });

  it('are those of q ↦ q² for squaredRelu', () => {
    expect(explainActivation('squaredRelu').fixedPoints).toEqual([
      { variance: 0, stable: true },
      { variance: 1, stable: false },
    ]);
  });
});

describe('the curves', () => {
  it.each(names.filter((name): name is KnownActivation => name !== 'step'))(
    'are those of f and f′ for %s',
    (name) => {
      const { curves, kinks } = explainActivation(name);
      const { z, value, derivative } = curves;
      expect(z).toEqual([...z].sort((a, b) => a - b));
      expect(z[0]).toBe(-z.at(-1)!);
      for (const [i, at] of z.entries()) {
        expect(value[i]).toBeCloseTo(pointwise[name].value(at), 12);
        expect(derivative[i]).toBeCloseTo(pointwise[name].slope(at), 12);
      }
      // A jump is drawn at its place, not as a ramp.
      for (const kink of kinks) {
        const right = z.findIndex((at) => at > kink);
        expect(z[right]! - kink).toBeLessThan(1e-6);
        expect(z.some((at) => at < kink && kink - at < 1e-6)).toBe(true);
      }
    },
  );
});

it('has the options of an activation, and its name without aliases', () => {
  expect(explainActivation(elu({ alpha: 0.5 }))).toMatchObject({
    kind: 'activationExplanation',
    name: 'elu',
    activation: { name: 'elu', alpha: 0.5 },
    range: [-0.5, Infinity],
    kinks: [0],
  });
  expect(explainActivation('swish')).toEqual(explainActivation('silu'));
});

it.each([['softmax'], [{ name: 'softmax' }]])('refuses %j, which works on whole rows', (activation) => {
  expect(() => explainActivation(untyped(activation))).toThrow(/^activation: 'softmax' works on whole rows/);
});

it('refuses an unknown name', () => {
  expect(() => explainActivation(untyped('gellu'))).toThrow(
    /^activation: unknown name 'gellu'; did you mean 'gelu'/,
  );
});
