/** Readers of Keras files, and of TF.js Layers models with the files beside them. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as hdf5 from 'jsfive';
import { isArray } from '../../errors.js';
import { fromKeras, kerasInfo } from '../../interchange/index.js';
import { fromTfjs, tfjsInfo } from '../../tfjs/index.js';
import { readBeside } from './beside.js';
import type { OpenedModel } from './opened.js';
import { tableIn } from './table.js';

/** File of ml5 with the scalings and the names of a model. */
const META = 'model_meta.json';
const COMPILED = 'the loss and the optimizer';

export function openKeras(bytes: Uint8Array): Omit<OpenedModel, 'kind'> {
  const { kerasVersion, training, notes } = kerasInfo(bytes, { hdf5 });
  return {
    model: fromKeras(bytes, { hdf5 }),
    described: `Keras${kerasVersion && ` ${kerasVersion}`}`,
    texts: {},
    left: notes.map(asPart),
    training: training ? [COMPILED] : [],
  };
}

export function openTfjs(path: string, modelJson: object): Omit<OpenedModel, 'kind'> {
  const weights = Object.fromEntries(pathsOf(modelJson).map((name) => [name, readBeside(path, name)]));
  const hasMeta = existsSync(join(dirname(path), META));
  const files = { modelJson, weights, ...(hasMeta && { meta: readBeside(path, META) }) };
  const model = fromTfjs(files);
  const { producer, classNames, inputNames, outputNames, training, notes, metadata } = tfjsInfo(files);
  const texts = Object.fromEntries(
    Object.entries(metadata).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== 'evenkeel',
    ),
  );
  const { trained, left } = tableIn(model, texts);
  return {
    model,
    described: `TF.js${producer && `, ${producer}`}`,
    ...(classNames && { classNames }),
    ...(inputNames && { inputNames }),
    ...(outputNames && { outputNames }),
    ...(trained && { trained, outputNames: trained.targets }),
    texts,
    left: [...left, ...notes.map(asPart)],
    training: training ? [COMPILED] : [],
  };
}

/** Returns the paths of the weights' files. The reader of the model refuses a manifest of another form. */
function pathsOf(modelJson: object): string[] {
  const { weightsManifest } = modelJson as { readonly weightsManifest?: unknown };
  if (!isArray(weightsManifest)) return [];
  return weightsManifest
    .flatMap((group) => (group as { readonly paths?: unknown } | null)?.paths)
    .filter((path) => typeof path === 'string');
}

/** Turns a sentence into a part of a list. */
function asPart(note: string): string {
  return note.replace(/\.$/, '');
}
