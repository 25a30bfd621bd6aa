import { oneOf } from '../errors.js';
import type { InitializerName } from './index.js';

export interface Preset {
  readonly kernel: InitializerName;
  readonly bias: InitializerName;
}

/** What other libraries start a dense layer from when nothing is said. */
const presets = {
  // nn.Linear: kaiming_uniform_ with a = √5, that is U(±1/√fanIn), for the bias too.
  torch: { kernel: 'torchLinear', bias: 'torchLinear' },
  keras: { kernel: 'glorotUniform', bias: 'zeros' },
  // With the truncation it forgets to correct, so 12 % too narrow: to compare with, not to use.
  tfjs: { kernel: 'tfjsGlorotNormal', bias: 'zeros' },
  flax: { kernel: 'lecunNormal', bias: 'zeros' },
  // The lectures' recommendation for ReLU.
  lecture: { kernel: 'heNormal', bias: 'zeros' },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
const presetNames = Object.keys(presets) as PresetName[];

/** @throws TypeError if the name is unknown */
export function preset(name: PresetName): Preset {
  return presets[oneOf('preset', name, presetNames)];
}
