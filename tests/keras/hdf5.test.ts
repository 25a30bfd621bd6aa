/** Libraries that read HDF5 files, as fromKeras takes them. */
import { describe, expect, it } from 'vitest';
import { fromKeras } from '../../src/keras/read.js';
import { fileOf, libraryOf } from '../support/keras-files.js';

describe('a library that reads HDF5', () => {
  const group = (children: Readonly<Record<string, unknown>>, attrs: object = {}): object => ({
    attrs,
    keys: Object.keys(children),
    get: (name: string) => children[name],
  });
  const data = (shape: unknown, value: unknown) => ({ shape, value });
  const config = JSON.stringify({
    class_name: 'Sequential',
    config: { layers: [{ class_name: 'Dense', config: { name: 'd', units: 1, use_bias: false } }] },
  });
  const { bytes } = fileOf('dense.h5');
  const withKernel = (kernel: unknown) =>
    fromKeras(
      bytes,
      libraryOf(group({ model_weights: group({ d: group({ kernel }) }) }, { model_config: config })),
    );

  it('may have functions as keys, objects as attributes and typed arrays as values, like h5wasm', () => {
    const model_config = new (class {
      get value() {
        return `${config}\0\0`;
      }
    })();
    const asFunctions = (children: Readonly<Record<string, unknown>>, attrs: object = {}) => ({
      attrs,
      keys: () => Object.keys(children),
      get: (name: string) => children[name],
    });
    const root = asFunctions(
      { model_weights: asFunctions({ d: asFunctions({ 'kernel:0': data([2, 1], Float32Array.of(3, 4)) }) }) },
      { model_config },
    );
    expect([...fromKeras(bytes, libraryOf(root)).predict([[1, 1]])]).toEqual([7]);
  });

  it.each<[string, unknown, string]>([
    ['a huge shape', data([2 ** 30, 2 ** 30], []), 'expected at most 17208 values, got 1152921504606847000'],
    ['a shape of texts', data(['a'], []), 'expected a list of sizes ≥ 0 as its shape'],
    ['no shape', 3, 'expected a list of sizes ≥ 0 as its shape, got undefined'],
    ['too few values', data([2, 1], [1]), 'expected 2 finite numbers, got'],
    ['NaN', data([2, 1], [1, NaN]), 'expected 2 finite numbers, got'],
    ['texts', data([2, 1], 'ab'), "expected 2 finite numbers, got 'ab'"],
  ])('is not trusted: %s', (_, kernel, message) => {
    expect(() => withKernel(kernel)).toThrow(`bytes: data set 'model_weights/d/kernel': ${message}`);
  });

  it('is stopped in groups without end', () => {
    const endless: { keys: string[]; attrs: object; get(): unknown } = {
      keys: ['d', 'e'],
      attrs: { model_config: config },
      get: () => endless,
    };
    const root = group({ model_weights: endless }, { model_config: config });
    expect(() => fromKeras(bytes, libraryOf(root))).toThrow('bytes: expected fewer groups in the HDF5 file');
  });

  it('may throw anything', () => {
    const throwing = {
      get shape() {
        throw 'a text';
      },
    };
    expect(() => withKernel(throwing)).toThrow(
      'bytes: expected an HDF5 file that the library reads (a text)',
    );
    expect(() => fromKeras(bytes, libraryOf({ keys: 3 }))).toThrow(
      /^hdf5: expected a File with keys and get/,
    );
  });
});
