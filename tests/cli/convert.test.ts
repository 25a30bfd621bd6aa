/** Tests of `evenkeel convert`: files of the tools themselves, and what is refused. */
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MLP, savedMetadata } from '../../src/index.js';
import { fromOnnx, onnxInfo } from '../../src/onnx/index.js';
import { rowsOf } from '../support/foreign-outputs.js';
import { shell } from '../support/shell.js';

const { folder, run } = shell();
const golden = fileURLToPath(new URL('../golden/interop/', import.meta.url));
const at = (name: string) => join(folder, name);
const json = (...path: string[]) => JSON.parse(readFileSync(join(golden, ...path), 'utf8'));

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return name;
}

interface Index {
  readonly inputs: readonly unknown[][];
  readonly files: Readonly<Record<string, { readonly inputs: number; readonly outputs: unknown[] }>>;
}

interface Expected {
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

interface Estimator {
  readonly model: { readonly classes_: readonly unknown[] };
  readonly inputs: Expected['inputs'];
  readonly outputs: { readonly predict_proba: Expected['outputs'] };
}

/** Compares predictions with the outputs of the tool, relative to the largest one. */
function expectOutputs(model: MLP, { inputs, outputs }: Expected): void {
  const came = model.predict(inputs.map((row) => [...row]));
  const expected = outputs.flat();
  const largest = Math.max(1, ...expected.map(Math.abs));
  expect(came.length).toBe(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs(came[i]! - value)).toBeLessThan(1e-5 * largest);
}

describe('files of other tools', () => {
  const sklearn = json('sklearn', 'files.json') as Record<string, Estimator>;
  const brain = json('brainjs', 'files.json');

  it('writes a network of PyTorch, with the activations that are given', () => {
    const expected = json('pytorch', 'expected.json').sequential as Expected;
    const { status, stdout, stderr } = run(
      'convert',
      join(golden, 'pytorch', 'sequential.safetensors'),
      'torch.onnx',
      '--activations',
      'relu,identity',
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^.*sequential\.safetensors: weights of PyTorch, MLP 4 → 6 relu → 3 identity, 51 parameters; torch\.onnx: ONNX, opset 17, [\d ]+ bytes; lost: nothing\n256 random rows: the largest difference between predictions is 0, of outputs up to [\d.]+\n$/,
    );
    expectOutputs(fromOnnx(readFileSync(at('torch.onnx'))), expected);
  });

  it('writes an estimator of scikit-learn with its scaler and classes', () => {
    const { model, inputs, outputs } = sklearn['three-classes']!;
    writeFileSync(at('estimator'), JSON.stringify(model));
    expect(run('convert', 'estimator', 'three.safetensors').status).toBe(0);
    const bytes = readFileSync(at('three.safetensors'));
    expectOutputs(MLP.load(bytes), { inputs, outputs: outputs.predict_proba });
    expect(JSON.parse(savedMetadata(bytes).classNames!)).toEqual(model.classes_.map(String));
  });

  it('writes a network of brain.js, whose names become columns of a table', () => {
    const expected = brain['v2-named'];
    writeFileSync(at('named.json'), JSON.stringify(expected.json));
    const { status, stdout } = run('convert', 'named.json', 'named.safetensors');
    expect(status).toBe(0);
    expect(stdout).toContain('lost: the options of the training\n');
    const { inputLookup, outputLookup } = expected.json as Record<string, Record<string, number>>;
    const names = Object.keys(inputLookup!).sort((a, b) => inputLookup![a]! - inputLookup![b]!);
    const columns = JSON.parse(savedMetadata(readFileSync(at('named.safetensors'))).columns!);
    expect(columns.features.map(({ name }: { name: string }) => name)).toEqual(names);
    writeFileSync(at('named.csv'), `${names.join()}\n${names.map((_, i) => i / 2).join()}\n`);
    const answer = run('predict', 'named.safetensors', 'named.csv').stdout.split('\n')[0]!.split(',');
    expect(answer).toEqual([...Object.keys(outputLookup!), 'note']);
  });

  it('reads what it wrote of ONNX, with class names and texts', () => {
    const model = new MLP({
      inputSize: 2,
      layers: [
        { units: 3, activation: 'gelu' },
        { units: 2, activation: 'softmax' },
      ],
    });
    model.compile({ loss: 'crossEntropy' });
    writeFileSync(at('own.bin'), model.save({ metadata: { made: 'by hand', classNames: '["no","yes"]' } }));
    const first = run('convert', 'own.bin', 'own.onnx');
    expect(first.stdout).toContain("lost: the optimizer's state and the progress of the training\n");
    const info = onnxInfo(readFileSync(at('own.onnx')));
    expect([info.classNames, info.metadata.made]).toEqual([['no', 'yes'], 'by hand']);
    const second = run('convert', 'own.onnx', 'back', '--to', 'safetensors');
    expect(second.stdout).toContain('the largest difference between predictions is 0,');
    const back = readFileSync(at('back'));
    const { made, classNames } = savedMetadata(back);
    expect([made, classNames]).toEqual(['by hand', '["no","yes"]']);
    expect(MLP.load(back).getWeights()).toEqual(model.getWeights());
  });
});

describe('files of Keras and TF.js', () => {
  const keras = json('keras.json');
  const tfjs = json('tfjs.json');
  const expectedOf = ({ inputs, files }: Index, name: string): Expected => ({
    inputs: rowsOf(inputs[files[name]!.inputs]!),
    outputs: rowsOf(files[name]!.outputs),
  });

  it.each(['bn-dropout.h5', 'functional.keras'])('writes %s as TF.js and back', (name) => {
    const { status, stdout, stderr } = run('convert', join(golden, 'keras', name), 'keras.json');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/: Keras 3\.15\.1, MLP .*; keras\.json: a model of TF\.js, /);
    expect(run('convert', 'keras.json', 'keras.safetensors').status).toBe(0);
    expectOutputs(MLP.load(readFileSync(at('keras.safetensors'))), expectedOf(keras, name));
    const { weightsManifest } = JSON.parse(readFileSync(at('keras.json'), 'utf8'));
    expect(weightsManifest[0].paths).toEqual(['keras.weights.bin']);
  });

  it('reads the folder of a model of TF.js', () => {
    expect(run('convert', join(golden, 'tfjs', 'act-gelu'), 'gelu.onnx').status).toBe(0);
    expectOutputs(fromOnnx(readFileSync(at('gelu.onnx'))), expectedOf(tfjs, 'act-gelu'));
  });

  it('reads a model of ml5 with its names', () => {
    expect(run('convert', join(golden, 'ml5', 'classification'), 'ml5.safetensors').status).toBe(0);
    const { columns, classNames } = savedMetadata(readFileSync(at('ml5.safetensors')));
    const { features } = JSON.parse(columns!);
    expect(features.map(({ name }: { name: string }) => name)).toEqual(['r', 'g', 'b']);
    expect(JSON.parse(classNames!)).toContain('red');
  });

  it('refuses weights outside of the folder', () => {
    write(
      'out.json',
      '{"modelTopology": {}, "weightsManifest": [{"paths": ["../weights.bin"], "weights": []}]}',
    );
    const { status, stderr } = run('convert', 'out.json', 'x.onnx');
    expect([status, stderr]).toEqual([
      1,
      "out.json: names the file '../weights.bin', which is not in its folder\n",
    ]);
  });

  it('does not overwrite its input by the weights', () => {
    write('in.weights.bin', readFileSync(join(golden, 'onnx', 'sklearn', 'pipeline-standard.onnx')));
    const { status, stderr } = run('convert', 'in.weights.bin', 'in.json');
    expect(status).toBe(1);
    expect(stderr).toBe(
      'the weights in.weights.bin: expected a file of its own, got the same one as the model in.weights.bin\n',
    );
  });
});

