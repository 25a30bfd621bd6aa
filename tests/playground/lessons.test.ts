/** Tests of the lessons' view: texts of the one source, pictures equal to direct calls, answers checked. */
import {
  activationDerivative,
  adam,
  diagnose,
  glorotUniform,
  MLP,
  Rng,
  randomNormal,
  sgd,
  varianceScaling,
} from 'evenkeel';
import { iris } from 'evenkeel/data';
import { type Page, toHTML } from 'evenkeel/report';
import { propagate, statistics } from 'evenkeel/theory';
import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { readLink, writeLink } from '../../playground/engine/link.js';
import { initialState, type State } from '../../playground/engine/state.js';
import { ownFields, settled } from '../../playground/views/fields.js';
import type { Given, Piece, Values } from '../../playground/views/lessons/form.js';
import { judge, list, pictureOf, textOf } from '../../playground/views/lessons/lessons.js';
import { opened, ownName, pictures, valuesOf } from '../../playground/views/lessons/pictures.js';
import { lessons, lessonsPage } from '../../src/lessons/index.js';

const numbers = lessons.map(({ number }) => number);
const initialOf = (lesson: number): Values => valuesOf({ own: {} }, lesson);

/** Returns what a picture of a lesson draws with values other than the initial ones. */
async function moved(lesson: number, values: Values): Promise<Page['sections']> {
  const { report } = await pictureOf(lesson, { ...initialOf(lesson), ...values });
  return (report as Page).sections;
}

type Chart = { panels: { series: { label: string; x?: number[]; y: number[] }[] }[] };
/** Returns the y values of a series in a chart. */
const seriesOf = (sections: Page['sections'], section: number, panel: number, series: number) =>
  [...(sections[section] as unknown as Chart).panels[panel]!.series[series]!.y] as number[];
const rowsOf = (sections: Page['sections'], section: number) =>
  (sections[section] as unknown as { rows: unknown[][] }).rows;

describe('texts', () => {
  it('lists every lesson of docs/lessons', () => {
    expect(list.map(({ number, title }) => [number, title])).toEqual(
      lessons.map(({ number, title }) => [number, title]),
    );
    expect(pictures).toHaveLength(lessons.length);
  });

  it.each(numbers)('lesson %i has the text of the HTML page', async (number) => {
    const page = await lessonsPage([lessons[number - 1]!], 'one');
    const { question, idea, seen, guess, run, exercises, slides } = textOf(number);
    const parts = [
      question,
      idea,
      seen,
      run,
      slides,
      ...[guess, ...exercises].flatMap((q) => [q.ask, q.answer]),
    ];
    for (const part of parts) {
      expect(part.length).toBeGreaterThan(20);
      expect(page).toContain(part);
    }
  });
});

