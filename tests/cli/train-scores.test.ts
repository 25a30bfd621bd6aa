/** Tests of what `evenkeel train` reports about a model: baseline, classes, influence, and class weights. */
import { describe, expect, it } from 'vitest';
import { likeliest } from '../../src/cli/task/class-probabilities.js';
import { classWeights } from '../../src/cli/task/class-weight.js';
import { influences } from '../../src/cli/task/influence.js';
import { baselineOf, inWords, type Judged } from '../../src/cli/task/scores.js';
import { trainingPage } from '../../src/cli/task/train-page.js';
import { readCsv } from '../../src/data/index.js';
import { type BackendName, MLP, Rng } from '../../src/index.js';
import { untyped } from '../support/refusals.js';

const classes = { target: 'left', classNames: ['no', 'yes'], weighted: false };
const number = { target: 'price', targets: ['price'], weighted: false };

/** Ten rows, of which two are class 1, and a model's predictions for them. */
function judged(second: readonly number[], measures: object): Judged {
  const outputs = Float64Array.from(second.flatMap((p) => [1 - p, p]));
  return {
    x: new Float64Array(10),
    y: Uint32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 1, 0),
    rows: 10,
    outputs,
    measures: measures as Judged['measures'],
  };
}
const oneFound = judged([0.1, 0.2, 0.3, 0.1, 0.9, 0.1, 0.1, 0.6, 0.4, 0.1], { loss: 0.3, accuracy: 0.8 });

describe('a baseline', () => {
  it('is the largest class of the training rows, with the class shares as probabilities', () => {
    const baseline = baselineOf(Uint32Array.of(0, 0, 0, 1), oneFound, classes);
    expect(baseline.words).toBe("always 'no'");
    // Eight rows have probability 3/4, two have 1/4.
    const loss = -(8 * Math.log(0.75) + 2 * Math.log(0.25)) / 10;
    expect(baseline.measures.loss).toBeCloseTo(loss, 12);
    expect(baseline.measures.accuracy).toBe(0.8);
  });

  it('is the mean of the training rows for numbers', () => {
    const rows = { x: new Float64Array(2), y: Float64Array.of(1, 5), rows: 2 };
    const { words, measures } = baselineOf(Float64Array.of(2, 4), rows, number);
    expect([words, measures]).toEqual(['always the mean', { rootMeanSquaredError: 2, r2: 0 }]);
  });
});

describe('the text about a model', () => {
  const baseline = baselineOf(Uint32Array.of(0, 0, 0, 1), oneFound, classes);

  it('shows the baseline, and each class if their sizes differ', () => {
    expect(inWords('test rows', oneFound, baseline, classes)).toEqual([
      '10 test rows: loss 0.300, accuracy 0.800',
      "always 'no': loss 0.507, accuracy 0.800",
      // Seven of eight and one of two are right.
      'balanced accuracy 0.688; recall: no 0.875, yes 0.500',
    ]);
  });

  it('says if the model is no better', () => {
    const none = judged(Array(10).fill(0.3), { loss: 0.52, accuracy: 0.8 });
    const lines = inWords('test rows', none, baseline, classes);
    expect(lines.at(-1)).toMatch(/^no better than that/);
    expect(lines[2]).toBe('balanced accuracy 0.500; recall: no 1.00, yes 0');
    // With class weights, accuracy is not the goal.
    const weighted = { ...classes, weighted: true };
    const found = judged([...Array(4).fill(0.6), 0.9, 0.2, 0.2, 0.2, 0.9, 0.2], { loss: 0.6, accuracy: 0.4 });
    expect(inWords('test rows', found, baseline, weighted).at(-1)).not.toMatch(/^no better/);
    expect(inWords('test rows', none, baseline, weighted).at(-1)).toMatch(/^no better/);
  });

  it('shows those with the least recall of many classes', () => {
    const names = Array.from({ length: 12 }, (_, c) => `c${c}`);
    const y = Uint32Array.from({ length: 36 }, (_, r) => (r < 12 ? r : 0));
    const outputs = new Float64Array(36 * 12);
    for (const [r, label] of y.entries()) outputs[r * 12 + (label === 7 ? 0 : label)] = 1;
    const many = { x: y, y, rows: 36, outputs, measures: { loss: 0, accuracy: 35 / 36 } };
    const learned = { target: 'y', classNames: names, weighted: false };
    const lines = inWords(
      'test rows',
      untyped<Judged>(many),
      baselineOf(y, untyped<Judged>(many), learned),
      learned,
    );
    expect(lines[2]).toMatch(/^balanced accuracy 0\.917; the least recall of 12 classes: .*c7 0(,|$)/);
    expect(lines[2]!.match(/c\d+ /g)).toHaveLength(8);
  });
});

