/** Reader of evenkeel's own models. */
import { MLP, savedMetadata } from '../../index.js';
import { KEY, parseDescription } from '../../saving/description.js';
import { readSafetensors } from '../../saving/index.js';
import { CLASS_NAMES, namesIn, type OpenedModel } from './opened.js';
import { tableIn } from './table.js';

/** Returns true for a safetensors file that `save` wrote. @throws RangeError if the bytes are no safetensors file */
export function isEvenkeel(bytes: Uint8Array): boolean {
  return readSafetensors(bytes).metadata.has(KEY);
}

export function openEvenkeel(bytes: Uint8Array): Omit<OpenedModel, 'kind'> {
  const model = MLP.load(bytes);
  const { training } = parseDescription(readSafetensors(bytes).metadata.get(KEY)!);
  const texts = savedMetadata(bytes);
  const { trained, left } = tableIn(model, texts);
  const { [CLASS_NAMES]: names, ...others } = texts;
  const classNames = trained?.classNames ?? namesIn(names);
  const epochs = training && `${training.epoch} ${training.epoch === 1 ? 'epoch' : 'epochs'}`;
  return {
    model,
    described: epochs === undefined ? 'a model of evenkeel' : `a model of evenkeel, ${epochs}`,
    ...(classNames && { classNames }),
    ...(trained && { trained, outputNames: trained.targets }),
    texts: classNames === undefined ? texts : others,
    left,
    training: training ? ["the optimizer's state and the progress of the training"] : [],
  };
}
