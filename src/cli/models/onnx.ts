/** Reader of ONNX files, with the files beside them that hold tensors. */
import { fromOnnx, onnxInfo } from '../../onnx/index.js';
import { type Message, readMessage } from '../../onnx/protobuf.js';
import { readBeside } from './beside.js';
import { CLASS_NAMES, type OpenedModel } from './opened.js';
import { tableIn } from './table.js';

/** Name of the text in which `toOnnx` keeps what a graph cannot hold. */
const OWN = 'evenkeel';
/** Location of a tensor that is in another file. */
const EXTERNAL = 1;
/** Names that say nothing about input and output. */
const DEFAULT_NAMES: readonly string[] = ['input', 'output'];

export function openOnnx(path: string, bytes: Uint8Array): Omit<OpenedModel, 'kind'> {
  const model = fromOnnx(bytes, { external: filesOf(path, bytes) });
  const { producer, opset, classNames, inputName, outputName, metadata } = onnxInfo(bytes);
  const { [OWN]: own, [CLASS_NAMES]: _, ...texts } = metadata;
  const names = [inputName, outputName].filter((name) => !DEFAULT_NAMES.includes(name));
  const { trained, left } = tableIn(model, texts);
  return {
    model,
    described: `ONNX, ${producer === '' ? '' : `${producer}, `}opset ${opset}`,
    ...(classNames && { classNames }),
    ...(trained && { trained, outputNames: trained.targets }),
    texts,
    left: [...left, ...(own === undefined && names.length > 0 ? ['the names of input and output'] : [])],
    training: [],
  };
}

/** Reads the files that the tensors of an ONNX file name. */
function filesOf(path: string, bytes: Uint8Array): Record<string, Uint8Array> {
  const { graph } = readMessage('Model', bytes);
  const constants = (graph?.nodes ?? []).flatMap(({ attributes = [] }) =>
    attributes.flatMap(({ t }) => t ?? []),
  );
  const names = [...(graph?.initializers ?? []), ...constants].flatMap(locationOf);
  return Object.fromEntries([...new Set(names)].map((name) => [name, readBeside(path, name)]));
}

function locationOf({ location, external = [] }: Message<'Tensor'>): string[] {
  if (location !== EXTERNAL) return [];
  return [external.find(({ key }) => key === 'location')?.value ?? ''];
}
