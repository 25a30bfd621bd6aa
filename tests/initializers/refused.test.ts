/** Tests that initializers, their gains and their shapes refuse bad options and say why. */
import { describe, expect, it } from 'vitest';
import {
  constant,
  explainInitializer,
  heNormal,
  identity,
  kaimingNormal,
  lsuv,
  orthogonal,
  Rng,
  randomNormal,
  randomUniform,
  sparseNormal,
  torchGain,
  truncatedNormal,
  varianceScaling,
  xavierNormal,
} from '../../src/index.js';
import { drawThenScale } from '../../src/lab/index.js';
import { type Case, untyped } from '../support/refusals.js';

describe('an initializer refuses', () => {
  const cases: Case[] = [
    ['stddev < 0', () => randomNormal({ stddev: -1 }), RangeError, /^stddev: expected a number ≥ 0, got -1/],
    ['low = high', () => randomUniform({ low: 1, high: 1 }), RangeError, /^low, high: expected low < high/],
    [
      'constant NaN',
      () => constant({ value: Number.NaN }),
      RangeError,
      /^value: expected a finite number, got NaN/,
    ],
    ['shape with a 0', () => heNormal()([0, 3], new Rng(1)), RangeError, /^shape\[0\]: /],
    ['shape of three sides', () => heNormal()(untyped([2, 3, 4]), new Rng(1)), TypeError, /^shape: /],
    ['no rng', () => heNormal()([2, 3], untyped(undefined)), TypeError, /^rng: expected an Rng/],
    [
      'out too short',
      () => heNormal()([2, 3], new Rng(1), { out: new Float32Array(5) }),
      RangeError,
      /^out: expected 6/,
    ],
    [
      'shape with a negative side',
      () => heNormal()([3, -2], new Rng(1)),
      RangeError,
      /^shape\[1\]: .*got -2/,
    ],
    [
      'shape with half a side',
      () => orthogonal()([2.5, 2], new Rng(1)),
      RangeError,
      /^shape\[0\]: .*got 2\.5/,
    ],
    ['shape that is no array', () => heNormal()(untyped(6), new Rng(1)), TypeError, /^shape: .*got 6/],
    ['scale 0', () => varianceScaling({ scale: 0 }), RangeError, /^scale: expected a number > 0, got 0/],
    ['scale Infinity', () => varianceScaling({ scale: Infinity }), RangeError, /^scale: /],
    [
      'an unknown mode',
      () => varianceScaling({ mode: untyped('fan_in') }),
      TypeError,
      /^mode: .*did you mean 'fanIn'/,
    ],
    [
      'an unknown distribution',
      () => varianceScaling({ distribution: untyped('gauss') }),
      TypeError,
      /^distribution: /,
    ],
    ['an unknown option', () => varianceScaling(untyped({ skale: 2 })), TypeError, /did you mean 'scale'/],
    ['a gain whose square is 0', () => xavierNormal({ gain: 1e-200 }), RangeError, /^gain: .*got 1e-200/],
    [
      'a scale that is a symbol',
      () => varianceScaling({ scale: untyped(Symbol('s')) }),
      TypeError,
      /^scale: .*Symbol/,
    ],
    [
      'a mode that is a symbol',
      () => varianceScaling({ mode: untyped(Symbol('s')) }),
      TypeError,
      /^mode: .*Symbol/,
    ],
    ['gain 0', () => xavierNormal({ gain: 0 }), RangeError, /^gain: expected a number > 0, got 0/],
    [
      'an unknown nonlinearity',
      () => kaimingNormal({ nonlinearity: untyped('leaky_relu') }),
      TypeError,
      /^nonlinearity: .*'leakyRelu'/,
    ],
    ['kaiming by fanAvg', () => kaimingNormal({ mode: untyped('fanAvg') }), TypeError, /^mode: /],
    [
      'sparsity 1.1',
      () => sparseNormal({ sparsity: 1.1 }),
      RangeError,
      /^sparsity: expected a share from 0 to 1, got 1\.1/,
    ],
    ['sparsity −0.1', () => sparseNormal({ sparsity: -0.1 }), RangeError, /^sparsity: /],
    ['truncated upside down', () => truncatedNormal({ low: 2, high: -2 }), RangeError, /^low, high: /],
    ['a draw that is none', () => drawThenScale({ draw: untyped('randomNormal') }), TypeError, /^draw: /],
    ['torchGain of an unknown name', () => torchGain(untyped('rellu')), TypeError, /^activation: .*'relu'/],
    [
      'a constant that is infinite as f32',
      () => constant({ value: 1e39 }),
      RangeError,
      /^value: .*32-bit float/,
    ],
    [
      'a scale whose deviation is',
      () => varianceScaling({ scale: 1e90 }),
      RangeError,
      /^√scale: .*32-bit float/,
    ],
    ['a gain that is', () => xavierNormal({ gain: 1e39 }), RangeError, /^gain: .*32-bit float/],
    [
      'a slope that leaves no gain',
      () => kaimingNormal({ negativeSlope: 1e200 }),
      RangeError,
      /^negativeSlope: /,
    ],
    [
      'a shape larger than any array',
      () => heNormal()([2 ** 20, 2 ** 20], new Rng(1)),
      RangeError,
      /^shape: \[1048576, 1048576\] has/,
    ],
    [
      'constant of a number',
      () => constant(untyped(0.1)),
      TypeError,
      /^constant: expected an object, got 0.1/,
    ],
    ['identity of a number', () => identity(untyped(2)), TypeError, /^identity: expected an object, got 2/],
    [
      'stddev for std in sparseNormal',
      () => sparseNormal(untyped({ stddev: 1 })),
      TypeError,
      /^sparseNormal\.stddev: .*'std'/,
    ],
    [
      'explainInitializer without a shape',
      () => explainInitializer('heNormal', untyped(undefined)),
      TypeError,
      /^shape: /,
    ],
    ['lsuv of no model', () => lsuv(untyped({}), [[1]]), TypeError, /^model: expected an MLP/],
  ];
  it.each(cases)('%s', (_what, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});
