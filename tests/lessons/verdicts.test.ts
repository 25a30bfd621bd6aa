/** Tests that the starts of lesson 11 have the verdicts that its table gives, and that its figures are measured. */
import { expect, it } from 'vitest';
import { constant, diagnose, MLP, type MLPOptions, Rng } from '../../src/index.js';
import { documentText } from '../support/documents.js';
import { tableBelow } from '../support/tables.js';

const text = documentText('docs/lessons/11-what-goes-wrong/lesson.md');
const x = new Rng(11).normal(200 * 64);
const y = Array.from({ length: 200 }, (_, i) => i % 3);

/** Diagnoses eight layers, as the lesson's program does. */
function look(activation: unknown, kernelInitializer: unknown, value = 0) {
  const hidden = { units: 64, activation, kernelInitializer, biasInitializer: constant({ value }) };
  const layers = [...Array(8).fill(hidden), { units: 3, activation: 'softmax' }];
  const model = new MLP({ inputSize: 64, layers, seed: 1 } as MLPOptions);
  model.compile({ loss: 'crossEntropy' });
  return diagnose(model, x, y);
}

/** Diagnoses the start of a call in the text, such as `look('relu', 'heNormal', -10)`. */
function lookOf(call: string) {
  const [, list] = /look\((.*)\)/.exec(call)!;
  return look(...(new Function(`return [${list}]`)() as Parameters<typeof look>));
}

const rows = tableBelow(text, 'call |');

it('has a row for each of six faults', () => {
  expect(new Set(rows.map(([, verdict]) => verdict)).size).toBe(6);
});

it.each(rows)('%s is %s, and %s cures it', (call, verdict, cure) => {
  expect(lookOf(call!).verdict).toBe(verdict);
  expect(lookOf(cure!).verdict).toBe('healthy');
});

it('has the likeness of the collapsed start and the gradient of the vanishing one', () => {
  expect(look('tanh', 'glorotUniform', 0.7).layers[7]!.correlation!.toFixed(3)).toBe('0.998');
  expect(look('sigmoid', 'torchLinear').layers[0]!.gradientRatio).toBeLessThan(1e-6);
});
