/** Neural networks of ml5, against its own answers. */
import { describe, expect, it } from 'vitest';
import { fromTfjs, type TfjsFiles, tfjsInfo } from '../../src/tfjs/index.js';
import { type TfjsFile, tfjsFiles } from '../support/tfjs-files.js';

const files = tfjsFiles('ml5');
const fileOf = (name: string) => files.find((file) => file.name === name)!;
const partsOf = ({ modelJson, weights, meta }: TfjsFile): TfjsFiles => ({ modelJson, weights, meta: meta! });

interface Meta {
  inputs: Record<string, { dtype: string; min: number; max: number; legend?: Record<string, number[]> }>;
  outputs: Meta['inputs'];
  isNormalized: unknown;
}
const metaOf = ({ meta }: TfjsFile) => JSON.parse(Buffer.from(meta!).toString()) as Meta;
const changed = (name: string, change: (meta: Meta) => void): TfjsFiles => {
  const meta = metaOf(fileOf(name));
  change(meta);
  return { ...partsOf(fileOf(name)), meta };
};

/** Returns inputs as ml5 takes them, by name or in order, as a row of columns. */
function rowOf(meta: Meta, input: unknown): number[] {
  return Object.entries(meta.inputs).flatMap(([name, { dtype, legend }], i) => {
    const value = Array.isArray(input) ? input[i] : (input as Record<string, unknown>)[name];
    return dtype === 'string' ? legend![value as string]! : [Number(value)];
  });
}

interface Answer {
  readonly label: string;
  readonly confidence?: number;
  readonly value?: number;
}

describe.each(files.map((file) => [file.name, file] as const))('%s', (_, file) => {
  it('gives the answers of ml5', () => {
    const meta = metaOf(file);
    const model = fromTfjs(partsOf(file));
    const { classNames, outputNames } = tfjsInfo(partsOf(file));
    const names = classNames ?? outputNames!;
    const predicted = model.predict(file.inputs.map((input) => rowOf(meta, input)));
    for (const [r, answers] of (file.outputs as Answer[][]).entries()) {
      for (const { label, confidence, value } of answers) {
        const expected = confidence ?? value!;
        const found = predicted[r * names.length + names.indexOf(label)]!;
        expect(Math.abs(found - expected), `row ${r}, ${label}`).toBeLessThanOrEqual(
          2e-6 * Math.max(1, Math.abs(expected)),
        );
      }
    }
  });
});

describe('what a model keeps', () => {
  it('makes the ranges input scaling and target scaling', () => {
    const { inputs, outputs } = metaOf(fileOf('regression'));
    const { inputScaling, targetScaling } = fromTfjs(partsOf(fileOf('regression'))).config;
    const of = (ranges: Meta['inputs']) => ({
      mean: Object.values(ranges).map(({ min }) => expect.closeTo(min, 9)),
      std: Object.values(ranges).map(({ min, max }) => expect.closeTo(max - min, 9)),
    });
    expect(inputScaling).toEqual(of(inputs));
    expect(targetScaling).toEqual(of(outputs));
  });

  it('scales nothing that was not normalized', () => {
    const { inputScaling, targetScaling } = fromTfjs(partsOf(fileOf('regression-raw'))).config;
    expect([inputScaling, targetScaling]).toEqual(['none', 'none']);
  });

  it('tells names of columns and classes', () => {
    expect(tfjsInfo(partsOf(fileOf('string-input')))).toMatchObject({
      inputNames: ['kind: bird', 'kind: cat', 'kind: dog', 'weight'],
      outputNames: ['big: yes', 'big: no'],
      classNames: ['yes', 'no'],
    });
    expect(tfjsInfo(partsOf(fileOf('regression')))).toMatchObject({ outputNames: ['speed', 'angle'] });
    expect(tfjsInfo(partsOf(fileOf('regression')))).not.toHaveProperty('classNames');
  });

  it('gives the network 0 for a column that was constant, as ml5 does', () => {
    const constant = changed('regression', ({ inputs }) => {
      inputs.y = { dtype: 'number', min: 3, max: 3 };
    });
    const model = fromTfjs(constant);
    expect(model.predict([[1, 3]])).toEqual(model.predict([[1, 100]]));
    // ml5 maps x to 0, its lowest value, too.
    const { min } = metaOf(fileOf('regression')).inputs.x!;
    const other = fromTfjs({ ...partsOf(fileOf('regression')) });
    const lowest = metaOf(fileOf('regression')).inputs.y!.min;
    expect([...model.predict([[min, 7]])]).toEqual(
      [...other.predict([[min, lowest]])].map((value) => expect.closeTo(value, 4)),
    );
    expect(model.config.inputScaling).toMatchObject({ std: [expect.any(Number), 1] });
  });

  it('gives the lowest value for an output that was constant', () => {
    const constant = changed('regression', ({ outputs }) => {
      outputs.angle = { dtype: 'number', min: 3, max: 3 };
    });
    const predicted = fromTfjs(constant).predict([[1, 2]]);
    expect(predicted[1]).toBe(3);
    expect(predicted[0]).toBeCloseTo(5.720714175737255, 4);
  });
});

describe('meta', () => {
  it.each<[string, (meta: Meta) => void, RegExp]>([
    [
      'another number of inputs',
      (meta) => delete meta.inputs.x,
      /^meta\.inputs: needs rows of 1 values, but gets rows of 2$/,
    ],
    [
      'another number of outputs',
      (meta) => delete meta.outputs.angle,
      /^meta\.outputs: needs rows of 1 values, but gets rows of 2$/,
    ],
    [
      'no ranges',
      (meta) => Object.assign(meta.inputs.x!, { min: null }),
      /^meta\.inputs: column 'x': expected numbers as min and max, got undefined and 4\.97/,
    ],
    [
      'ranges the wrong way round',
      (meta) => Object.assign(meta.inputs.x!, { min: 9 }),
      /^meta\.inputs: column 'x': expected numbers as min and max, got 9 and 4\.97/,
    ],
    [
      'images',
      (meta) => Object.assign(meta.inputs.x!, { dtype: 'image' }),
      /^meta\.inputs: column 'x': expected dtype 'number' or 'string', got 'image'/,
    ],
    [
      'a legend that is not one-hot',
      (meta) => Object.assign(meta.inputs.x!, { dtype: 'string', legend: { a: [1, 0], b: [1, 0] } }),
      /^meta\.inputs: column 'x': legend: expected a one-hot row for each class/,
    ],
    [
      'no legend',
      (meta) => Object.assign(meta.inputs.x!, { dtype: 'string' }),
      /legend: expected at least one class, got undefined/,
    ],
    ['no inputs', (meta) => Object.assign(meta, { inputs: 3 }), /^meta\.inputs: expected an object, got 3/],
    [
      'a text as a flag',
      (meta) => Object.assign(meta, { isNormalized: 'yes' }),
      /^meta\.isNormalized: expected true or false, got 'yes'/,
    ],
  ])('is refused: %s', (_, change, message) => {
    expect(() => fromTfjs(changed('regression', change))).toThrow(message);
  });

  it('may be a text', () => {
    const { meta, ...rest } = partsOf(fileOf('regression'));
    const text = Buffer.from(meta as Uint8Array).toString();
    expect(fromTfjs({ ...rest, meta: text }).config).toEqual(fromTfjs(partsOf(fileOf('regression'))).config);
    expect(() => fromTfjs({ ...rest, meta: '{' })).toThrow(/^meta: expected JSON/);
  });
});
