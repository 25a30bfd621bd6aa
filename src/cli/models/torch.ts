/** Reader of PyTorch's weights, whose activations are options of the command. */
import { type FromTorchOptions, fromTorch } from '../../interchange/index.js';
import { modulesOf } from '../../interchange/torch-modules.js';
import { readSafetensors } from '../../saving/index.js';
import type { OpenedModel } from './opened.js';

/** What a state dict does not hold. */
export interface TorchChoices {
  readonly activations?: readonly string[];
  readonly order?: readonly string[];
}

type Layers = NonNullable<FromTorchOptions['layers']>;

/** Names of the options in messages, by the argument of `fromTorch`. */
const openings: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/^layers\[(\d+)\]\.activation: /, '--activations: '],
  [/^layers: /, '--activations: '],
  [/^order\b/, '--order'],
];

export function openTorch(path: string, bytes: Uint8Array, choices: TorchChoices): Omit<OpenedModel, 'kind'> {
  const { activations, order } = choices;
  const { tensors, metadata } = readSafetensors(bytes);
  if (activations === undefined) {
    const { length } = modulesOf('bytes', tensors).linear;
    const example = Array.from({ length }, (_, l) => (l < length - 1 ? 'relu' : 'identity')).slice(0, 4);
    throw new OptionError(
      `--activations: expected one per Linear of ${path}, which has ${length}; weights of PyTorch do not hold them; for example --activations ${example.join()}${length > 4 ? ',…' : ''}`,
    );
  }
  const layers = activations.map((activation) => ({ activation })) as Layers;
  // The writer of the file adds this text.
  const texts = Object.fromEntries([...metadata].filter(([name]) => name !== 'format'));
  try {
    const model = fromTorch(bytes, { layers, ...(order && { order }) });
    return { model, described: 'weights of PyTorch', texts, left: [], training: [] };
  } catch (error) {
    const { message } = error as Error;
    const opening = openings.find(([pattern]) => pattern.test(message));
    if (opening === undefined) throw error;
    throw new OptionError(message.replace(...opening));
  }
}

/** Fault of an option, which the file is not to blame for. */
export class OptionError extends Error {}
