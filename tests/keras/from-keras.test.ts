/** Models from files of Keras 3, against its outputs. */
import { unzipSync } from 'fflate';
import * as hdf5 from 'jsfive';
import { describe, expect, it } from 'vitest';
import { type AnyMLP, type LayerOptions, prelu } from '../../src/index.js';
import { fromKeras, kerasInfo } from '../../src/keras/read.js';
import { internalsOf } from '../../src/training/internals.js';
import { expectOutputs } from '../support/foreign-outputs.js';
import { type Config, changed, fileOf, files, libraryOf, read } from '../support/keras-files.js';
import { mutated } from '../support/mutated.js';

describe('good files', () => {
  const good = files.filter(({ name }) => !name.endsWith('.weights.h5'));

  it.each(good.map((file) => [file.name, file] as const))('%s gives the outputs of Keras', (_, file) => {
    expectOutputs(read(file.bytes), file);
  });

  it('have outputs that the model of another file misses', () => {
    expect(() =>
      expectOutputs(read(fileOf('normalization.h5').bytes), fileOf('normalization-adapted.h5')),
    ).toThrow(/row/);
  });

  it.each(['dense', 'bn-dropout', 'layers', 'functional', 'normalization', 'normalization-adapted'])(
    '%s gives the same model by both kinds',
    (name) => {
      const [one, other] = [`${name}.keras`, `${name}.h5`].map((file) => read(fileOf(file).bytes)) as [
        AnyMLP,
        AnyMLP,
      ];
      expect(one.config).toEqual(other.config);
      expect(one.getWeights()).toEqual(other.getWeights());
    },
  );
});

describe('what a model keeps', () => {
  it('makes Normalization and Rescaling the input scaling', () => {
    expect(read(fileOf('normalization.keras').bytes).config.inputScaling).toEqual({
      mean: [0.5, -1, 10, 0.1].map((value) => expect.closeTo(value, 12)),
      std: [4, 0.5, 100, 0.01].map((value) => expect.closeTo(Math.sqrt(value), 12)),
    });
    expect(read(fileOf('layers.h5').bytes).config.inputScaling).toEqual({
      mean: [5, 5, 5, 5].map((value) => expect.closeTo(value, 12)),
      std: [10, 10, 10, 10].map((value) => expect.closeTo(value, 12)),
    });
  });

  it('divides by at least 1e-7, as Keras does', () => {
    const constant = changed('normalization.keras', ({ config }) => {
      config.layers[1]!.config.variance = [4, 0, 100, 0.01];
    });
    expect(read(constant).config.inputScaling).toMatchObject({
      std: [2, expect.closeTo(1e-7, 20), 10, expect.closeTo(0.1, 12)],
    });
  });

  it('keeps dropouts, slopes and batch norms', () => {
    const { layers } = read(fileOf('bn-dropout.keras').bytes).config;
    expect(layers[0]).toMatchObject({
      dropout: 0.3,
      batchNorm: { momentum: 0.01, epsilon: 1e-3, position: 'before' },
    });
    expect(
      read(fileOf('layers.keras').bytes).config.layers.map(({ activation }) => activation),
    ).toMatchObject([
      { name: 'leakyRelu', negativeSlope: 0.1 },
      { name: 'prelu', shared: false },
      { name: 'elu', alpha: 0.5 },
      { name: 'softmax' },
    ]);
  });

  it.each(['compiled.keras', 'compiled.h5'])('tells the training of %s and why it has no equal', (name) => {
    expect(kerasInfo(fileOf(name).bytes, { hdf5 })).toEqual({
      kerasVersion: '3.15.1',
      training: { loss: 'categorical_crossentropy', optimizer: 'Adam', isCompiled: false },
      notes: ['training: a model has the same penalty on all kernels, and those of the layers differ'],
    });
  });

  it('compiles the model with the loss and optimizer', () => {
    const bytes = changed('compiled.keras', ({ config }) => {
      config.layers[1]!.config.kernel_regularizer = null;
    });
    expect(internalsOf(read(bytes)).compiled).toMatchObject({
      loss: { name: 'crossEntropy' },
      optimizer: { name: 'adam', epsilon: 1e-7, beta1: 0.9 },
    });
    expect(kerasInfo(bytes, { hdf5 }).notes).toEqual([]);
  });

  it('computes on the backend that is named', () => {
    expect(fromKeras(fileOf('dense.keras').bytes, { hdf5, backend: 'javascript64' }).backend).toBe(
      'javascript64',
    );
  });
});

