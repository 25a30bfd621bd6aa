/** Tests the pages of explanations: a model's expected signals, and an initializer's promised and drawn moments. */
import { describe, expect, it } from 'vitest';
import {
  diagnose,
  explainActivation,
  explainInitializer,
  explainModel,
  gradientCheck,
  MLP,
} from '../../src/index.js';
import { classificationReport } from '../../src/metrics/index.js';
import { type Report, toHTML, toSVG, toText } from '../../src/report/index.js';
import { propagate } from '../../src/theory/index.js';
import { deepRelu } from '../support/reports.js';

describe('the report of a model', () => {
  const model = new MLP(deepRelu('torchLinear'));
  const explanation = explainModel(model);
  const text = toText(explanation, { columns: 120 });

  it('lists changes, and a row per layer with its deviations', () => {
    // nn.Linear starts with a sixth of He's variance, so that each of the eight layers loses a factor of √6.
    expect(explanation.notes.length).toBeGreaterThan(0);
    expect(text).toContain('What to change');
    for (const [l, layer] of explanation.layers.entries()) {
      expect(layer.name).toBe(`layers[${l}]`);
      expect(text).toMatch(
        new RegExp(`layer ${l + 1} +64→${l === 8 ? 3 : 64} +(relu|identity) +torchLinear`),
      );
    }
    const ratio = explanation.layers[7]!.preactivationStd / explanation.layers[1]!.preactivationStd;
    expect(ratio).toBeCloseTo(6 ** -3, 3);
    expect(text).toContain(Number(explanation.layers[7]!.preactivationStd.toPrecision(3)).toString());
  });

  it('lists no changes if the signal is kept', () => {
    const kept = toText(explainModel(deepRelu('heNormal')), { columns: 120 });
    expect(kept).toContain('nothing to change');
    expect(kept).not.toContain('What to change');
  });

  it('shows the theory in text, image and page, though nothing is measured', () => {
    expect(text).not.toContain('nothing measured');
    const chart = text.slice(text.indexOf('Expected standard deviation by layer'));
    // Each layer divides signal and gradient by √6. The output layer passes √(3/192/2) back: 0.0884 · 6^(−7/2) = 1.7e-4.
    expect(chart).toMatch(/^ *1 +0\.577 .*┃ .*1\.7e-4 +┃/m);
    expect(chart).toMatch(/^ *2 +0\.236 .*┃ /m);
    expect(chart).toMatch(/^ *9 .*1\.00 .*┃$/m);
    expect(chart).toContain('┃ theory');
    expect(chart).not.toMatch(/█|measured/);
    for (const drawn of [toSVG(explanation), toHTML(explanation)]) {
      expect(drawn).toContain('theory 0.577');
      expect(drawn.match(/stroke-dasharray="4 4"/g)?.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('is drawn alone and beside another', () => {
    expect(toSVG(explanation)).toContain('Expected standard deviation by layer');
    const other = explainModel(deepRelu('heNormal'));
    const page = toHTML({ labels: ['PyTorch', 'He'], reports: [explanation, other] });
    for (const title of ['Layers: PyTorch', 'Layers: He', 'layer: preactivation', 'layer: dL/dz'])
      expect(page).toContain(title);
  });
});

describe('the report of an initializer', () => {
  it('has formula, promised and drawn moments', () => {
    const { expected, drawn, ...rest } = explainInitializer('heNormal', [784, 256]);
    const text = toText({ expected: expected!, drawn, ...rest }, { columns: 120 });
    for (const words of ['heNormal for [784, 256]', 'Var = 2 / fanIn', 'He et al. 2015', 'truncated normal'])
      expect(text).toContain(words);
    // The variance is 2 / 784; the bound is that of a normal cut at two deviations and rescaled.
    expect(text).toMatch(/variance +0\.00255 +0\.0025/);
    expect(text).toMatch(/largest size +0\.115 +0\.115/);
  });

  it('has no promised moments for the user’s own initializer', () => {
    const own = Object.assign(() => Float32Array.of(1, 2, 3, 4, 5, 6), { config: { name: 'own' } });
    const text = toText(explainInitializer(own, [2, 3]), { columns: 100 });
    expect(text).toContain('own for [2, 3], of your own.');
    expect(text).toMatch(/mean +– +3\.50/);
  });
});

describe('the report of an activation', () => {
  it('has its formulas, its curves and its properties', () => {
    const explanation = explainActivation('tanh');
    const text = toText(explanation);
    expect(text).toContain('tanh (LeCun et al. 1998): f(z) = tanh z; f′(z) = 1 − tanh² z.');
    for (const row of [
      /values +from −1.00 to 1.00/,
      /kinks at z +none/,
      /flat +below −2.99, above 2.99/,
      /gain +1.59254/,
      /χ₁ +1.17781/,
      /variances kept +0 \(unstable\), 1.00 \(stable\)/,
    ])
      expect(text).toMatch(row);
    expect(text).toContain("* f(z)   . f'(z)");
    const picture = toSVG(explanation);
    for (const words of ['f(z) −1.00 at z −5', 'f′(z) 1.8e-4 at z −5', 'largest 1.00 at 0'])
      expect(picture).toContain(words);
  });

  it('says that lines keep all variances, and names what a JSON file lost', () => {
    expect(toText(explainActivation('relu'))).toMatch(/variances kept +all/);
    expect(toText(JSON.parse(JSON.stringify(explainActivation('relu'))))).toMatch(/values +from 0 to –/);
  });

  it('stands beside others, each with a panel and a table', () => {
    const reports = (['relu', 'elu'] as const).map((name) => explainActivation(name));
    const page = toHTML({ labels: ['relu', 'elu'], reports });
    for (const words of ['Properties: relu', 'Properties: elu', '<h3>relu</h3>', '<h3>elu</h3>'])
      expect(page).toContain(words);
  });
});

it('every report has a kind of its own', async () => {
  const model = new MLP({
    inputSize: 2,
    layers: [
      { units: 3, activation: 'tanh' },
      { units: 2, activation: 'softmax' },
    ],
  });
  model.compile({ loss: 'crossEntropy' });
  const x = [
    [0, 1],
    [1, 0],
  ];
  const y = [0, 1];
  const reports: Readonly<Record<string, { readonly kind: string }>> = {
    history: await model.fit(x, y, { validationData: [x, y] }),
    diagnosis: diagnose(model, x, y),
    modelExplanation: explainModel(model),
    activationExplanation: explainActivation('gelu'),
    initializerExplanation: explainInitializer('heNormal', [2, 3]),
    propagation: propagate({ depth: 2, width: 4, activation: 'tanh', networks: 3 }),
    gradientCheck: gradientCheck(model, x, y),
    classificationReport: classificationReport(y, model.predict(x), { classes: 2 }),
  };
  for (const [kind, report] of Object.entries(reports)) expect(report.kind).toBe(kind);
  const { gradientCheck: _, classificationReport: __, ...shown } = reports;
  for (const [kind, report] of Object.entries(shown))
    expect(toText(JSON.parse(JSON.stringify(report)) as Report), kind).not.toBe('');
});