describe('class weights', () => {
  const task = { target: 'left', classNames: ['no', 'yes', '7'], y: Uint32Array.of(0, 0, 0, 0, 1, 1) };

  it('balanced give each class the same share', () => {
    // The weight is n / (K n_c); a class without rows gets the library's weight for none given.
    expect(classWeights('balanced', task)).toEqual([0.5, 1, 1]);
  });

  it('are given by name or, if no class has the name, by index', () => {
    expect(classWeights({ yes: 3 }, task)).toEqual([1, 3, 1]);
    expect(classWeights({ '7': 2, '0': 5 }, task)).toEqual([5, 1, 2]);
    expect(classWeights([1, 2, 3], task)).toEqual([1, 2, 3]);
    expect(classWeights(undefined, task)).toBeUndefined();
  });

  it.each([
    [{ yess: 2 }, task, /^classWeight\.yess: no class has this name; did you mean 'yes'\?/],
    [{ '3': 2 }, task, /^classWeight\.3: no class/],
    [{ yes: -1 }, task, /^classWeight\.yes: expected a weight ≥ 0, got -1/],
    [{ '7': Number.NaN }, task, /^classWeight\.7: expected a finite number, got NaN/],
    [[1, 2, -3], task, /^classWeight\[2\]: expected a weight ≥ 0, got -3/],
    ['balanced', { target: 'price', y: Float64Array.of(1) }, /^classWeight: price is learned as a number/],
  ] as const)('%j is refused', (given, of, message) => {
    expect(() => classWeights(given, of)).toThrow(message);
  });
});

describe('influence', () => {
  // The model computes 3 a + (1 if the kind is q), and ignores the noise.
  const rng = new Rng(4);
  const [a, noise] = [rng.split('a').normal(400), rng.split('noise').normal(400)];
  const kinds = rng.split('kind').integers(400, 3);
  const lines = Array.from(
    a,
    (value, r) => `${noise[r]},${value},${'pqr'[kinds[r]!]},${3 * value + Number(kinds[r] === 1)}`,
  );
  const table = readCsv(['noise,a,kind,y', ...lines].join('\n'), { target: 'y' });
  const model = new MLP<BackendName>({ inputSize: table.inputSize, layers: [{ units: 1 }] });
  model.compile({ loss: 'meanSquaredError' });
  model.setWeights([{ kernel: [0, 3, 0, 1, 0], bias: [0] }]);
  const found = influences([{ model, rows: table }], table, 0);

  it('is the growth of the loss when a column is permuted, the values of a category together', () => {
    expect(table.featureNames).toEqual(['noise', 'a', 'kind=p', 'kind=q', 'kind=r']);
    expect(found.map(({ name }) => name)).toEqual(['a', 'kind', 'noise']);
    // Permuted values differ by 2 σ² on average: 2 · 9 for a, 2 · p (1 − p) for the kind.
    const p = table.x.filter((_, i) => i % 5 === 3).reduce((sum, one) => sum + one / 400, 0);
    const variance = Array.from(a).reduce((sum, value) => sum + (value * value) / 400, 0);
    expect(found[0]!.loss / (18 * variance)).toBeCloseTo(1, 1);
    expect(found[1]!.loss / (2 * p * (1 - p))).toBeCloseTo(1, 0);
    expect(Math.abs(found[2]!.loss)).toBeLessThan(1e-9);
    expect(found[0]!.deviation).toBeGreaterThan(0);
  });

  it('follows the seed, and is a mean over several models', () => {
    expect(influences([{ model, rows: table }], table, 0)).toEqual(found);
    expect(influences([{ model, rows: table }], table, 1)).not.toEqual(found);
    const half = (from: number) => ({
      x: table.x.subarray(from * 5, (from + 200) * 5),
      y: (table.y as Float64Array).subarray(from, from + 200),
      rows: 200,
    });
    const halves = influences(
      [0, 200].map((from) => ({ model, rows: half(from) })),
      table,
      0,
    );
    expect(halves[0]!.loss / found[0]!.loss).toBeCloseTo(1, 0);
  });

  it('is empty for images', () => {
    expect(influences([{ model, rows: table }], { inputSize: 5 }, 0)).toEqual([]);
  });
});

