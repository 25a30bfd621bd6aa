/** Pages of gradient checks and classification reports. */
import { describe, expect, it } from 'vitest';
import { type GradientCheck, gradientCheck, MLP } from '../../src/index.js';
import { classificationReport } from '../../src/metrics/index.js';
import { toHTML, toSVG, toText } from '../../src/report/index.js';

const check = (worst: number): GradientCheck => ({
  kind: 'gradientCheck',
  worst,
  masked: 2,
  layers: [{ worst, masked: 2, tensors: [{ name: 'kernel', checked: 10, masked: 2, worst }] }],
});

describe('a classification report', () => {
  const names = ['class 0', 'class 1', 'class 2'];
  const report = classificationReport([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], { names });

  it('has the rows that the documentation of scikit-learn prints', () => {
    const rows = toText(report)
      .split('\n')
      .map((line) => line.trim().replace(/ {2,}/g, ' '));
    for (const row of [
      'class precision recall f1-score support',
      'class 0 0.50 1.00 0.67 1',
      'class 1 0.00 0.00 0.00 1',
      'class 2 1.00 0.67 0.80 3',
      'accuracy 0.60 5',
      'macro avg 0.50 0.56 0.49 5',
      'weighted avg 0.70 0.60 0.61 5',
    ]) {
      expect(rows).toContain(row);
    }
    expect(toHTML(report)).toContain('weighted avg');
  });

  it('has no picture, which is said', () => {
    expect(() => toSVG(report)).toThrow(/no chart to draw/);
  });
});

describe('a gradient check', () => {
  it('says whether the gradients are right, and lists the tensors', () => {
    const text = toText(check(2.5e-9));
    expect(text).toContain('The gradients are right: they differ from finite differences by at most 2.5e-9.');
    expect(text).toMatch(/layer 1 +kernel +10 +2 +2\.5e-9/);
  });

  it.each([1e-6, 0.5, Number.NaN])('calls a difference of %d wrong, also out of JSON', (worst) => {
    expect(toText(check(worst))).toContain('The gradients are wrong');
    expect(toText(JSON.parse(JSON.stringify(check(worst))))).toContain('The gradients are wrong');
  });

  it('shows two side by side, and what gradientCheck returns', () => {
    const model = new MLP({ inputSize: 1, layers: [{ units: 1 }] });
    model.compile({ loss: 'meanSquaredError' });
    const reports = [gradientCheck(model, [[1]], [[2]]), check(1)];
    const text = toText({ labels: ['real', 'made'], reports });
    expect(text).toContain('real: The gradients are right');
    expect(text).toContain('made: The gradients are wrong');
  });
});
