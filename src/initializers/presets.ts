import { oneOf } from '../errors.js';
import type { InitializerName } from './index.js';

/** Initializers of a layer that names none. */
export interface Preset {
  readonly kernel: InitializerName;
  readonly bias: InitializerName;
}

/** Table of the initializers that other libraries use for a dense layer by default. */
const presets = {
  // nn.Linear uses kaiming_uniform_ with a = √5, which is U(±1/√fanIn), also for the bias.
  torch: { kernel: 'torchLinear', bias: 'torchLinear' },
  keras: { kernel: 'glorotUniform', bias: 'zeros' },
  // TF.js does not correct for its truncation, so its values are 12 % too narrow. For comparison only.
  tfjs: { kernel: 'tfjsGlorotNormal', bias: 'zeros' },
  flax: { kernel: 'lecunNormal', bias: 'zeros' },
  // This is the lectures' recommendation for ReLU.
  lecture: { kernel: 'heNormal', bias: 'zeros' },
} as const satisfies Record<string, Preset>;

/** Name of a set of default initializers. */
export type PresetName = keyof typeof presets;
const presetNames = /* @__PURE__ */ Object.keys(presets) as PresetName[];

/** Returns the preset of a name. @throws TypeError if the name is unknown */
export function preset(name: PresetName): Preset {
  return presets[oneOf('preset', name, presetNames)];
}