describe('tensors in a second file', () => {
  const external = join(golden, 'onnx', 'refuse', 'external-data.onnx');

  it('are read beside the first', () => {
    mkdirSync(at('beside'));
    copyFileSync(external, at('beside/model.onnx'));
    writeFileSync(at('beside/external-data.bin'), new Float32Array(24).fill(0.5));
    const { status, stderr } = run('convert', 'beside/model.onnx', 'beside.safetensors');
    expect([status, stderr]).toEqual([0, '']);
    const [first] = MLP.load(readFileSync(at('beside.safetensors'))).getWeights();
    expect([...first!.kernel]).toEqual(new Array(24).fill(0.5));
  });

  it('are named if they are missing', () => {
    copyFileSync(external, at('alone.onnx'));
    const { status, stderr } = run('convert', 'alone.onnx', 'x.safetensors');
    expect(status).toBe(1);
    expect(stderr).toBe(
      "alone.onnx: expected the file 'external-data.bin' beside it, got ENOENT (no such file or directory)\n",
    );
  });

  it('are refused outside of its folder, by name and by link', () => {
    const named = run('convert', join(golden, 'onnx', 'refuse', 'external-path.onnx'), 'x.safetensors');
    expect(named.status).toBe(1);
    expect(named.stderr).toContain("names the file '../../../etc/passwd', which is not in its folder");
    mkdirSync(at('linked'));
    copyFileSync(external, at('linked/model.onnx'));
    writeFileSync(at('outside.bin'), new Float32Array(24));
    symlinkSync(at('outside.bin'), at('linked/external-data.bin'));
    const linked = run('convert', 'linked/model.onnx', 'x.safetensors');
    expect(linked.status).toBe(1);
    expect(linked.stderr).toBe(
      "linked/model.onnx: names the file 'external-data.bin', which is not in its folder\n",
    );
  });
});

