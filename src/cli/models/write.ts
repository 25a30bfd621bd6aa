/** Writers of models: a row for each kind of file. */
import { basename, dirname, join } from 'node:path';
import { toOnnx } from '../../onnx/index.js';
import { toTfjs } from '../../tfjs/index.js';
import { CLASS_NAMES, type OpenedModel } from './opened.js';
import { CLASS, columnsNamed } from './table.js';

export const targetKinds = ['safetensors', 'onnx', 'tfjs'] as const;
export type TargetKind = (typeof targetKinds)[number];

interface Written {
  /** Contents of the files, in the order of `paths`. */
  readonly contents: readonly (Uint8Array | string)[];
  /** Parts of the opened file that the written one lacks, in words. */
  readonly lost: readonly string[];
}

interface Writer {
  readonly ending: string;
  readonly described: string;
  /** Returns the paths of all files that belong to the given one, which is the first. */
  paths(out: string): readonly string[];
  write(opened: OpenedModel, out: string): Written;
}

export const writers: Readonly<Record<TargetKind, Writer>> = {
  safetensors: {
    ending: '.safetensors',
    described: 'a model of evenkeel',
    paths: (out) => [out],
    write: (opened) => ({ contents: [opened.model.save({ metadata: textsOf(opened) })], lost: [] }),
  },
  onnx: {
    ending: '.onnx',
    described: 'ONNX, opset 17',
    paths: (out) => [out],
    write: (opened) => {
      const { [CLASS_NAMES]: _, ...metadata } = textsOf(opened);
      const { model, classNames, training } = opened;
      const options = { ...(classNames && { classNames }), metadata };
      return { contents: [toOnnx(model, options)], lost: training };
    },
  },
  tfjs: {
    ending: '.json',
    described: 'a model of TF.js',
    paths: (out) => [out, join(dirname(out), weightsOf(out))],
    write: (opened, out) => {
      const { [CLASS_NAMES]: _, ...metadata } = textsOf(opened);
      const { model, classNames, training } = opened;
      const options = { ...(classNames && { classNames }), metadata, weightsPath: weightsOf(out) };
      const { modelJson, weights } = toTfjs(model, options);
      return { contents: [JSON.stringify(modelJson), weights], lost: training };
    },
  },
};

/** Returns the name of the weights' file of a model.json: `model.weights.bin`. */
function weightsOf(out: string): string {
  return `${basename(out).replace(/\.json$/i, '')}.weights.bin`;
}

/** Returns the kind of a file to write by the ending of its name. @throws Error that opens with `out` */
export function targetOf(path: string): TargetKind {
  const found = targetKinds.find((kind) => path.toLowerCase().endsWith(writers[kind].ending));
  if (found !== undefined) return found;
  const endings = targetKinds.map((kind) => writers[kind].ending).join(', ');
  throw new Error(
    `out: expected a file that ends in ${endings}, or --to ${targetKinds.join(' or --to ')}, got ${path}`,
  );
}

/**
 * Returns the texts of the written file: those of the opened one, the names of the classes, and the columns by which
 * `evenkeel predict` reads tables. Inputs without names are the columns of a table without a header, 0, 1, ….
 */
function textsOf(opened: OpenedModel): Record<string, string> {
  const { model, texts, trained, classNames, inputNames, outputNames } = opened;
  const names = classNames && { [CLASS_NAMES]: JSON.stringify(classNames) };
  if (trained !== undefined || texts.task !== undefined || texts.columns !== undefined)
    return { ...texts, ...names };
  const { units } = model.config.layers.at(-1)!;
  const features = inputNames ?? Array.from({ length: model.inputSize }, (_, i) => String(i));
  const targets = classNames ? [CLASS] : (outputNames ?? numbered(units));
  // Columns of a table need different names.
  if (new Set([...features, ...targets]).size < features.length + targets.length)
    return { ...texts, ...names };
  const task = {
    target: targets.length === 1 ? targets[0] : targets,
    ...(classNames && { classNames }),
    ...(inputNames === undefined && { reading: { header: false } }),
  };
  const named = { outputNames: targets, ...(classNames && { classNames }) };
  const columns = columnsNamed(features, named, classNames ? CLASS : undefined);
  return { ...texts, ...names, task: JSON.stringify(task), columns: JSON.stringify(columns) };
}

function numbered(units: number): string[] {
  return units === 1 ? ['output'] : Array.from({ length: units }, (_, u) => `output ${u}`);
}
