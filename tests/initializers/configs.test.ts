/** Every initializer can be made again from its config after a JSON round trip. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as root from '../../src/index.js';
import {
  type Initializer,
  type InitializerName,
  initializerFromConfig,
  initializerNames,
  Rng,
  type Shape,
  truncatedNormal,
} from '../../src/index.js';
import { resolveInitializer } from '../../src/initializers/from-config.js';
import * as lab from '../../src/lab/index.js';
import { drawThenScale } from '../../src/lab/index.js';
import { type Case, untyped } from '../support/refusals.js';

const library = { ...root, ...lab };

// JSON has no −0, which comes back as 0.
const number = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true }).map((value) => (value === 0 ? 0 : value));
const positive = number(1e-3, 100);
const plain = { distribution: fc.constantFrom('normal' as const, 'uniform' as const) };
const gain = { gain: positive };
const kaiming = {
  negativeSlope: number(-2, 2),
  mode: fc.constantFrom('fanIn' as const, 'fanOut' as const),
  nonlinearity: fc.constantFrom(...(['linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'selu'] as const)),
};

/** Initializer with some of its options given and the others left to their defaults. */
function made<Options extends object>(
  make: (options: Options) => Initializer,
  options: { [Option in keyof Options]: fc.Arbitrary<Options[Option]> },
): fc.Arbitrary<Initializer> {
  return fc.record(options, { requiredKeys: [] }).map((given) => make(given as Options));
}
const always = (make: () => Initializer) => fc.constant(null).map(() => make());

const initializers: { readonly [Name in InitializerName]: fc.Arbitrary<Initializer> } = {
  zeros: always(library.zeros),
  ones: always(library.ones),
  constant: made(library.constant, { value: number(-3, 3) }),
  identity: made(library.identity, { gain: number(-3, 3) }),
  randomNormal: made(library.randomNormal, { mean: number(-3, 3), stddev: number(0, 3) }),
  randomUniform: made(library.randomUniform, { low: number(-3, -1), high: number(1, 3) }),
  truncatedNormal: made(library.truncatedNormal, {
    mean: number(-3, 3),
    stddev: number(0, 3),
    low: fc.constantFrom(-Infinity, null, -2, -1.25),
    high: fc.constantFrom(Infinity, null, 2, 0.75),
  }),
  varianceScaling: made(library.varianceScaling, {
    scale: positive,
    mode: fc.constantFrom('fanIn' as const, 'fanOut' as const, 'fanAvg' as const),
    distribution: fc.constantFrom('uniform' as const, 'normal' as const, 'truncatedNormal' as const),
  }),
  glorotNormal: always(library.glorotNormal),
  glorotUniform: always(library.glorotUniform),
  heNormal: always(library.heNormal),
  heUniform: always(library.heUniform),
  lecunNormal: always(library.lecunNormal),
  lecunUniform: always(library.lecunUniform),
  xavierUniform: made(library.xavierUniform, gain),
  xavierNormal: made(library.xavierNormal, gain),
  kaimingUniform: made(library.kaimingUniform, kaiming),
  kaimingNormal: made(library.kaimingNormal, kaiming),
  torchLinear: always(library.torchLinear),
  sparseNormal: made(library.sparseNormal, { sparsity: number(0, 1), std: number(0, 3) }),
  orthogonal: made(library.orthogonal, { gain: number(-3, 3) }),
  zerO: always(library.zerO),
  randomizedAsymmetric: always(library.randomizedAsymmetric),
  xavierTanh: made(library.xavierTanh, plain),
  xavierSigmoid: made(library.xavierSigmoid, plain),
  glorotBackward: made(library.glorotBackward, plain),
  heBackward: made(library.heBackward, plain),
  drawThenScale: made(library.drawThenScale, {
    scale: positive,
    draw: fc.oneof(
      made(library.randomNormal, { stddev: positive }),
      fc.constantFrom(drawThenScale({ scale: 3 }), truncatedNormal({ low: 0, high: null })),
    ),
  }),
  tfjsGlorotNormal: always(library.tfjsGlorotNormal),
  tfjsHeNormal: always(library.tfjsHeNormal),
};

const shapes: readonly Shape[] = [[7, 5], [4, 9], [6]];
const bits = (make: Initializer, shape: Shape, seed: number) =>
  new Uint32Array(make(shape, new Rng(seed), { fanIn: 11, fanOut: 3 }).buffer);

/** Initializers with options; the others take none. */
const withOptions = initializerNames.filter(
  (name) => Object.keys(resolveInitializer('name', name).config).length > 1,
);

it.each(withOptions)('%s refuses an unknown option', (name) => {
  const make = Object.entries(library).find(([each]) => each === name)![1] as (
    options: object,
  ) => Initializer;
  const [known] = Object.keys(resolveInitializer('name', name).config).filter((key) => key !== 'name');
  expect(() => make({ [`${known}x`]: 0.5 })).toThrow(TypeError);
  expect(() => make({ [`${known}x`]: 0.5 })).toThrow(
    `${name}.${known}x: unknown option; did you mean '${known}'?`,
  );
});

