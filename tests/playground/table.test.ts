import { readCsv } from 'evenkeel/data';
import { describe, expect, it } from 'vitest';
import { readTable } from '../../playground/engine/data/table.js';
import { Lab } from '../../playground/engine/lab.js';
import { measure } from '../../playground/engine/measure.js';
import { initialState, type State } from '../../playground/engine/state.js';
import { expectedSignals } from '../../playground/engine/theory.js';
import { KNOTS, writeCurve } from '../../playground/views/activation/curve.js';
import type { Frame as ActivationFrame } from '../../playground/views/activation/engine.js';
import { printedLosses } from './printed-losses.mjs';

const rowsOf = (count: number, row: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => row(i)).join('\n');

describe('a table of the visitor', () => {
  it.each([
    ['numbers', 'a,b\n1,2\n3,4\n5,7\n', { inputSize: 1, classes: 0 }],
    ['a name with an equals sign', 'a,b=c\n1,2\n3,4\n5,7\n', { inputSize: 1, classes: 0 }],
    ['a category whose name has an equals sign', 'a,b=c\n1,x\n3,y\n5,x\n', { inputSize: 1, classes: 2 }],
    ['a missing cell, whose row is omitted', 'a,b\n1,2\n,4\n5,7\n3,\n', { inputSize: 1, classes: 0 }],
    ['a ragged row, which is omitted', 'a,b\n1,2\n3\n5,7\n6,9\n', { inputSize: 1, classes: 0 }],
  ])('has its last column as the target: %s', (_, text, expected) => {
    const { rows } = readTable('own.csv', text);
    const { x, y, ...rest } = rows;
    expect(rest).toMatchObject(expected);
    expect(x).toHaveLength(y.length);
    expect([...x].every(Number.isFinite) && [...y].every(Number.isFinite)).toBe(true);
  });

  it('names the target in the printed program', () => {
    const { rows } = readTable('own.csv', 'a,b=c\n1,x\n3,y\n5,x\n');
    expect(rows.lines.join('\n')).toContain('"target":"b=c"');
  });

  it('guesses the last column that is not a date', () => {
    const { info } = readTable('own.csv', 'a,b,when\n1,3,2020-01-01\n2,1,2021-05-05\n');
    expect(info).toMatchObject({ target: 'b', columns: ['a', 'b'] });
  });

  it('offers columns that are ignored as inputs', () => {
    const text = `id,a,b\n${rowsOf(20, (i) => `${i},${(i * 3) % 7},${i % 2 ? 'u' : 'v'}`)}`;
    expect(readTable('own.csv', text).info).toMatchObject({ columns: ['a', 'b', 'id'], target: 'b' });
    expect(readTable('own.csv', text, { target: 'id' }).info).toMatchObject({ target: 'id', inputSize: 3 });
  });

  it('reads a target of few numbers as numbers, or as classes if the visitor wants that', () => {
    const text = 'a,b\n1,0\n2,1\n3,0\n4,2\n';
    const numbers = readTable('own.csv', text);
    expect(numbers.info).toMatchObject({ kind: 'numeric', kinds: ['numeric', 'category'], classes: 0 });
    const classes = readTable('own.csv', text, { target: 'b', kind: 'category' });
    expect(classes.info).toMatchObject({ kind: 'category', kinds: ['category', 'numeric'], classes: 3 });
    expect(classes.rows).toMatchObject({ classNames: ['0', '1', '2'], y: Uint32Array.of(0, 1, 0, 2) });
    // The printed program reads the same rows.
    const options = JSON.parse(/readCsv\(.*?\), (\{.*\})\);/.exec(classes.rows.lines.join('\n'))![1]!);
    expect(readCsv(text, options)).toMatchObject({ x: classes.rows.x, y: classes.rows.y });
  });

  it('offers no numbers for a target of words, and no classes for one of many numbers', () => {
    expect(readTable('own.csv', 'a,b\n1,x\n3,y\n5,x\n').info.kinds).toEqual(['category']);
    const many = `a,b\n${rowsOf(200, (i) => `${i % 9},${i * 1.5}`)}`;
    expect(readTable('own.csv', many).info.kinds).toEqual(['numeric']);
  });

  it('tells what the reader noted, and which rows it left out', () => {
    const { notes } = readTable('own.csv', 'a,b\n1,2\n,4\n5\n7,8\n8,8,8\n9,1\n').info;
    expect(notes).toEqual([
      expect.stringMatching(/^1 of 4 rows are left out because cells are missing.*\.$/),
      '2 unreadable rows are left out.',
      'Line 4: expected 2 cells, got 1 cell; no cell for ‘b’.'.replace(/[‘’]/g, "'"),
      expect.stringMatching(/^Line 6: expected 2 cells, got 3 cells/),
    ]);
  });

  it.each([
    ['an empty file', '', /empty text/],
    ['a header alone', 'a,b\n', /expected rows after the header/],
    ['one column', 'a\n1\n2\n', /expected a column to learn from/],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13), /got a picture/],
    ['a binary file', Uint8Array.from({ length: 2000 }, (_, i) => (i * 7919 + i * i) % 256), /binary file/],
    ['dates alone', 'when\n2020-01-01\n2021-05-05\n', /got only dates/],
    ['one row', 'a,b\n1,2\n', /at least two rows/],
    ['too many classes', `a,b\n${rowsOf(400, (i) => `${i % 9},k${i % 300}`)}`, /300 classes.*at most 100/],
    ['a target without two values', 'a,b\n1,x\n2,x\n3,x\n', /same value in every row/],
    ['a number beyond 32 bits', 'a,b\n1,2\n1e300,3\n2,4\n', /'a' has 1e\+300, which is too large/],
  ])('is refused in words: %s', (_, data, message) => {
    expect(() => readTable('own.csv', data)).toThrow(message);
  });

  it('refuses a target that holds neither numbers nor classes', () => {
    const dates = 'a,when\n1,2020-01-01\n2,2021-05-05\n';
    expect(() => readTable('own.csv', dates, { target: 'when' })).toThrow(/'when'/);
    const words = 'a,b\n1,x\n2,y\n3,x\n';
    expect(() => readTable('own.csv', words, { target: 'b', kind: 'numeric' })).toThrow(/no row|row/i);
  });
});

