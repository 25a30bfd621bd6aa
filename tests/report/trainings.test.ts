/** Tests the pages of a grid search, of five starts and of a recipe: what the functions return can be shown as it is. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/index.js';
import { type FiveStartsResult, fiveStarts, type RecipeResult, trainRecipe } from '../../src/lab/index.js';
import { type GridSearchResult, gridSearch } from '../../src/node/index.js';
import { type Report, toHTML, toSVG, toText } from '../../src/report/index.js';
import { options, x, y } from '../support/searches.js';

// Twenty images of nine pixels, two of each class.
const images = {
  x: Uint8Array.from(new Rng(3).integers(20 * 9, 256)),
  y: Uint8Array.from({ length: 20 }, (_, i) => i % 10),
  count: 20,
  inputSize: 9,
};
const data = { train: images, test: images };

const search: GridSearchResult = {
  kind: 'gridSearch',
  score: 'accuracy',
  points: [
    { parameters: { units: 2, rate: 0.001 }, mean: 0.5, std: 0.25, scores: [0.25, 0.75] },
    { parameters: { units: 16, rate: 0.03 }, mean: 0.875, std: 0.125, scores: [0.75, 1] },
    { parameters: { units: 32, rate: 0.03 }, mean: 0.875, std: 0, scores: [0.875, 0.875] },
  ],
  best: { parameters: { units: 16, rate: 0.03 }, mean: 0.875, std: 0.125, scores: [0.75, 1] },
};
const failed = {
  parameters: { units: 64, rate: 9 },
  mean: Number.NaN,
  std: Number.NaN,
  scores: [Number.NaN, 0.5],
  failure: 'loss: is infinite',
};

const start = { firstStd: 0.5, lastStd: 2, gradientNorm: 12, samplesPerSecond: 60_000 };
const starts: FiveStartsResult = {
  kind: 'fiveStarts',
  starts: [
    { ...start, name: 'zeros', epochs: [{ epoch: 1, loss: 2.3, testAccuracy: 0.125 }] },
    { ...start, name: 'large', epochs: [], failure: 'loss: is NaN' },
    {
      ...start,
      name: 'He normal',
      epochs: [
        { epoch: 1, loss: 0.5, testAccuracy: 0.75 },
        { epoch: 2, loss: 0.25, testAccuracy: 0.875 },
      ],
    },
  ],
};
const recipe: RecipeResult = {
  kind: 'recipe',
  name: 'sgd',
  gradientNorms: [0.125, 0.5],
  epochs: [
    { epoch: 1, trainLoss: 1.25, trainAccuracy: 0.5, testAccuracy: 0.375 },
    { epoch: 2, trainLoss: 0.75, trainAccuracy: 0.875, testAccuracy: 0.625 },
  ],
};

const oneLine = (report: Report) => toText(report).replace(/\s+/g, ' ');
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe.each<[string, Report]>([
  ['a grid search', search],
  ['a grid search with a failure', { ...search, points: [...search.points, failed] }],
  ['five starts', starts],
  ['a recipe', recipe],
])('%s', (_, report) => {
  it.each([
    ['as it is', report],
    ['from JSON', throughJson(report)],
    ['beside another', { labels: ['this', 'that'], reports: [report, report] } as Report],
  ])('%s is shown as text, HTML and SVG', (_, shown) => {
    for (const columns of [20, 80]) {
      for (const line of toText(shown, { columns }).split('\n'))
        expect(line.length).toBeLessThanOrEqual(columns);
    }
    expect(toHTML(shown)).toContain('<table');
    expect(toSVG(shown)).toContain('<path');
    expect(toSVG(shown)).not.toMatch(/="[^"]*NaN/);
  });
});

describe('a grid search', () => {
  it('names its best point, the first of equal ones, and marks it in the table', () => {
    const text = oneLine(search);
    expect(text).toContain(
      'Point 2 of 3 has the best accuracy: mean 87.5 %, standard deviation 12.5 % over 2 folds.',
    );
    expect(text).toContain('Its parameters are units 16, rate 0.03.');
    expect(text).toMatch(/ 2 16 0\.03 87\.5 % 12\.5 % 75 % 100 % best/);
    expect(text.match(/% best/g)).toHaveLength(1);
  });

  it('says why points have no score', () => {
    const { best: _, ...none } = search;
    const text = oneLine({ ...none, points: [failed] });
    expect(text).toContain('None of 1 point has a score');
    expect(text).toContain('loss: is infinite');
  });

  it('writes lists and configs as JSON', () => {
    const parameters = { optimizer: { name: 'adam' }, scaling: 'none' };
    const point = { ...search.points[0]!, parameters };
    expect(oneLine({ ...search, points: [point], best: point })).toContain(
      'Its parameters are optimizer {"name":"adam"}, scaling none.',
    );
  });

  it('shows what gridSearch returns, also without a grid', async () => {
    const found = await gridSearch(x, y, { ...options, workers: 1 });
    expect(oneLine(found)).toContain(`of ${found.points.length} has the best accuracy`);
    const single = await gridSearch(x, y, { ...options, grid: {}, workers: 1 });
    expect(oneLine(single)).toContain('Point 1 of 1 has the best accuracy');
  });
});

describe('five starts', () => {
  it('name the best start and those that were abandoned', () => {
    const text = oneLine(starts);
    expect(text).toContain('He normal has the highest test accuracy: 87.5 % after 2 epochs.');
    expect(text).toContain('large was abandoned: loss: is NaN');
    expect(text).toMatch(/He normal 0\.5 2 12 2 0\.25 87\.5 % 60 000/);
  });

  it('have no chart if no epoch was finished', () => {
    const none: Report = { ...starts, starts: [starts.starts[1]!] };
    expect(oneLine(none)).toContain('No start finished an epoch.');
    expect(() => toSVG(none)).toThrow(/no chart to draw/);
  });

  it('show what fiveStarts returns', async () => {
    const result = await fiveStarts(data, { epochs: 1, units: [4] });
    expect(result.kind).toBe('fiveStarts');
    const text = oneLine(result);
    for (const { name } of result.starts) expect(text).toContain(name);
  });
});

describe('a recipe', () => {
  it('states its last epoch and lists all', () => {
    const text = oneLine(recipe);
    expect(text).toContain(
      'sgd after 2 epochs: training loss 0.750, training accuracy 87.5 %, test accuracy 62.5 %.',
    );
    expect(text).toMatch(/ 1 1\.25 50 % 37\.5 % 2 0\.75 87\.5 % 62\.5 %/);
  });

  it('shows what trainRecipe returns, also without an epoch', async () => {
    expect(oneLine(await trainRecipe('sgd', data, { epochs: 1 }))).toContain(
      'sgd after 1 epoch: training loss',
    );
    expect(oneLine({ ...recipe, epochs: [] })).toContain('sgd: no epoch was finished.');
  });
});

it('the error about a value that is no report lists all kinds', () => {
  const message =
    /^report: expected a diagnosis, a propagation, .*a grid search, fiveStarts' result, a recipe's result, \{ labels, reports \}/;
  expect(() => toText({ points: [] } as unknown as Report)).toThrow(message);
  expect(() => toText({ kind: 'gridSearch', points: [] } as unknown as Report)).toThrow(
    /^report\.points: expected those of a grid search, got none/,
  );
  expect(() => toText({ labels: ['a', 'b'], reports: [search, recipe] } as unknown as Report)).toThrow(
    /^report\.reports\[1\]: expected a grid search like reports\[0\], got a recipe's result/,
  );
});
