/** Files that a predictor refuses, in words, before it allocates memory. */
import { describe, expect, it } from 'vitest';
import { adam, MLP } from '../../src/index.js';
import { loadPredictor } from '../../src/predictor/index.js';
import { writeSafetensors } from '../../src/saving/safetensors.js';
import { untyped } from '../support/refusals.js';
import { fileOf } from '../support/safetensors.js';
import {
  both,
  type Change,
  changed,
  everything,
  layer,
  model,
  reshaped,
  values,
  without,
} from '../support/saved.js';

const good = await everything();
const regression = new MLP({
  inputSize: 2,
  layers: [{ units: 2, activation: 'elu' }, { units: 1 }],
  inputScaling: 'unit',
  targetScaling: 'zScore',
});
regression.adapt(Float32Array.of(1, 2, 3, 5), Float32Array.of(1, 2));
const numbers = regression.save();

const load = (bytes: unknown) => () => loadPredictor(untyped(bytes));

it('loads the files before they are changed', () => {
  expect(load(good)).not.toThrow();
  expect(load(numbers)).not.toThrow();
});

describe('a value that is no model file', () => {
  it.each([
    ['nothing', undefined, TypeError, /^bytes: expected a Uint8Array or an ArrayBuffer, got Undefined/],
    ['a text', 'model.safetensors', TypeError, /^bytes: .*got String/],
    ['a promise', Promise.resolve(good), TypeError, /^bytes: .*got Promise/],
    ['floats', new Float32Array(8), TypeError, /^bytes: .*got Float32Array/],
    ['empty', new Uint8Array(0), RangeError, /^bytes: the file: expected more than 8 bytes, got 0/],
    [
      'a web page',
      Buffer.from('<!doctype html><title>404</title>'),
      RangeError,
      /^bytes: the file: expected at least/,
    ],
    ['another safetensors file', writeSafetensors({}), RangeError, /^bytes: the metadata: .*evenkeel/],
    ['an empty header', fileOf(''), RangeError, /^bytes: the file: /],
    ['a header that is a list', fileOf('[1]'), RangeError, /^bytes: the header: /],
    ['a header that is no JSON', fileOf('{"a":'), RangeError, /^bytes: the header: expected JSON/],
    [
      'a header that is not UTF-8',
      fileOf('{}').map((byte) => (byte === 0x7d ? 0xff : byte)),
      RangeError,
      /UTF-8/,
    ],
    ['null metadata', fileOf('{"__metadata__":null}'), RangeError, /^bytes: the metadata/],
    ['a null tensor', fileOf('{"a":null}'), RangeError, /^bytes: data_offsets/],
  ])('is refused: %s', (_, bytes, kind, message) => {
    expect(load(bytes)).toThrow(kind);
    expect(load(bytes)).toThrow(message);
  });

  it('is refused when its buffer was transferred', () => {
    const bytes = good.slice();
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(load(bytes)).toThrow(/^bytes: the file: expected more than 8 bytes, got 0/);
  });

  it('is refused when it was cut anywhere, or has more bytes', () => {
    for (let length = 0; length < good.length; length += 7)
      expect(load(good.subarray(0, length))).toThrow(/^bytes: /);
    expect(load(Buffer.concat([good, Uint8Array.of(0)]))).toThrow(/^bytes: the data: /);
  });
});

