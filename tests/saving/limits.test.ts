/** Bytes that are no saved model at all, or that claim to be larger than they are. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BackendName, MLP, ShapeError } from '../../src/index.js';
import { writeSafetensors } from '../../src/saving/safetensors.js';
import { type Kind, untyped } from '../support/refusals.js';
import {
  begun,
  both,
  type Change,
  changed,
  compiled,
  everything,
  layer,
  model,
  put,
  type Row,
  reshaped,
} from '../support/saved.js';

let good: Uint8Array;
beforeAll(async () => {
  good = await everything();
});

describe('bytes that are not a file of this library', () => {
  const tensorsAlone = writeSafetensors(new Map([['0.weight', { shape: [1], values: Float32Array.of(1) }]]));
  const withText = (evenkeel: string) => writeSafetensors(new Map(), { evenkeel });
  const cases: (readonly [what: string, bytes: unknown, kind: Kind, message: RegExp])[] = [
    ['nothing', undefined, TypeError, /^bytes: expected a Uint8Array or an ArrayBuffer, got undefined/],
    ['a text', 'model', TypeError, /^bytes: expected a Uint8Array or an ArrayBuffer, got 'model'/],
    ['no bytes', new Uint8Array(0), RangeError, /^bytes: expected a safetensors file/],
    ['PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0), RangeError, /^bytes: header length/],
    ['tensors alone', tensorsAlone, RangeError, /^bytes: not a model of evenkeel: .*setWeights/],
    ['no JSON', withText('{'), RangeError, /^bytes: the description of the model is not JSON/],
    ['a number', withText('3'), TypeError, /^bytes: model: expected an object, got 3/],
    ['null', withText('null'), TypeError, /^bytes: model: expected an object, got null/],
    ['a list', withText('[]'), TypeError, /^bytes: model: expected an object, got Array/],
  ];
  it.each(cases)('are refused: %s', (_what, bytes, kind, message) => {
    const load = () => MLP.load(untyped(bytes));
    expect(load).toThrow(kind);
    expect(load).toThrow(message);
  });
});

describe('options', () => {
  const cases: (readonly [what: string, options: unknown, message: RegExp])[] = [
    ['an unknown backend', { backend: 'wasm64' }, /^backend: unknown name 'wasm64'/],
    ['an unknown arithmetic', { arithmetic: 'exact' }, /^arithmetic: unknown name 'exact'/],
    ['an unknown option', { backed: 'wasm' }, /^options\.backed: unknown option/],
    ['null', null, /^options: expected an object, got null/],
  ];
  it.each(cases)('are refused by load: %s', (_what, options, message) => {
    expect(() => MLP.load(good, untyped<object>(options))).toThrow(TypeError);
    expect(() => MLP.load(good, untyped<object>(options))).toThrow(message);
  });

  it.each([
    ['a text', { weightsOnly: 'yes' }, /^weightsOnly: expected true or false, got 'yes'/],
    ['an unknown option', { weightOnly: true }, /^options\.weightOnly: .*did you mean 'weightsOnly'/],
  ])('are refused by save: %s', (_what, options, message) => {
    const saves = () => MLP.load(good).save(untyped(options));
    expect(saves).toThrow(TypeError);
    expect(saves).toThrow(message);
  });
});

describe('a config larger than its file', () => {
  // A number takes a few bytes in a config and gigabytes in memory, so that none of these may be trusted.
  const huge = 1e15;
  it.each<Row>([
    [
      'units',
      layer('units', huge),
      ShapeError,
      /^bytes: tensor '0\.weight': expected the shape \[1000000000000000, 2\]/,
    ],
    [
      'inputs, with one scale for all',
      both(model('config.inputSize', huge), model('config.inputScaling', { mean: 0, std: 1 })),
      RangeError,
      /^bytes: config: inputSize 1000000000000000, but only 8 values in tensor '0\.weight'/,
    ],
    [
      'inputs of a kernel without rows',
      both(
        model('config.inputSize', 2 ** 31),
        model('config.inputScaling', { mean: 0, std: 1 }),
        reshaped('0.weight', [0, 2 ** 31]),
      ),
      RangeError,
      /^bytes: config: inputSize 2147483648, but only 0 values/,
    ],
    [
      'layers',
      (draft) => put(draft, 'config.layers', new Array(1_000_000).fill({ units: 1 })),
      RangeError,
      /^bytes: config: 1000000 layers, but only \d+ tensors/,
    ],
    [
      'rows of an epoch',
      both(begun('rows', 2 ** 40), begun('samples', 2 ** 40)),
      ShapeError,
      /^bytes: tensor 'epoch\.outputs': expected the shape \[1099511627776, 3\], got \[2, 3\]/,
    ],
  ])('is refused: %s', (_what, change, kind, message) => {
    const file = changed(good, change);
    const before = process.memoryUsage();
    const load = () => MLP.load<BackendName>(file, { backend: 'javascript' });
    expect(load).toThrow(kind);
    expect(load).toThrow(message);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(64e6);
  });
});

describe('texts of megabytes', () => {
  const long = 'x'.repeat(4_000_000);
  it.each<readonly [string, Change]>([
    ['the name of an option', model(long, 1)],
    ['the name of a tensor', reshaped(long, [1])],
    ['an activation', layer('activation', long)],
    ['an initializer', layer('kernelInitializer.name', long)],
    ['an option of one', layer(`kernelInitializer.${long}`, 1)],
    ['the loss', compiled('loss.name', long)],
    ['the monitor', compiled('optimizer.learningRate.monitor', `${long}.`)],
    ['a metric', compiled('metrics', [long])],
    ['scaling', model('scaling', long)],
    ['units', layer('units', long)],
    ['the format', model('format', long)],
    ['the number of batches', begun('batches', long)],
    ['the name of an object', model('config.seed', { constructor: { name: long } })],
  ])('are shortened in the error: %s', (_what, change) => {
    const file = changed(good, change);
    let message = '';
    try {
      MLP.load(file);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/^bytes: /);
    expect(message.length).toBeLessThan(800);
  });
});
