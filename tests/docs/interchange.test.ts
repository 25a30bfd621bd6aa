/** Table of the activations in docs/interchange.md, against the files of the tools. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type ActivationName, type AnyMLP, MLP } from '../../src/index.js';
import { fromBrain, fromSklearn } from '../../src/interchange/index.js';
import { activationNames } from '../../src/network/activations.js';
import { fromOnnx } from '../../src/onnx/index.js';
import { fromTfjs, toTfjs } from '../../src/tfjs/index.js';
import { type OnnxFolder, onnxFiles } from '../support/onnx-files.js';
import { modelOf, models } from '../support/onnx-models.js';
import { tfjsFiles } from '../support/tfjs-files.js';

const document = readFileSync(new URL('../../docs/interchange.md', import.meta.url), 'utf8');
const golden = new URL('../golden/interop/', import.meta.url);

const namesOf = ({ config }: AnyMLP): string[] => config.layers.map(({ activation }) => activation.name);

/** Returns the activations of the models that can be made of files; the tests of the readers say which cannot. */
function activationsIn<File>(files: readonly File[], read: (file: File) => AnyMLP): string[] {
  return files.flatMap((file) => {
    try {
      return namesOf(read(file));
    } catch {
      return [];
    }
  });
}

const ofOnnx = (folder: OnnxFolder) =>
  activationsIn(onnxFiles(folder), ({ bytes, external }) => fromOnnx(bytes, { external }));
function ofJson(folder: string, key: string, read: (json: unknown) => AnyMLP): string[] {
  const files = JSON.parse(readFileSync(new URL(`${folder}/files.json`, golden), 'utf8')) as Record<
    string,
    Record<string, unknown>
  >;
  return activationsIn(Object.values(files), (file) => read(file[key]));
}

function ofTfjs(): string[] {
  const files = (['tfjs', 'tfjs-converter', 'ml5'] as const).flatMap(tfjsFiles);
  return activationsIn(files, ({ modelJson, weights, meta }) =>
    fromTfjs({ modelJson, weights, ...(meta && { meta }) }),
  );
}

/** Returns true if a model with an activation becomes a model of TF.js. */
function goesToTfjs(activation: ActivationName): boolean {
  const isLast = activation === 'softmax';
  const layers = isLast ? [{ units: 2, activation }] : [{ units: 2, activation }, { units: 1 }];
  try {
    toTfjs(new MLP({ inputSize: 2, layers }));
    return true;
  } catch {
    return false;
  }
}

/** Activations by the title of their column. */
const columns: Readonly<Record<string, readonly string[]>> = {
  PyTorch: ofOnnx('torch'),
  Keras: ofOnnx('keras'),
  TensorFlow: ofOnnx('tensorflow'),
  'TF.js': ofTfjs(),
  'scikit-learn': [...ofOnnx('sklearn'), ...ofJson('sklearn', 'model', fromSklearn)],
  'brain.js': ofJson('brainjs', 'json', fromBrain),
  'to TF.js': activationNames.filter(goesToTfjs),
};

const [head, , ...rows] = document
  .split('\n## Activations\n')[1]!
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
const table = rows.slice(
  0,
  rows.findIndex(([name]) => !/^`\w+`$/.test(name!)),
);

it('has a row for every activation', () => {
  const aliases = ['linear', 'swish'];
  const names = table.map(([name]) => name!.replaceAll('`', ''));
  expect(names.sort()).toEqual(activationNames.filter((name) => !aliases.includes(name)).sort());
});

it.each(Object.entries(columns))(
  'says yes for %s where a file of the tool has the activation',
  (title, found) => {
    const column = head!.indexOf(title);
    expect(column).toBeGreaterThan(0);
    for (const cells of table) {
      const name = cells[0]!.replaceAll('`', '');
      expect(cells[column], name).toBe(found.includes(name) ? 'yes' : '–');
    }
  },
);

it('has every activation among the models that onnxruntime runs', () => {
  const written = new Set(models.flatMap(([, options]) => namesOf(modelOf(options))));
  expect(table.map(([name]) => name!.replaceAll('`', '')).filter((name) => !written.has(name))).toEqual([]);
  expect(head).toContain('to ONNX');
});