describe.each(initializerNames)('%s', (name) => {
  it('is made again from JSON and draws the same bits', () => {
    fc.assert(
      fc.property(initializers[name], fc.nat(), (make, seed) => {
        const text = JSON.stringify(make.config);
        const back = initializerFromConfig(JSON.parse(text));
        expect(make.config.name).toBe(name);
        expect(JSON.parse(text)).toEqual(make.config);
        expect(back.config).toEqual(make.config);
        for (const shape of shapes) expect(bits(back, shape, seed)).toEqual(bits(make, shape, seed));
      }),
      { seed: 3, numRuns: 40 },
    );
  });

  it('has its defaults for missing options, and no unknown ones', () => {
    const defaults = resolveInitializer('name', name);
    const back = initializerFromConfig({ name });
    expect(back.config).toEqual(defaults.config);
    expect(bits(back, [7, 5], 1)).toEqual(bits(defaults, [7, 5], 1));
    expect(() => initializerFromConfig({ name, gian: 1 })).toThrow(/^config\.gian: unknown option/);
  });
});

describe('bounds', () => {
  it('are null in the config if they are infinite, and nowhere else', () => {
    expect(truncatedNormal({ low: -Infinity, high: 1 }).config).toMatchObject({ low: null, high: 1 });
    expect(truncatedNormal({ low: 0, high: Infinity }).config).toMatchObject({ low: 0, high: null });
    expect(truncatedNormal().config).toMatchObject({ low: -2, high: 2 });
  });

  it('are infinite if they are null', () => {
    const [open, infinite] = [
      { low: 0.5, high: null },
      { low: 0.5, high: Infinity },
    ].map((bounds) => truncatedNormal({ ...bounds, stddev: 1 })([1000], new Rng(2)));
    expect(open).toEqual(infinite);
    // The default would cut at 2, and 7 % of the values above ½ lie above 2.
    expect(Math.max(...open!)).toBeGreaterThan(2);
    expect(Math.min(...open!)).toBeGreaterThanOrEqual(0.5);
  });
});

const reads = (config: unknown) => () => initializerFromConfig(untyped(config));
const own = Object.assign((shape: Shape) => new Float32Array(shape[0] * (shape[1] ?? 1)), {});
const nested = (depth: number): object =>
  depth === 1 ? { name: 'ones' } : { name: 'drawThenScale', draw: nested(depth - 1) };

const refusals: Case[] = [
  [
    'a function without a config',
    reads(untyped<Initializer>(own).config),
    TypeError,
    /^config: expected the config of an initializer, got undefined; a function of your own has none$/,
  ],
  [
    'an initializer',
    reads(library.heNormal()),
    TypeError,
    /^config: expected the config of an initializer, got function/,
  ],
  ['a name', reads('heNormal'), TypeError, /^config: expected the config of an initializer, got 'heNormal'$/],
  ['null', reads(null), TypeError, /^config: expected the config of an initializer, got null$/],
  ['a list', reads([]), TypeError, /^config: expected the config of an initializer, got Array of 0$/],
  ['no name', reads({}), TypeError, /^config\.name: expected one of zeros, /],
  [
    'an unknown name',
    reads({ name: 'henormal' }),
    TypeError,
    /^config\.name: unknown name 'henormal'; did you mean 'heNormal'/,
  ],
  [
    'a name of every object',
    reads({ name: 'constructor' }),
    TypeError,
    /^config\.name: unknown name 'constructor'/,
  ],
  [
    'a prototype',
    reads(JSON.parse('{"name":"ones","__proto__":{}}')),
    TypeError,
    /^config\.__proto__: unknown option/,
  ],
  [
    'what explain says of a function',
    reads({ name: 'custom' }),
    TypeError,
    /^config\.name: 'custom' stands for a function of your own/,
  ],
  [
    'a draw of one’s own',
    reads(drawThenScale({ draw: untyped(own) }).config),
    TypeError,
    /^config\.draw\.name: 'custom' stands for/,
  ],
  [
    'a draw that is a name',
    reads({ name: 'drawThenScale', draw: 'ones' }),
    TypeError,
    /^config\.draw: expected the config of an initializer, got 'ones'$/,
  ],
  [
    'a scale of a text',
    reads({ name: 'varianceScaling', scale: '2' }),
    TypeError,
    /^config\.scale: expected a finite number, got '2'$/,
  ],
  [
    'a scale of 0',
    reads({ name: 'drawThenScale', draw: { name: 'varianceScaling', scale: 0 } }),
    RangeError,
    /^config\.draw\.scale: expected a number > 0, got 0$/,
  ],
  [
    'a value of null',
    reads({ name: 'constant', value: null }),
    TypeError,
    /^config\.value: expected a finite number, got null$/,
  ],
  [
    'bounds upside down',
    reads({ name: 'truncatedNormal', low: 3 }),
    RangeError,
    /^config\.low, high: expected low < high, got 3, 2$/,
  ],
  [
    'a bound of a text',
    reads({ name: 'truncatedNormal', low: '-Infinity' }),
    TypeError,
    /^config\.low, high: expected numbers/,
  ],
  [
    'nine nested',
    reads(nested(9)),
    RangeError,
    /^config(\.draw){8}: expected initializers nested at most 8 deep$/,
  ],
];

describe('a config is refused', () => {
  it.each(refusals)('%s', (_, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });

  it('but eight nested ones are accepted', () => {
    expect(reads(nested(8))).not.toThrow();
  });
});