describe('pictures', () => {
  it.each(numbers)('the picture of lesson %i is at first that of the text', async (number) => {
    const { report, markup } = await pictureOf(number, initialOf(number));
    expect(report).toEqual(await lessons[number - 1]!.picture());
    expect(markup).toContain('<svg');
  });

  it.each(numbers)('the picture of lesson %i has all sections of its report', async (number) => {
    // The view cuts them out of the page that toHTML makes.
    const { report, markup } = await pictureOf(number, initialOf(number));
    const sections = [...toHTML(report).matchAll(/<section[\s\S]*?<\/section>/g)];
    expect(sections).toHaveLength((report as Page).sections.length);
    for (const [section] of sections) expect(markup).toContain(section);
  });

  it.each(numbers)('lesson %i has a picture at the ends of its controls', async (number) => {
    for (const [option, field] of Object.entries(pictures[number - 1]!.controls)) {
      const ends = 'names' in field ? field.names : [field.limits.low, field.limits.high];
      for (const end of ends) {
        const { markup, report } = await pictureOf(number, { ...initialOf(number), [option]: end });
        expect(markup).not.toMatch(/NaN|undefined/);
        if (end !== field.initial && number !== 2) {
          expect(JSON.stringify(report)).not.toBe(JSON.stringify(await lessons[number - 1]!.picture()));
        }
      }
    }
  });

  it('1: has the fit of as many neurons as are chosen', async () => {
    const sections = await moved(1, { neurons: 3 });
    const draw = (name: string, count: number) => {
      const rng = new Rng(3).split(name);
      const noise = rng.split('noise').normal(count, { std: 0.3 });
      const x = Array.from(rng.split('x').uniform(count, { low: -1, high: 1 }), (value) => [value]);
      return { x, y: x.map(([value], i) => [Math.sin(3 * value!) + noise[i]!]) };
    };
    const { x, y } = draw('training', 15);
    const hidden = {
      units: 3,
      activation: 'tanh',
      kernelInitializer: randomNormal({ stddev: 3 }),
      biasInitializer: randomNormal({ stddev: 2 }),
    } as const;
    const model = new MLP({ inputSize: 1, layers: [hidden, { units: 1 }], seed: 1 });
    model.compile({ loss: 'meanSquaredError', optimizer: adam({ learningRate: 0.02 }) });
    await model.fit(x, y, { epochs: 1500, batchSize: 15 });
    const grid = Array.from({ length: 81 }, (_, i) => [-1 + i / 40]);
    expect(seriesOf(sections, 0, 0, 1)).toEqual([...model.predict(grid)]);
    expect(rowsOf(sections, 2)).toContainEqual([
      3,
      10,
      Math.sqrt(model.evaluate(x, y).loss),
      expect.any(Number),
    ]);
  });

  it('2: has the slopes of the chosen activation', async () => {
    const sections = await moved(2, { further: 'mish' });
    const z = Array.from({ length: 101 }, (_, i) => (i - 50) / 12.5);
    expect(seriesOf(sections, 0, 1, 3)).toEqual(z.map((value) => activationDerivative('mish', value)));
  });

  it('3: has the loss of the chosen flower', async () => {
    const sections = await moved(3, { length: 3, width: 1 });
    const hidden = [0.86 * 3 + 0.41, Math.max(0, -1.04 * 3 - 0.65)];
    const z = [0.32, 0.25, 0.14].map((weight) => weight * hidden[0]!);
    const exponentials = z.map(Math.exp);
    const loss = -Math.log(exponentials[0]! / exponentials.reduce((sum, e) => sum + e));
    expect(seriesOf(sections, 0, 0, 1)[0]).toBeCloseTo(loss, 6);
  });

  it('4: has the gradients of the chain with larger weights', async () => {
    const sections = await moved(4, { factor: 2 });
    const weights = [0.919, -0.812, 1.471, -0.776].map((weight) => 2 * weight);
    const out = [-0.309, 1.133].map((weight) => 2 * weight);
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    const a = [2.4];
    for (const weight of weights) a.push(sigmoid(weight * a.at(-1)!));
    const e = out.map((weight) => Math.exp(weight * a[4]!));
    const p = e.map((value) => value / (e[0]! + e[1]!));
    let back = out[0]! * (p[0]! - 1) + out[1]! * p[1]!;
    const expected: number[] = [];
    for (let unit = 4; unit >= 1; unit--) {
      back *= a[unit]! * (1 - a[unit]!);
      expected.unshift(Math.abs(back));
      back *= weights[unit - 1]!;
    }
    const found = seriesOf(sections, 0, 0, 0);
    for (const [i, value] of expected.entries()) expect(found[i]! / value).toBeCloseTo(1, 5);
  });

  it('5: has the descents of the chosen rate, and the loss of the chosen equal start', async () => {
    const sections = await moved(5, { value: 1.25, rate: 0.2 });
    let w = 1.9;
    for (let step = 0; step < 40; step++) w -= 0.2 * (w ** 3 - 2 * w + 0.3);
    expect(seriesOf(sections, 0, 0, 3).at(-1)).toBeCloseTo(w ** 4 / 4 - w ** 2 + 0.3 * w + 1.5, 9);
    const kernelInitializer = { name: 'constant', value: 1.25 } as const;
    const layers = [
      { units: 16, activation: 'relu', kernelInitializer },
      { units: 3, activation: 'softmax', kernelInitializer },
    ] as const;
    const model = new MLP({ inputSize: 4, layers: [...layers], inputScaling: 'zScore', seed: 1 });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }) });
    expect(seriesOf(sections, 1, 0, 1)).toEqual([...(await model.fit(iris.x, iris.y, { epochs: 30 })).loss]);
  });

  it('6: counts as many draws as are chosen', async () => {
    const rows = rowsOf(await moved(6, { draws: 700, seed: 9 }), 1);
    const values = new Rng(9).split('normal').normal(700);
    expect(rows[1]!.slice(1, 3)).toEqual([statistics.mean(values), statistics.variance(values)]);
  });

  it('7: has sums whose deviation is the chosen size', async () => {
    const rows = rowsOf(await moved(7, { size: 2 }), 1) as number[][];
    for (const row of rows) expect(row[3]! / 2).toBeCloseTo(row[2]! / row[1]!, 9);
    // 4000 sums have a standard deviation within five of its standard errors, and more for the heavy tails of one product.
    for (const row of rows) expect(Math.abs(row[3]! / 2 - 1)).toBeLessThan(0.1);
  });

  it('8: has the spreads of a larger start', async () => {
    const sections = await moved(8, { size: 1.5 });
    const kernelInitializer = varianceScaling({ scale: 2.25, mode: 'fanAvg', distribution: 'uniform' });
    const hidden = { units: 200, activation: 'tanh', kernelInitializer } as const;
    const output = { units: 10, activation: 'softmax', kernelInitializer } as const;
    const model = new MLP({ inputSize: 200, layers: [...Array(5).fill(hidden), output], seed: 8 });
    const outputs = model.layerOutputs(new Rng(8).split('x').normal(100 * 200)).slice(0, 5);
    expect(seriesOf(sections, 0, 0, 1)).toEqual(
      outputs.map(({ activation }) => statistics.standardDeviation(activation)),
    );
  });

  it('8: size 1 has the bits of Glorot’s uniform start', () => {
    const scaled = varianceScaling({ scale: 1, mode: 'fanAvg', distribution: 'uniform' });
    const draw = (kernelInitializer: typeof scaled) =>
      new MLP({ inputSize: 30, layers: [{ units: 20, kernelInitializer }], seed: 8 }).getWeights();
    expect(draw(scaled)).toEqual(draw(glorotUniform()));
  });

  it.each([
    [9, { scale: 3 }, { depth: 10, width: 100, kernelVariance: 0.03, networks: 50 }, 2],
    [10, { variance: 0.03 }, { depth: 50, width: 100, kernelVariance: 0.03, networks: 20 }, 4],
  ] as const)(
    '%i: has the medians of propagate for the chosen variance',
    async (lesson, values, options, series) => {
      const sections = await moved(lesson, values);
      const { layers } = propagate({ activation: 'relu', ...options });
      expect(seriesOf(sections, 0, 0, series)).toEqual(layers.map(({ forward }) => forward.q50));
      expect(seriesOf(sections, 0, 1, series)).toEqual(layers.map(({ backward }) => backward.q50));
    },
  );

  it('11: has the diagnosis of the chosen starts', async () => {
    const sections = await moved(11, { stddev: 0.2, bias: 0 });
    const look = (
      activation: 'relu' | 'tanh',
      kernelInitializer: string | { name: string; stddev: number },
    ) => {
      const hidden = { units: 64, activation, kernelInitializer };
      const layers = [...Array(8).fill(hidden), { units: 3, activation: 'softmax' }];
      const model = new MLP({ inputSize: 64, layers, seed: 1 });
      model.compile({ loss: 'crossEntropy' });
      const y = Array.from({ length: 200 }, (_, i) => i % 3);
      return diagnose(model, new Rng(11).normal(200 * 64), y, { bins: 4 });
    };
    const explodes = look('relu', { name: 'randomNormal', stddev: 0.2 });
    expect(seriesOf(sections, 0, 0, 1)).toEqual(explodes.layers.slice(0, -1).map((l) => l.preactivation.std));
    const rows = rowsOf(sections, 1);
    expect(rows[1]![1]).toBe(explodes.verdict);
    expect(rows[5]![1]).toBe(look('tanh', 'glorotUniform').verdict);
  });

  it('12: has the path of SGD at the chosen rate, and kernels of the chosen size', async () => {
    const sections = await moved(12, { rate: 0.09, factor: 5 });
    // Each step multiplies w1 by 1 − rate and w2 by 1 − 25 · rate.
    for (const [step, w2] of seriesOf(sections, 0, 0, 0).entries()) {
      expect(w2 / (1 - 25 * 0.09) ** step).toBeCloseTo(1, 3);
    }
    const hidden = {
      units: 64,
      activation: 'relu',
      kernelInitializer: randomNormal({ stddev: 5 * Math.sqrt(2 / 64) }),
    };
    const model = new MLP({ inputSize: 64, layers: [...Array(5).fill(hidden), { units: 1 }], seed: 1 });
    const { layers } = diagnose(model, new Rng(12).normal(200 * 64), undefined, { bins: 4 });
    expect(rowsOf(sections, 3)[2]!.slice(0, 2)).toEqual([5, layers[4]!.activation.std]);
  });
});

