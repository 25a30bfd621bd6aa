/** Tests of `evenkeel show` on model files. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { diagnose, MLP } from '../../src/index.js';
import { names, table } from '../support/iris-table.js';
import { shell } from '../support/shell.js';

const { folder, run } = shell();
const golden = fileURLToPath(new URL('../golden/interop/', import.meta.url));
const at = (name: string) => join(folder, name);
const shown = (...args: string[]) => JSON.parse(run('show', ...args, '--json', '-').stdout);

describe('a model whose numbers are known', () => {
  const model = new MLP({
    inputSize: 2,
    layers: [
      { units: 2, activation: 'relu', batchNorm: true, dropout: 0.5 },
      { units: 1, activation: 'sigmoid' },
    ],
    inputScaling: { mean: [1, 2], std: [3, 4] },
  });
  const [hidden, output] = model.getWeights();
  model.setWeights([
    { ...hidden!, kernel: [1, -1, 1, -1] },
    { ...output!, kernel: [3, 1] },
  ]);
  writeFileSync(at('known'), model.save({ metadata: { made: 'by hand', classNames: '["no","yes"]' } }));

  it('gives the sd of each kernel beside those of He and Glorot', () => {
    const { layers, parameters, inputSize } = shown('known');
    // ±1 has sd 1; He's is √(2/2), Glorot's √(2/4). 3 and 1 have sd 1; He's is √(2/2), Glorot's √(2/3).
    expect(layers[0].kernel).toEqual({
      std: 1,
      he: 1,
      glorot: Math.SQRT1_2,
      byHe: 1,
      byGlorot: 1 / Math.SQRT1_2,
    });
    expect(layers[1].kernel.byHe).toBe(1);
    expect(layers[1].kernel.byGlorot).toBeCloseTo(Math.sqrt(1.5), 14);
    // 4 + 2 of the dense layer and 2 + 2 of the batch norm; 2 + 1.
    expect(layers.map((layer: { parameters: number }) => layer.parameters)).toEqual([10, 3]);
    expect([parameters, inputSize]).toEqual([13, 2]);
  });

  it('shows layers, scaling, classes and texts', () => {
    const { status, stdout, stderr } = run('show', 'known');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('a model of evenkeel. 2-2-1, 13 parameters.');
    expect(stdout).toMatch(/ 1 +2 +relu, batch norm before it, dropout 0\.5 +10 +1 +1 +1\.41\n/);
    expect(stdout).toMatch(/ 2 +1 +sigmoid +3 +1 +1 +1\.22\n/);
    expect(stdout).toMatch(/Scaling of the inputs[\s\S]*0 +1 +3\n1 +2 +4\n[\s\S]*given/);
    expect(stdout).toMatch(/Classes\nno, yes\n/);
    expect(stdout).toMatch(/Other texts of the file\nmade\n/);
  });

  it('writes a page', () => {
    expect(run('show', 'known', '--html', 'known.html').status).toBe(0);
    expect(readFileSync(at('known.html'), 'utf8')).toContain('relu, batch norm before it');
  });
});

describe('files of other tools', () => {
  it('shows an ONNX file of scikit-learn with its scaler and classes', () => {
    const facts = shown(join(golden, 'onnx', 'sklearn', 'pipeline-standard.onnx'));
    expect(facts).toMatchObject({
      kind: 'onnx',
      described: expect.stringMatching(/^ONNX, skl2onnx 1\.21\.0, opset \d+$/),
      classNames: ['0', '1', '2'],
      inputScaling: { kind: 'given' },
    });
    expect(facts.inputScaling.mean).toHaveLength(4);
  });

  it('shows weights of PyTorch and the names of brain.js', () => {
    const torch = shown(join(golden, 'pytorch', 'sequential.safetensors'), '--activations', 'relu,softmax');
    expect(torch.layers.map((layer: { activation: string }) => layer.activation)).toEqual([
      'relu',
      'softmax',
    ]);
    const brain = JSON.parse(readFileSync(join(golden, 'brainjs', 'files.json'), 'utf8'))['v2-named'].json;
    writeFileSync(at('brain'), JSON.stringify(brain));
    const { inputNames, outputNames } = shown('brain');
    expect([inputNames, outputNames].map((list) => new Set(list))).toEqual(
      [brain.inputLookup, brain.outputLookup].map((lookup) => new Set(Object.keys(lookup))),
    );
  });

  it('reports what it cannot read in one line', () => {
    const { status, stdout, stderr } = run('show', join(golden, 'onnx', 'refuse', 'lstm.onnx'));
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/lstm\.onnx: node '\w+', \w+: needs [^\n]+\n$/);
  });

  it('escapes names that would control a terminal', () => {
    const model = new MLP({ inputSize: 1, layers: [{ units: 2, activation: 'softmax' }] });
    writeFileSync(at('odd'), model.save({ metadata: { classNames: '["\\u001b[31mred","b"]' } }));
    const { stdout } = run('show', 'odd');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('\\u001b[31mred, b');
  });
});

describe('health on a table', () => {
  writeFileSync(at('iris.csv'), table);

  it('diagnoses a model of train with the columns of its table', () => {
    expect(run('train', 'iris.csv', '--target', 'kind', '--epochs', '2', '--ensemble', '1').status).toBe(0);
    const { diagnosis, classNames, inputNames } = shown('model.safetensors', '--data', 'iris.csv');
    expect(new Set(classNames)).toEqual(new Set(names));
    expect(inputNames).toHaveLength(4);
    expect(diagnosis.rows).toBe(150);
    expect(diagnosis.loss).toBeGreaterThan(0);
    const { stdout } = run('show', 'model.safetensors', '--data', 'iris.csv');
    expect(stdout).toContain(`${diagnosis.verdict} (`);
  });

  it('diagnoses a model of another tool by the header, with and without the target', () => {
    copyFileSync(join(golden, 'onnx', 'sklearn', 'pipeline-standard.onnx'), at('pipeline.onnx'));
    const rows = Array.from({ length: 30 }, (_, r) => [r % 7, 30 - r, (r * 5) % 11, r / 3]);
    writeFileSync(
      at('four.csv'),
      ['a,b,c,d,answer', ...rows.map((row, r) => `${row.join()},${r % 3}`)].join('\n'),
    );
    writeFileSync(at('inputs.csv'), ['a,b,c,d', ...rows.map((row) => row.join())].join('\n'));
    const bare = shown('pipeline.onnx', '--data', 'inputs.csv').diagnosis;
    expect([bare.rows, bare.loss]).toEqual([30, undefined]);
    expect(shown('pipeline.onnx', '--data', 'four.csv', '--target', 'answer').diagnosis.loss).toBeGreaterThan(
      0,
    );
    const { status, stderr } = run('show', 'pipeline.onnx', '--data', 'four.csv');
    expect(status).toBe(1);
    expect(stderr).toBe(
      'four.csv: expected 4 columns for the inputs of the model, got 5; --target names a column with the right answers\n',
    );
  });

  it('measures what diagnose measures', () => {
    const model = new MLP({
      inputSize: 2,
      layers: [{ units: 3, activation: 'tanh' }, { units: 1 }],
      seed: 4,
    });
    writeFileSync(at('two'), model.save());
    const x = Array.from({ length: 20 }, (_, r) => [r % 5, (r * r) % 7]);
    writeFileSync(at('two.csv'), ['a,b', ...x.map((row) => row.join())].join('\n'));
    const { diagnosis } = shown('two', '--data', 'two.csv');
    const expected = diagnose(model, x, undefined, { featureNames: ['a', 'b'] });
    expect(diagnosis).toEqual(JSON.parse(JSON.stringify(expected)));
  });
});