describe('the page of a training', () => {
  const common = {
    title: 'left.csv',
    summary: ['a line'],
    what: 'test rows',
    influences: [{ name: 'age', loss: 0.5, deviation: 0.1 }],
    histories: [{ kind: 'history' as const, loss: [2, 1] }],
  };
  const task = (more: object) => untyped<Parameters<typeof trainingPage>[0]['task']>({ ...more });

  it('has scores, classes, a confusion matrix, calibration, influence and curves for classes', () => {
    const baseline = baselineOf(Uint32Array.of(0, 0, 0, 1), oneFound, classes);
    const page = trainingPage({ ...common, task: task(classes), judged: oneFound, baseline });
    const tables = Object.fromEntries(
      page.sections.flatMap((section) => (section.kind === 'table' ? [[section.title, section.rows]] : [])),
    );
    expect(tables['Scores on test rows']).toEqual([
      ['loss', 0.3, expect.closeTo(0.507, 3)],
      ['accuracy', 0.8, 0.8],
    ]);
    expect(tables.Classes).toEqual([
      ['no', 8, 7 / 8, 7 / 8, 7 / 8],
      ['yes', 2, 1 / 2, 1 / 2, 1 / 2],
    ]);
    expect(tables['Predicted classes']).toEqual([
      ['no', 7, 1],
      ['yes', 1, 1],
    ]);
    // Probabilities of the predicted class: 0.6 (two wrong), 0.7, 0.8, and six of 0.9.
    expect(tables.Calibration).toEqual([
      [2, expect.closeTo(0.6, 12), 0],
      [1, expect.closeTo(0.7, 12), 1],
      [1, expect.closeTo(0.8, 12), 1],
      [6, expect.closeTo(0.9, 12), 1],
    ]);
    expect(tables['Influence of the columns']).toEqual([['age', 0.5, 0.1]]);
    expect(page.sections.some(({ title }) => title === 'Loss by epoch')).toBe(true);
  });

  it('has residuals for numbers, also by the size of the prediction', () => {
    const y = Float64Array.from({ length: 20 }, (_, r) => r);
    // The first half is one too low, the second three too high.
    const outputs = y.map((value, r) => (r < 10 ? value - 1 : value + 3));
    const rows = untyped<Judged>({ x: y, y, rows: 20, outputs, measures: { loss: 1, r2: 0.8 } });
    const baseline = baselineOf(y, rows, number);
    const page = trainingPage({ ...common, task: task(number), judged: rows, baseline });
    const tables = Object.fromEntries(
      page.sections.flatMap((section) => (section.kind === 'table' ? [[section.title, section.rows]] : [])),
    );
    expect(tables.Residuals).toEqual([[-3, -3, 1, 1, 1]]);
    expect(tables['Residuals by prediction']).toHaveLength(10);
    expect(tables['Residuals by prediction']![0]).toEqual([2, -0.5, 0.5, 1, 1]);
    expect(tables['Residuals by prediction']![9]).toEqual([2, 21.5, 18.5, -3, 3]);
  });

  it('has only the curves of each network if no rows were judged', () => {
    const page = trainingPage({
      ...common,
      task: task(classes),
      judged: undefined,
      baseline: undefined,
      influences: [],
      histories: [
        { kind: 'history' as const, loss: [2, 1] },
        { kind: 'history' as const, loss: [3, 1] },
      ],
    });
    const [curves] = page.sections;
    expect(curves).toMatchObject({
      kind: 'curves',
      panels: [{ label: 'network 1' }, { label: 'network 2' }],
    });
  });
});

it('takes the first of equally likely classes', () => {
  expect([...likeliest(Float64Array.of(0.5, 0.5, 0.2, 0.8), 2)]).toEqual([0, 1]);
});
