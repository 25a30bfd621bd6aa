/** Tests that the tables of docs/activations.md have a row for every activation, and that their formulas and numbers are right. */
import { describe, expect, it } from 'vitest';
import { activationDerivative, activationValue, explainActivation } from '../../src/index.js';
import { activationNames } from '../../src/network/activations.js';
import { activationFacts } from '../../src/theory/activation-facts.js';
import { documentText } from '../support/documents.js';
import { evaluated } from '../support/formulas.js';
import { tableBelow } from '../support/tables.js';

type Name = keyof typeof activationFacts;

const text = documentText('docs/activations.md');
const names = Object.keys(activationFacts) as Name[];
const namesOf = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
const plain = (cell: string) => cell.replaceAll('¦', '|');

const formulas = tableBelow(text, 'name ');
const properties = tableBelow(text, 'activation | flat ');
const publications = tableBelow(text, 'activation | publication ');

it('has a formula for every name but softmax, which has a paragraph', () => {
  const listed = formulas.flatMap(([cell]) => namesOf(cell!));
  const others = ['linear', 'softmax'];
  expect([...listed, ...others].sort()).toEqual([...activationNames].sort());
  expect(text).toContain('**Softmax**');
});

it.each([
  ['properties', properties],
  ['publications', publications],
] as const)('has a row of %s for every activation', (_, rows) => {
  expect(rows.flatMap(([cell]) => namesOf(cell!)).sort()).toEqual([...names].sort());
});

describe.each(formulas)('the formulas of %s', (cell, formula, derivative, source) => {
  const name = namesOf(cell!)[0] as Name;

  it('are those of the library', () => {
    const facts = activationFacts[name];
    expect([formula, derivative].map((one) => plain(one!))).toEqual([facts.formula, facts.derivative]);
    expect(source).toBe(facts.source);
  });

  it('give the values of the library', () => {
    const { formula: f, derivative: slope } = activationFacts[name];
    // Definitions behind the formula of f hold for the derivative too.
    const definitions = /[;,] ((?:[λαsu]′?) = .*)$/.exec(f)?.[1];
    const options = {
      negativeSlope: 0.01,
      slope: 0.25,
      alpha: 1,
      λ: 1.0507009873554805,
      α: 1.6732632423543772,
    };
    for (const z of [-7, -3, -2.5, -1, -0.25, 0.25, 1, 2.5, 3, 7]) {
      expect(evaluated(f, { z, ...options })).toBeCloseTo(activationValue(name, z), 3);
      const full =
        definitions === undefined ? slope : `${slope}${slope.includes(', u′') ? ', ' : '; '}${definitions}`;
      expect(evaluated(full, { z, ...options })).toBeCloseTo(activationDerivative(name, z), 3);
    }
  });

  it('have the year of the publication', () => {
    const [, publication] = publications.find(([other]) => namesOf(other!).includes(name))!;
    expect(publication).toContain(/\d{4}$/.exec(source!)![0]);
    const author = /^\p{L}+/u.exec(source!)![0];
    expect(publication).toMatch(new RegExp(`^${author}\\b`));
  });
});

it.each(properties)('%s is flat %s, has gain %s, χ₁ %s and keeps %s', (cell, flat, gain, chi, kept) => {
  const found = explainActivation(namesOf(cell!)[0] as Name);
  const { below, above } = found.saturation;
  const place = (z: number) => String(Number(z.toFixed(2))).replace('-', '−');
  const sides = [
    ...(below === undefined ? [] : [`below ${place(below)}`]),
    ...(above === undefined ? [] : [`above ${place(above)}`]),
  ];
  expect(sides.join(', ') || '–').toBe(flat);
  expect(found.gain.toFixed(4)).toBe(gain);
  expect(found.chi.toFixed(4)).toBe(chi);
  const points = found.fixedPoints;
  const said =
    points === 'all'
      ? 'all'
      : points.map(({ variance, stable }) => `${variance} ${stable ? 'stable' : 'unstable'}`).join(', ');
  expect(said).toBe(kept);
});

it('derives equal forms', () => {
  const block = (title: string) => text.split(`**${title}`)[1]!.split('```text\n')[1]!.split('\n```')[0]!;
  const forms = (title: string) =>
    block(title)
      .split('\n')
      .flatMap((line) =>
        line
          .split(/ since /)[0]!
          .split(' = ')
          .slice(line.includes('z =') || /^\S.*\) =/.test(line) ? 1 : 0),
      )
      .map((form) => form.replace(/^\s*= /, '').trim())
      .filter((form) => form !== '');
  const expected: [title: string, f: (z: number) => number][] = [
    ['The sigmoid.', (z) => activationDerivative('sigmoid', z)],
    ['Three forms of tanh.', Math.tanh],
    ['tanh′, by the quotient rule.', (z) => activationDerivative('tanh', z)],
    ['tanh′, by the sigmoid.', (z) => activationDerivative('tanh', z)],
    ['swish′.', (z) => activationDerivative('silu', z)],
  ];
  for (const [title, f] of expected) {
    const found = forms(title);
    expect(found.length, title).toBeGreaterThan(1);
    for (const form of found) {
      for (const z of [-1.5, -0.2, 0.7, 2]) {
        expect(evaluated(form, { z, f: activationValue('silu', z) }), form).toBeCloseTo(f(z), 9);
      }
    }
  }
});

it('has every activation in one of its pictures', () => {
  const pictures = [...text.matchAll(/!\[.*\]\((activations-[\w-]+\.svg)\)/g)].map(([, name]) =>
    documentText(`docs/${name}`),
  );
  expect(pictures).toHaveLength(3);
  for (const name of names) {
    expect(pictures.filter((picture) => picture.includes(`>${name}</text>`))).toHaveLength(1);
  }
});