describe('files that are refused', () => {
  it.each(
    files.filter(({ name }) => name.endsWith('.weights.h5')).map(({ name, bytes }) => [name, bytes] as const),
  )('%s has no layers', (_, bytes) => {
    expect(() => read(bytes)).toThrow(
      /^bytes: expected a file with layers, got weights alone, as save_weights writes them; save the whole model with model\.save, or give the layers as the option layers$/,
    );
  });

  it.each<[string, (config: Config) => void, string]>([
    [
      'a convolution',
      ({ config }) => {
        config.layers[1]!.class_name = 'Conv1D';
      },
      "bytes: layer 'dense', Conv1D: needs to be a dense layer, a scaling, or an activation that a model has",
    ],
    [
      'a layer without weights in the file',
      ({ config }) => {
        config.layers[1]!.config.name = 'other';
      },
      "bytes: layer 'other', Dense: needs its weights in a group with the name 'other', and 0 groups have it",
    ],
    [
      'two layers of one name',
      ({ config }) => {
        config.layers[2]!.config.name = 'dense';
      },
      "bytes: layer 'dense', Dense: needs its own weights, and those of 'layers/dense' are another layer's",
    ],
    [
      'a bias that is not there',
      ({ config }) => {
        Object.assign(config.layers[1]!, { class_name: 'BatchNormalization' });
      },
      "bytes: layer 'dense', BatchNormalization: needs a moving_mean as variable 2 of 'layers/dense', and there is none",
    ],
  ])('%s', (_, change, message) => {
    expect(() => read(changed('dense.keras', change))).toThrow(message);
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      'no file',
      new Uint8Array(0),
      /^bytes: expected a \.keras file \(ZIP\) or an \.h5 file \(HDF5\), got neither$/,
    ],
    ['another file', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), /got neither$/],
    [
      'the first bytes of HDF5',
      fileOf('dense.h5').bytes.slice(0, 8),
      /^bytes: expected an HDF5 file that the library reads \(/,
    ],
    ['half of an HDF5 file', fileOf('dense.h5').bytes.slice(0, 3000), /^bytes: /],
  ])('%s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
  });

  it('names the option', () => {
    const { bytes } = fileOf('dense.h5');
    expect(() => fromKeras(bytes, {} as never)).toThrow(
      /^hdf5: expected a library that reads HDF5, such as \{ File \} of jsfive, got undefined/,
    );
    expect(() => fromKeras(bytes, { hdf5, h5: 1 } as never)).toThrow(/^options\.h5: unknown option/);
    expect(() => fromKeras('x' as never, { hdf5 })).toThrow(/^bytes: expected a Uint8Array/);
  });
});

describe('early files of Keras 3', () => {
  it('name the layers of a class by their order', () => {
    // They lack the attribute with the name of the layer.
    const file = fileOf('bn-dropout.keras');
    const weights = unzipSync(file.bytes)['model.weights.h5']!;
    const blind = hide(new hdf5.File(weights.slice().buffer, 'x'));
    expectOutputs(fromKeras(file.bytes, libraryOf(blind)), file);
  });
});

/** Returns a group whose groups have no attributes. */
function hide(group: unknown): unknown {
  const { keys, get } = group as { keys: string[]; get(name: string): { keys: unknown } };
  if (!Array.isArray(keys)) return group;
  return { keys, attrs: {}, get: (name: string) => hide(get.call(group, name)) };
}

describe('weights alone', () => {
  const relu = { units: 6, activation: 'relu', useBias: false, batchNorm: { epsilon: 1e-3 } } as const;

  it.each<[string, readonly LayerOptions[]]>([
    [
      'dense',
      [
        { units: 6, activation: 'relu' },
        { units: 3, activation: 'softmax' },
      ],
    ],
    ['bn-dropout', [{ ...relu, dropout: 0.3 }, { units: 5, activation: 'gelu' }, { units: 3 }]],
    ['functional', [{ units: 6, activation: 'silu', batchNorm: { position: 'after' } }, { units: 2 }]],
  ])('%s takes the layers from the option', (name, layers) => {
    const file = fileOf(`${name}.weights.h5`);
    const model = fromKeras(file.bytes, { hdf5, layers });
    expectOutputs(model, file);
    expect(model.config.layers.map(({ dropout }) => dropout)).toEqual(
      layers.map(({ dropout = 0 }) => dropout),
    );
  });

  it('takes slopes', () => {
    const layers = [{ units: 8 }, { units: 7, activation: prelu() }, { units: 6 }, { units: 3 }];
    const model = fromKeras(fileOf('layers.weights.h5').bytes, { hdf5, layers });
    expect(model.getWeights()[1]!.slopes).toEqual(read(fileOf('layers.keras').bytes).getWeights()[1]!.slopes);
  });

  it('are refused if the layers are others', () => {
    const { bytes } = fileOf('dense.weights.h5');
    expect(() => fromKeras(bytes, { hdf5, layers: [{ units: 7 }, { units: 3 }] })).toThrow(
      "bytes: layer 'layers[0]', Dense: needs a kernel of the shape [any, 7], and its shape is [4, 6]",
    );
    expect(() => fromKeras(bytes, { hdf5, layers: [{ units: 6 }, { units: 3 }, { units: 2 }] })).toThrow(
      "bytes: layer 'layers[2]', Dense: needs its weights in the group 'dense_2', and there is none",
    );
    expect(() => fromKeras(bytes, { hdf5, layers: [{ units: 6 }] })).toThrow(
      "bytes: expected layers for all weights, got none for 'layers/dense_1'",
    );
    expect(() => fromKeras(bytes, { hdf5, layers: [{ units: 0 }] })).toThrow(
      'layers[0].units: expected a whole number ≥ 1, got 0',
    );
    expect(() => fromKeras(fileOf('dense.keras').bytes, { hdf5, layers: [{ units: 6 }] })).toThrow(
      'layers: expected none, because the file has its own layers',
    );
  });
});

describe('broken files', () => {
  it('give a model or an error in words, quickly', { timeout: 3_600_000 }, () => {
    const count = Number(process.env.EVENKEEL_MUTATED ?? 1000);
    let accepted = 0;
    for (const { bytes, label } of mutated(
      files.map((file) => file.bytes),
      count,
    )) {
      try {
        read(bytes);
        accepted++;
      } catch (error) {
        expect(error, label).toBeInstanceOf(RangeError);
        expect((error as Error).message, label).toMatch(/^bytes: /);
      }
    }
    expect(accepted).toBeGreaterThan(0);
  });
});