describe('a table that is not UTF-8', () => {
  const text = 'größe,b,art\n1,2,ä\n2,3,ü\n3,4,ä\n4,3,ü\n';
  it.each([
    ['windows-1252', Buffer.from(text, 'latin1')],
    ['utf-16le', Buffer.from(text, 'utf16le')],
  ])('is read as %s, and a note and the printed program say so', (encoding, bytes) => {
    const { rows, info } = readTable('own.csv', new Uint8Array(bytes));
    expect(info.columns).toEqual(['größe', 'b', 'art']);
    expect(rows.classNames).toEqual(['ä', 'ü']);
    expect(info.notes[0]).toBe(`The file is not UTF-8, so it is read as ${encoding}.`);
    expect(rows.lines.join()).toContain(`"encoding":"${encoding}"`);
  });
});

it('names no option of the library that the page does not have', () => {
  const ids = `a,id,v\n${rowsOf(500, (i) => `${i % 9},n${i},${i % 7}`)}`;
  const { info } = readTable('own.csv', ids);
  expect(info.notes.join()).toMatch(/'id' is ignored: it has 500 different values/);
  expect(info.notes.join()).not.toMatch(/columns: \{/);
  const alone = `a,id\n${rowsOf(500, (i) => `${i % 9},n${i}`)}`;
  expect(() => readTable('own.csv', alone)).toThrow(/own\.csv: expected a column to learn from/);
  expect(() => readTable('own.csv', alone)).not.toThrow(/columns: \{/);
});

describe('networks of a table', () => {
  const text = `a,b,c\n${rowsOf(60, (i) => `${i % 7},${100 + (i % 11)},${(i % 7) + (i % 11)}`)}`;
  const state: State = { ...initialState, data: 'table', networks: [{}] };
  const ask = (lab: Lab, target: string) =>
    lab.answer({
      id: 0,
      state,
      steps: 0,
      want: ['maps'],
      given: readTable('own.csv', text, { target }).rows,
    });

  it('are made anew when the target changes and the state does not', () => {
    const lab = new Lab();
    ask(lab, 'c');
    lab.run(3);
    expect(lab.runners[0]!.step).toBe(3);
    const { data } = ask(lab, 'a');
    expect(lab.runners[0]!.step).toBe(0);
    expect(data!.plane).toMatchObject({ heights: [0, 6] });
    expect(lab.data.train.y).not.toEqual(readTable('own.csv', text).rows.y);
  });

  it('have a map over the range of two inputs', () => {
    const lab = new Lab();
    const { networks, data, error } = ask(lab, 'c');
    expect(error).toBeUndefined();
    const { x, y, heights } = data!.plane!;
    const expected = [-0.3, 6.3, 99.5, 110.5];
    for (const [i, value] of [...x, ...y].entries()) expect(value).toBeCloseTo(expected[i]!, 10);
    expect(heights).toEqual([0, 15]);
    const { size, outputs } = networks[0]!.map!;
    const corner = [x[0] + (x[1] - x[0]) / (2 * size), y[1] - (y[1] - y[0]) / (2 * size)];
    expect(outputs[0]).toBe(lab.runners[0]!.model.predict(Float32Array.from(corner))[0]);
  });

  const prices = `area,age,price\n${rowsOf(80, (i) => `${40 + i},${i % 13},${3e5 + 4000 * i - 900 * (i % 13)}`)}`;
  const priceLab = (change: Partial<State> = {}) => {
    const lab = new Lab();
    lab.give('table', readTable('prices.csv', prices).rows);
    lab.set({ ...state, ...change });
    return lab;
  };

  it('have the loss of targets of mean 0 and standard deviation 1 if these are numbers', () => {
    const { runners, data } = priceLab();
    const { x, rows } = data.train;
    const y = Float64Array.from(data.train.y);
    const mean = y.reduce((sum, value) => sum + value, 0) / rows;
    const variance = y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
    const predicted = runners[0]!.model.predict(x);
    const squares = y.reduce((sum, value, r) => sum + (predicted[r]! - value) ** 2, 0) / rows;
    expect(runners[0]!.score()!.loss).toBeCloseTo(squares / variance, 3);
    expect(runners[0]!.score()!.loss).toBeLessThan(10);
  });

  it.each(['auto', 'none'] as const)(
    'have a program that prints their losses, input scaling %s',
    (scaling) => {
      const lab = priceLab({ scaling, depth: 2 });
      lab.run(9);
      const { loss, testLoss } = lab.runners[0]!.score()!;
      expect(printedLosses(lab.program('https://example.org/'), { 'prices.csv': prices })).toEqual([
        loss,
        testLoss,
      ]);
    },
  );

  it('have the gradients of the library if ReLU is drawn by hand', () => {
    const curve = writeCurve(KNOTS.map((z) => Math.max(0, z)));
    const lab = priceLab({ view: 'activation', depth: 2, own: { curve } });
    const { view } = lab.answer({ id: 0, steps: 0, want: ['view'] });
    const drawn = (view as ActivationFrame).signals.measured!.gradient.meanSquare;
    const { gradient } = measure(lab.runners[0]!)!;
    // Both end with the gradient of the output, which depends on the number of measured rows.
    for (const [l, square] of gradient.meanSquare.entries()) {
      expect(drawn[l]! / square).toBeCloseTo(1, 3);
    }
  });

  it('have an expected start that depends on the kind of the target', () => {
    const text = `a,b,c\n${rowsOf(60, (i) => `${i % 7},${i % 11},${i % 4}`)}`;
    const last = (['numeric', 'category'] as const).map((kind) => {
      const lab = new Lab();
      lab.give('table', readTable('own.csv', text, { target: 'c', kind }).rows);
      lab.set({ ...state, init: 'glorotNormal', width: 32 });
      return expectedSignals(lab.state, lab.runners[0]!.options, lab.data).forward.at(-1)!;
    });
    // Glorot's variance is 2 / (inputs + outputs), and the output layer has one unit or four.
    expect(last[0]! - last[1]!).toBeCloseTo(Math.log((32 + 4) / (32 + 1)), 5);
  });

  it('send at most 2000 rows to draw', () => {
    const lab = new Lab();
    const long = `a,b,c\n${rowsOf(5000, (i) => `${i % 97},${i % 89},${i % 5 ? 'u' : 'v'}`)}`;
    const { data } = lab.answer({ id: 0, state, steps: 0, want: [], given: readTable('own.csv', long).rows });
    expect(data).toMatchObject({ trainRows: 3500, testRows: 1500, dots: 1400 });
    expect(data!.x).toHaveLength(4000);
  });
});