describe('refusals', () => {
  const torch = join(golden, 'pytorch', 'sequential.safetensors');
  const kinds =
    "expected a model of evenkeel, ONNX, PyTorch's weights as safetensors, Keras, a model.json of TF.js, or the JSON of scikit-learn or brain.js";

  it.each<[string, string[], number, string]>([
    [
      'no activations',
      [torch, 'x.onnx'],
      1,
      `--activations: expected one per Linear of ${torch}, which has 2; weights of PyTorch do not hold them; for example --activations relu,identity`,
    ],
    [
      'a misspelt activation',
      [torch, 'x.onnx', '--activations', 'rleu,identity'],
      1,
      "--activations: unknown name 'rleu'; did you mean 'relu'? Known: ",
    ],
    [
      'too few activations',
      [torch, 'x.onnx', '--activations', 'relu'],
      1,
      '--activations: expected 2 layers',
    ],
    ['an unknown module', [torch, 'x.onnx', '--activations', 'relu,relu', '--order', 'a,b'], 1, '--order'],
    [
      'an unknown ending',
      [torch, 'x.xyz'],
      1,
      'out: expected a file that ends in .safetensors, .onnx, .json, or --to safetensors or --to onnx or --to tfjs, got x.xyz',
    ],
    [
      'an unknown kind',
      [torch, 'x', '--to', 'tflite'],
      2,
      "error: option '--to <kind>' argument 'tflite' is invalid.",
    ],
    [
      'standard output',
      [torch, '-', '--to', 'onnx'],
      1,
      'out: expected a file, which is read again after it is written, got -',
    ],
    [
      'a missing file',
      ['none.onnx', 'x.onnx'],
      1,
      'none.onnx: expected a readable file, got ENOENT (no such file or directory)',
    ],
    [
      'a folder',
      ['.', 'x.onnx'],
      1,
      '.: expected a file, or a folder with a model.json, got a folder without',
    ],
    ['an empty file', [write('empty.onnx', ''), 'x.onnx'], 1, `empty.onnx: ${kinds}, got an empty file`],
    [
      'an HDF5 file',
      [write('k.onnx', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10)), 'x.onnx'],
      1,
      'k.onnx: ',
    ],
    [
      'a zip archive',
      [write('z.onnx', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0)), 'x.onnx'],
      1,
      `z.onnx: ${kinds}, got a zip archive`,
    ],
    [
      'a pickle',
      [write('p.pt', Uint8Array.of(0x80, 2, 0x7d)), 'x.onnx'],
      1,
      `p.pt: ${kinds}, got a pickle of Python`,
    ],
    ['a table', [write('t.csv', 'a,b\n1,2\n'), 'x.onnx'], 1, `t.csv: ${kinds}, got bytes of no such kind`],
    [
      'other JSON',
      [write('o.json', '{"a": 1, "b": 2}'), 'x.onnx'],
      1,
      `o.json: ${kinds}, got JSON with the keys 'a', 'b'`,
    ],
    ['broken JSON', [write('b.json', '{"layers": '), 'x.onnx'], 1, 'b.json: expected a JSON file; '],
    [
      'a branch',
      [join(golden, 'onnx', 'refuse', 'gate.onnx'), 'x.onnx'],
      1,
      "gate.onnx: node 'y', Mul: needs a constant as one operand",
    ],
    [
      'an option of PyTorch',
      [
        write('brain.json', JSON.stringify(json('brainjs', 'files.json')['v2-named'].json)),
        'x.onnx',
        '--order',
        'a',
      ],
      1,
      '--order: is only for weights of PyTorch, and brain.json is a network of brain.js',
    ],
    [
      'the same file twice',
      ['brain.json', './brain.json', '--to', 'onnx'],
      1,
      'out ./brain.json: expected a file of its own, got the same one as the model brain.json',
    ],
  ])('reports %s in one line', (_, args, expected, message) => {
    const { status, stdout, stderr } = run('convert', ...args);
    expect([status, stdout]).toEqual([expected, '']);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('leaves the old file unchanged', () => {
    write('old.onnx', 'old');
    expect(run('convert', 'empty.onnx', 'old.onnx').status).toBe(1);
    expect(readFileSync(at('old.onnx'), 'utf8')).toBe('old');
  });
});