describe('answers', () => {
  it.each(numbers)('the solutions of lesson %i are right', async (lesson) => {
    const { exercises, exerciseAnswers, guessAnswer } = lessons[lesson - 1]!;
    const guess = 'choice' in guessAnswer ? guessAnswer.choice : String(guessAnswer.value);
    expect(await judge({ lesson, part: 0, text: guess })).toMatchObject({ right: true });
    for (const [i, answer] of exerciseAnswers.entries()) {
      const code = exercises[i]!.answer.find((block) => block.kind === 'code');
      const text = 'check' in answer ? (code as { text: string }).text : String(answer.value);
      expect(await judge({ lesson, part: i + 1, text })).toEqual({ right: true, says: 'Right.' });
    }
  });

  it('says what is wrong', async () => {
    const says = async (part: number, text: string) => (await judge({ lesson: 1, part, text })).says;
    expect(await says(0, 'a')).toBe('It is c.');
    expect(await says(1, '112')).toBe('Those are the weights. Each neuron also has a bias.');
    expect(await says(1, 'many')).toMatch(/Expected a number/);
    expect(await says(2, 'export function exercise2( {')).toMatch(/^The code has an error: /);
    expect(await says(2, 'export const other = 1')).toMatch(/Expected a function exercise2/);
    expect(await says(2, 'export const exercise2 = () => 0.5')).toMatch(/should be 0.25, got 0.5/);
    expect(await says(2, 'export const exercise2 = () => { throw new Error("x") }')).toMatch(
      /threw an error: x/,
    );
  });
});

