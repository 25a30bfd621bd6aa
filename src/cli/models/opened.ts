/** Model from a file of any kind, with what the file says about it. */
import type { MLP } from '../../index.js';
import type { Trained } from '../task/trained.js';

/** Kinds of files that hold a model. */
export type ModelKind = 'evenkeel' | 'onnx' | 'torch' | 'keras' | 'tfjs' | 'sklearn' | 'brain';

export interface OpenedModel {
  readonly model: MLP;
  readonly kind: ModelKind;
  /** Kind of the file and the program that wrote it, in words. */
  readonly described: string;
  readonly classNames?: readonly string[];
  /** Names of the values of a row, if the file has them. */
  readonly inputNames?: readonly string[];
  /** Names of the outputs, if the file has them. */
  readonly outputNames?: readonly string[];
  /** Description of the table that `evenkeel train` read. */
  readonly trained?: Trained;
  /** Texts of the file by their names, without the names of the classes. */
  readonly texts: Readonly<Record<string, string>>;
  /** Parts of the file that are not in the model, in words. */
  readonly left: readonly string[];
  /** Parts of the training, which an ONNX file cannot hold, in words. */
  readonly training: readonly string[];
}

/** Name of the text that holds the names of the classes, as `evenkeel/onnx` and `evenkeel/predictor` know it. */
export const CLASS_NAMES = 'classNames';

/** Parses a text with names of classes. Another text under this name belongs to the user. */
export function namesIn(text: string | undefined): readonly string[] | undefined {
  try {
    const names: unknown = JSON.parse(text ?? '');
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined;
  } catch {
    return undefined;
  }
}
