/**
 * Files that are not a saved model. Each is refused with an error that opens with `bytes`, before anything is created from it.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { MLP, NonFiniteError, ShapeError } from '../../src/index.js';
import {
  begun,
  both,
  changed,
  compiled,
  everything,
  layer,
  model,
  nested,
  type Row,
  reshaped,
  values,
  without,
} from '../support/saved.js';

let good: Uint8Array;
beforeAll(async () => {
  good = await everything();
});

const description: Row[] = [
  ['another format', model('format', 2), RangeError, /^bytes: expected format 1, got 2; a newer version/],
  ['no format', model('format', undefined), RangeError, /^bytes: expected format 1, got undefined/],
  ['an unknown part', model('trainig', {}), TypeError, /^bytes: model\.trainig: .*did you mean 'training'/],
  ['__proto__', model('__proto__', { format: 1 }), TypeError, /^bytes: model\.__proto__: unknown option/],
  ['no config', model('config', undefined), TypeError, /^bytes: config: expected an object, got undefined/],
  ['a list as config', model('config', []), TypeError, /^bytes: config: expected an object, got Array/],
  ['null as config', model('config', null), TypeError, /^bytes: config: expected an object, got null/],
  ['unknown scaling', model('scaling', 'byte'), TypeError, /^bytes: scaling: .*did you mean 'bytes'/],
  [
    'statistics where nothing is scaled',
    model('config.inputScaling', 'none'),
    RangeError,
    /^bytes: scaling: expected none for 'none', got 'statistics'/,
  ],
  [
    'bytes under zScore',
    model('scaling', 'bytes'),
    RangeError,
    /^bytes: scaling: expected none or statistics/,
  ],
];

const config: Row[] = [
  ['an unknown option', model('config.sede', 1), TypeError, /^bytes: config: options\.sede: unknown option/],
  ['__proto__', model('config.__proto__', {}), TypeError, /^bytes: config: options\.__proto__: unknown/],
  ['a text for inputSize', model('config.inputSize', '2'), TypeError, /^bytes: config: inputSize: .*'2'/],
  [
    'a fraction for inputSize',
    model('config.inputSize', 1.5),
    RangeError,
    /^bytes: config: inputSize: .*1\.5/,
  ],
  ['no layers', model('config.layers', undefined), TypeError, /^bytes: config: layers: expected an array/],
  ['an object as layers', model('config.layers', {}), TypeError, /^bytes: config: layers: expected an array/],
  ['an empty list', model('config.layers', []), RangeError, /^bytes: config: layers: expected at least one/],
  ['null as a layer', model('config.layers.0', null), TypeError, /^bytes: config: layers\[0\]: .*null/],
  ['a text as a layer', model('config.layers.0', 'l'), TypeError, /^bytes: config: layers\[0\]: .*'l'/],
  ['null as units', layer('units', null), TypeError, /^bytes: config: layers\[0\]\.units: .*null/],
  ['0 units', layer('units', 0), RangeError, /^bytes: config: layers\[0\]\.units: .*got 0/],
  ['units of a layer', layer('unit', 4), TypeError, /^bytes: config: layers\[0\]\.unit: unknown option/],
  ['__proto__ in a layer', layer('__proto__', { units: 3 }), TypeError, /layers\[0\]\.__proto__: unknown/],
  ['an unknown activation', layer('activation.name', 'prelo'), TypeError, /activation\.name: .*'prelu'/],
  [
    'a number as activation',
    layer('activation', 3),
    TypeError,
    /^bytes: config: layers\[0\]\.activation: .*3/,
  ],
  [
    'an activation within another, without end',
    layer('activation', nested(2000, 'name', 'relu')),
    TypeError,
    /^bytes: config: layers\[0\]\.activation\.name: expected one of .*got an object \(Object\)$/,
  ],
  [
    'softmax within',
    layer('activation', 'softmax'),
    RangeError,
    /'softmax' is allowed in the output layer only/,
  ],
  ['a text as dropout', layer('dropout', '0.1'), TypeError, /^bytes: config: layers\[0\]\.dropout: .*'0.1'/],
  ['dropout of all', layer('dropout', 1), RangeError, /^bytes: config: layers\[0\]\.dropout: .*got 1/],
  ['a text as useBias', layer('useBias', 'no'), TypeError, /^bytes: config: layers\[0\]\.useBias: .*'no'/],
  ['1 as batchNorm', layer('batchNorm', 1), TypeError, /^bytes: config: layers\[0\]\.batchNorm: .*1/],
  ['epsilon 0', layer('batchNorm.epsilon', 0), RangeError, /batchNorm\.epsilon: expected a number > 0/],
  ['no initializer', layer('kernelInitializer', undefined), TypeError, /kernelInitializer: .*undefined/],
  [
    'an unknown initializer',
    layer('kernelInitializer.name', 'heNorm'),
    TypeError,
    /^bytes: config: layers\[0\]\.kernelInitializer\.name: unknown name 'heNorm'/,
  ],
  [
    'initializers within one another, without end',
    layer('kernelInitializer', {
      name: 'drawThenScale',
      draw: { name: 'drawThenScale', ...(nested(2000, 'draw', 1) as object) },
    }),
    TypeError,
    /^bytes: config: layers\[0\]\.kernelInitializer/,
  ],
  ['a fraction as seed', model('config.seed', 0.5), RangeError, /^bytes: config: seed: .*0\.5/],
  ['an object as seed', model('config.seed', {}), TypeError, /^bytes: config: seed: .*an object/],
  [
    'unknown arithmetic',
    model('config.arithmetic', 'fast'),
    TypeError,
    /^bytes: config: arithmetic: .*'fast'/,
  ],
  [
    'unknown input scaling',
    model('config.inputScaling', 'z'),
    TypeError,
    /^bytes: config: inputScaling: .*'z'/,
  ],
  ['no input scaling', model('config.inputScaling', null), TypeError, /^bytes: config: inputScaling: .*null/],
  [
    'an object that says it has another constructor',
    model('config.seed', { constructor: { name: { toString: 1 } } }),
    TypeError,
    /^bytes: config: seed: .*an object \(Object\)$/,
  ],
];

const tensors: Row[] = [
  ['without a kernel', without('4.weight'), RangeError, /^bytes: tensor '4\.weight' is missing$/],
  ['without slopes', without('2.weight'), RangeError, /^bytes: tensor '2\.weight' is missing$/],
  ['without statistics', without('1.running_var'), RangeError, /^bytes: tensor '1\.running_var' is missing/],
  ['without scaling', without('scaling.mean'), RangeError, /^bytes: tensor 'scaling\.mean' is missing/],
  [
    'without state of the optimizer',
    without('optimizer.secondMoment.2.weight'),
    RangeError,
    /^bytes: tensor 'optimizer\.secondMoment\.2\.weight' is missing/,
  ],
  [
    'without what is kept',
    without('epoch.targets'),
    RangeError,
    /^bytes: tensor 'epoch\.targets' is missing/,
  ],
  ['with another', reshaped('9.weight', [1]), RangeError, /^bytes: tensor "9\.weight" has no place/],
  ['with __proto__', reshaped('__proto__', [1]), RangeError, /^bytes: tensor "__proto__" has no place/],
  [
    'with a count of batches where no batch norm is',
    reshaped('0.num_batches_tracked', []),
    RangeError,
    /^bytes: tensor "0\.num_batches_tracked" has no place/,
  ],
  [
    'the kernel turned round',
    reshaped('0.weight', [2, 4]),
    ShapeError,
    /^bytes: tensor '0\.weight': expected the shape \[4, 2\], got \[2, 4\]$/,
  ],
  ['the kernel flat', reshaped('0.weight', [8]), ShapeError, /expected the shape \[4, 2\], got \[8\]$/],
  [
    'too many biases',
    reshaped('4.bias', [4]),
    ShapeError,
    /^bytes: tensor '4\.bias': expected the shape \[3\]/,
  ],
  [
    'a shape without end',
    reshaped('4.bias', new Array(10_000).fill(1)),
    ShapeError,
    /^bytes: tensor '4\.bias': .*got \[1, 1, [1, ]+…\]$/,
  ],
  ['NaN', values('0.weight', 3, NaN), NonFiniteError, /^bytes: tensor "0\.weight": value 3 is NaN$/],
  ['∞', values('optimizer.firstMoment.4.bias', 0, Infinity), NonFiniteError, /^bytes: .*value 0 is Infinity/],
  [
    'what is infinite in f32',
    ({ tensors }) => void tensors.set('4.bias', { shape: [3], values: Float64Array.of(0, 1e39, 0) }),
    NonFiniteError,
    /^bytes: tensor "4\.bias": value 1 is 1e\+39, infinite as a 32-bit float$/,
  ],
  [
    'a variance < 0',
    values('1.running_var', 1, -1e-9),
    RangeError,
    /^bytes: tensor '1\.running_var': .* at 1$/,
  ],
  ['a spread of 0', values('scaling.std', 0, 0), RangeError, /^bytes: tensor 'scaling\.std': .*> 0, got 0/],
  ['one of 0 in f32', values('scaling.std', 0, 1e-60), RangeError, /^bytes: tensor 'scaling\.std': .*1e-60/],
  ['a spread < 0', values('scaling.std', 1, -2), RangeError, /^bytes: tensor 'scaling\.std': .*-2 at 1/],
  [
    'a square < 0',
    values('optimizer.largestSecondMoment.4.weight', 2, -1),
    RangeError,
    /^bytes: tensor 'optimizer\.largestSecondMoment\.4\.weight': expected numbers ≥ 0, got -1 at 2/,
  ],
  ['half a class', values('epoch.targets', 0, 0.5), RangeError, /^bytes: tensor 'epoch\.targets': .*below 3/],
  [
    'a fourth class',
    values('epoch.targets', 0, 3),
    RangeError,
    /^bytes: tensor 'epoch\.targets': .*got 3 at 0/,
  ],
  [
    'fewer rows than were measured',
    both(model('training.begun.rows', 3), model('training.begun.samples', 3)),
    ShapeError,
    /^bytes: tensor 'epoch\.outputs': expected the shape \[3, 3\], got \[2, 3\]/,
  ],
  [
    'other statistics than were given',
    model('config.inputScaling', { mean: 0, std: [1, 2] }),
    RangeError,
    /^bytes: tensor 'scaling\.mean': expected the values of inputScaling in the config/,
  ],
];

const training: Row[] = [
  ['null', model('training', null), TypeError, /^bytes: training: expected an object, got null/],
  ['an unknown part', model('training.steps', 1), TypeError, /^bytes: training\.steps: unknown option/],
  [
    'nothing compiled',
    model('training.compiled', undefined),
    TypeError,
    /^bytes: training: options: .*undefined/,
  ],
  ['no loss', compiled('loss', undefined), TypeError, /^bytes: training: loss: expected one of/],
  [
    'an unknown loss',
    compiled('loss.name', 'crossentropy'),
    TypeError,
    /^bytes: training: loss\.name: unknown/,
  ],
  [
    'a smoothing of 2',
    compiled('loss.labelSmoothing', 2),
    RangeError,
    /^bytes: training: loss\.labelSmoothing: /,
  ],
  ['another loss', compiled('loss', 'huber'), RangeError, /^bytes: training: loss: .*'softmax' output layer/],
  ['a number as optimizer', compiled('optimizer', 3), TypeError, /^bytes: training: optimizer: .*got 3/],
  [
    'an unknown one',
    compiled('optimizer.name', 'adan'),
    TypeError,
    /^bytes: training: optimizer\.name: .*adam/,
  ],
  [
    'another one',
    compiled('optimizer', 'sgd'),
    TypeError,
    /^bytes: training: scalars: expected 0 numbers, got/,
  ],
  ['beta1 of 1', compiled('optimizer.beta1', 1), RangeError, /^bytes: training: optimizer\.beta1: .*got 1/],
  [
    'a rate of 0',
    compiled('optimizer.learningRate', 0),
    RangeError,
    /^bytes: training: optimizer\.learningRate/,
  ],
  [
    'an unknown metric',
    compiled('metrics', ['f2']),
    TypeError,
    /^bytes: training: metrics\[0\]: unknown name/,
  ],
  ['a metric of values', compiled('metrics', ['r2']), RangeError, /^bytes: training: metrics\[0\]: 'r2'/],
  [
    'an object of metrics',
    compiled('metrics', {}),
    TypeError,
    /^bytes: training: metrics: expected an array/,
  ],
  ['epoch −1', model('training.epoch', -1), RangeError, /^bytes: training: epoch: .*got -1/],
  ['a fraction of an epoch', model('training.epoch', 0.5), RangeError, /^bytes: training: epoch: .*0\.5/],
  ['a text as step', model('training.step', '1'), TypeError, /^bytes: training: step: .*'1'/],
  [
    'too few scalars',
    model('training.scalars', [1]),
    TypeError,
    /^bytes: training: scalars: expected 2 numbers/,
  ],
  ['no scalars', model('training.scalars', null), TypeError, /^bytes: training: scalars: .*got null/],
  [
    'null as a scalar',
    model('training.scalars.1', null),
    TypeError,
    /^bytes: training: scalars\[1\]: .*null/,
  ],
  // A power of β: with a larger one, Adam would take the root of a negative number.
  [
    'a scalar above 1',
    model('training.scalars.1', 1.5),
    RangeError,
    /^bytes: training: scalars\[1\]: .*1\.5/,
  ],
  [
    'a scalar below 0',
    model('training.scalars.0', -0.1),
    RangeError,
    /^bytes: training: scalars\[0\]: .*-0\.1/,
  ],
  ['no schedule', model('training.schedule', null), TypeError, /^bytes: training: schedule: .*got undefined/],
  ['a rate < 0', model('training.schedule.rate', -1), RangeError, /^bytes: training: schedule\.rate: .*-1/],
  [
    'a text as best',
    model('training.schedule.best', '1'),
    TypeError,
    /^bytes: training: schedule\.best: .*'1'/,
  ],
  [
    'a wait of ½',
    model('training.schedule.wait', 0.5),
    RangeError,
    /^bytes: training: schedule\.wait: .*0\.5/,
  ],
  [
    'an unknown state',
    model('training.schedule.now', 1),
    TypeError,
    /^bytes: training: schedule\.now: unknown/,
  ],
  [
    'a state of a rate that is a number',
    compiled('optimizer.learningRate', 0.1),
    TypeError,
    /^bytes: training: schedule: the learning rate is a number/,
  ],
  // From 2^52 on, a double may not count by one: an epoch would be its own successor.
  ...['epoch', 'step'].map(
    (name): Row => [
      `2⁵³ − 1 as ${name}`,
      model(`training.${name}`, Number.MAX_SAFE_INTEGER),
      RangeError,
      new RegExp(
        `^bytes: training: ${name}: expected a whole number up to 4503599627370496, got 9007199254740991$`,
      ),
    ],
  ),
  ...['batches', 'samples', 'rows', 'correct'].map(
    (name): Row => [
      `2⁵³ − 1 as ${name}`,
      begun(name, Number.MAX_SAFE_INTEGER),
      RangeError,
      new RegExp(`^bytes: training: begun\\.${name}: expected a whole number up to 4503599627370496`),
    ],
  ),
  ['nothing begun', model('training.begun', undefined), TypeError, /^bytes: training: begun: .*undefined/],
  ['a number as begun', model('training.begun', 3), TypeError, /^bytes: training: begun: .*got 3/],
  ['an unknown count', begun('row', 3), TypeError, /^bytes: training: begun\.row: unknown option/],
  ['batches < 0', begun('batches', -1), RangeError, /^bytes: training: begun\.batches: .*-1/],
  ['rows of ½', begun('rows', 0.5), RangeError, /^bytes: training: begun\.rows: .*0\.5/],
  ['no batching', begun('batching', null), TypeError, /^bytes: training: begun\.batching: .*got null/],
  ['null as a loss', begun('lossSum', null), TypeError, /^bytes: training: begun\.lossSum: .*null/],
  ['a penalty < 0', begun('penaltySum', -1), RangeError, /^bytes: training: begun\.penaltySum: .*-1/],
  ['a weight < 0', begun('weight', -1), RangeError, /^bytes: training: begun\.weight: .*-1/],
  ['more right than rows', begun('correct', 3), RangeError, /^bytes: training: begun: .* do not agree/],
  ['more batches than rows', begun('batches', 3), RangeError, /^bytes: training: begun: .* do not agree/],
  ['other rows than samples', begun('rows', 3), RangeError, /^bytes: training: begun: .* do not agree/],
];

describe.each([
  ['the description', description],
  ['the config', config],
  ['the tensors', tensors],
  ['the training', training],
])('%s', (_part, rows) => {
  it.each(rows)('is refused: %s', (_what, change, kind, message) => {
    const file = changed(good, change);
    const load = () => MLP.load(file);
    expect(load).toThrow(kind);
    expect(load).toThrow(message);
    expect(load).toThrow(/^bytes: /);
  });
});

it('the file with everything in it loads before it is changed', () => {
  const same = changed(good, () => {});
  expect(MLP.load(same).save()).toEqual(good);
  const counted = changed(good, reshaped('1.num_batches_tracked', []));
  expect(MLP.load(counted).save()).toEqual(good);
});