const refused: readonly (readonly [what: string, change: Change, message: RegExp])[] = [
  ['a format of the future', model('format', 2), /^bytes: format: expected 1, got 2/],
  ['no config', model('config', undefined), /^bytes: inputSize/],
  ['no inputs', model('config.inputSize', 0), /^bytes: inputSize/],
  ['no layers', model('config.layers', []), /^bytes: layers/],
  ['layers that are no list', model('config.layers', { length: 1 }), /^bytes: layers/],
  ['a null layer', model('config.layers.0', null), /^bytes: layers\[0\]/],
  ['no units', layer('units', 0.5), /^bytes: layers\[0\]/],
  ['other units', layer('units', 5), /^bytes: tensor '0\.weight': expected the shape \[5,2\], got \[4,2\]/],
  ['units beyond the file', layer('units', 2 ** 50), /^bytes: tensor/],
  ['an unknown activation', layer('activation', { name: 'cosine' }), /^bytes: layers\[0\].*got \{"units":4/],
  ['an activation that is its name', layer('activation', 'relu'), /^bytes: layers\[0\]/],
  ['softmax in a hidden layer', layer('activation', { name: 'softmax' }), /^bytes: layers\[0\]/],
  ['leakyRelu without its slope', layer('activation', { name: 'leakyRelu' }), /^bytes: layers\[0\]/],
  ['elu with an infinite alpha', layer('activation', { name: 'elu', alpha: 1e39 }), /^bytes: layers\[0\]/],
  ['prelu with one slope', layer('activation.shared', true), /^bytes: tensor/],
  ['another activation', layer('activation', { name: 'identity' }), /^bytes: tensor/],
  ['no word on batch norm', layer('batchNorm', undefined), /^bytes: tensor/],
  ['a batch norm elsewhere', layer('batchNorm.position', 'beneath'), /^bytes: layers\[0\]/],
  ['a batch norm without epsilon', layer('batchNorm.epsilon', 0), /^bytes: layers\[0\]/],
  [
    'a batch norm after the output',
    model('config.layers.1.batchNorm', { position: 'after', epsilon: 1 }),
    /layers\[1\]/,
  ],
  ['no word on dropout', layer('dropout', undefined), /^bytes: tensor/],
  ['no word on biases', layer('useBias', undefined), /^bytes: layers\[0\]/],
  ['a bias that the config denies', layer('useBias', false), /^bytes: the tensors: .*got "0\.bias"/],
  ['a scaling of the future', model('config.inputScaling', 'robust'), /^bytes: scaling/],
  ['a scaling that has learned nothing', model('scaling', 'none'), /^bytes: scaling: .*learned from data/],
  ['bytes for zScore', model('scaling', 'bytes'), /^bytes: scaling/],
  ['no tensor of a layer', without('4.weight'), /^bytes: tensor '4\.weight'/],
  ['no statistics', without('scaling.std'), /^bytes: tensor 'scaling\.std'/],
  [
    'a tensor of another shape',
    reshaped('0.bias', [4, 1]),
    /^bytes: tensor '0\.bias': expected the shape \[4\], got \[4,1\]/,
  ],
  ['a tensor without a place', reshaped('9.weight', [1]), /^bytes: the tensors: .*got "9\.weight"/],
  ['NaN', values('0.weight', 3, Number.NaN), /^bytes: tensor '0\.weight': expected a number at 3, got "NaN"/],
  ['an infinity', values('0.bias', 0, Number.NEGATIVE_INFINITY), /^bytes: tensor '0\.bias'/],
  ['a negative variance', values('1.running_var', 0, -1), /^bytes: layers\[0\]/],
  ['a deviation of 0', values('scaling.std', 1, 0), /^bytes: tensor 'scaling\.std'/],
  ['a deviation beyond floats', values('scaling.std', 1, 1e39), /^bytes: tensor 'scaling\.std'/],
  [
    'a batch norm that overflows',
    both(values('1.weight', 0, 3e38), values('1.running_var', 0, 0)),
    /^bytes: layers\[0\]/,
  ],
];

describe('a file is refused with', () => {
  it.each(refused)('%s', (_, change, message) => {
    const file = changed(good, change);
    expect(load(file)).toThrow(RangeError);
    expect(load(file)).toThrow(message);
  });

  it.each([
    ['targets that have learned nothing', model('targetScaling', 'none')],
    ['targets scaled as tabular', model('config.targetScaling', 'tabular')],
    ['targets scaled by bytes', model('targetScaling', 'bytes')],
    ['no statistics of targets', without('targetScaling.mean')],
  ])('%s', (_, change) => {
    expect(load(changed(numbers, change))).toThrow(/^bytes: (?:tensor ')?targetScaling/);
  });

  it('tensors that leave a hole or overlap', () => {
    const header = Number(Buffer.from(good).readBigUInt64LE());
    const text = Buffer.from(good).toString('latin1', 8, 8 + header);
    const [, begin, end] = /"0\.bias":.*?\[(\d+),(\d+)\]/.exec(text)!;
    for (const by of [-4, 4]) {
      const moved = text.replace(`[${begin},${end}]`, `[${Number(begin) + by},${Number(end) + by}]`);
      const file = Buffer.concat([fileOf(moved), good.subarray(8 + header)]);
      expect(load(file)).toThrow(/^bytes: data_offsets/);
    }
  });
});

it('a file from PyTorch may count batches, which changes nothing', () => {
  const counted = changed(good, ({ tensors }) => {
    tensors.set('1.num_batches_tracked', { shape: [], values: Float64Array.of(7) });
  });
  const x = Float32Array.of(1, 2);
  expect(loadPredictor(counted).predict(x)).toEqual(loadPredictor(good).predict(x));
});

it('a refused file leaves the optimizer of another model in peace', () => {
  const trained = new MLP({ inputSize: 1, layers: [{ units: 1 }] });
  trained.compile({ loss: 'meanSquaredError', optimizer: adam() });
  const predictor = loadPredictor(trained.save());
  const before = predictor.predict([[2]]);
  expect(load(changed(good, without('4.weight')))).toThrow();
  expect(predictor.predict([[2]])).toEqual(before);
});