/** Asks a lab until its long computation is done, and returns the pieces. */
async function piecesOf(lab: Lab, own: State['own'], actions: readonly Given[] = []) {
  const state = { ...initialState, view: 'lessons', own } as const;
  let answer = lab.answer({ id: 1, state, steps: 0, want: ['view'], actions });
  const pieces = [...(answer.pieces ?? [])];
  while (answer.working) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    answer = lab.answer({ id: 2, steps: 0, want: [] });
    pieces.push(...(answer.pieces ?? []));
  }
  return pieces as Piece[];
}

describe('engine', () => {
  it('answers with the list, the text and the picture', async () => {
    const lab = new Lab();
    expect((await piecesOf(lab, {})).map(({ kind }) => kind)).toEqual(['list']);
    const pieces = await piecesOf(lab, { lesson: 9, [ownName(9, 'scale')]: 3 });
    expect(pieces.map(({ kind }) => kind)).toEqual(['list', 'text', 'picture']);
    expect(pieces[2]).toEqual({ kind: 'picture', picture: await pictureOf(9, { scale: 3 }) });
  });

  it('checks an answer once', async () => {
    const lab = new Lab();
    const given = { lesson: 1, part: 1, text: '131' };
    const [first] = await piecesOf(lab, { lesson: 1 }, [given]);
    expect(first).toEqual({ kind: 'judged', judged: { ...given, right: true, says: 'Right.' } });
    expect((await piecesOf(lab, { lesson: 1 })).map(({ kind }) => kind)).not.toContain('judged');
  });
});

describe('links', () => {
  it.each(numbers)('lesson %i and its view of the playground have short links', (lesson) => {
    const own: Record<string, number | string> = { lesson };
    for (const [option, field] of Object.entries(pictures[lesson - 1]!.controls)) {
      own[ownName(lesson, option)] = 'names' in field ? field.names[3]! : field.limits.high;
    }
    for (const state of [
      settled({ ...initialState, view: 'lessons', own }),
      settled(opened(lesson, initialOf(lesson))),
      settled(opened(lesson, valuesOf({ own }, lesson))),
    ]) {
      const link = writeLink(state, ownFields);
      expect(link.length).toBeLessThanOrEqual(200);
      const { state: read, notes } = readLink(link, ownFields);
      expect(notes).toEqual([]);
      // A link leaves out initial values of a view's own.
      expect(settled(read)).toEqual({ ...state, own: read.own });
      expect(writeLink(settled(read), ownFields)).toBe(link);
      const lab = new Lab();
      lab.set(settled(read));
      expect(lab.runners.map(({ failure }) => failure)).toEqual(state.networks.map(() => undefined));
    }
  });

  it('a damaged link has a note', () => {
    const { state, notes } = readLink('view=lessons&_n=13&_9v=much', ownFields);
    expect(state.own).toEqual({});
    expect(notes).toEqual(['the link has “_n=13”', 'the link has “_9v=much”']);
  });
});
