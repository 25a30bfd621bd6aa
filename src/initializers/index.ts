import * as asymmetric from './asymmetric.js';
import * as plain from './distributions.js';
import type { Initializer } from './initializer.js';
import * as lectures from './lectures.js';
import * as matrices from './matrices.js';
import * as schemes from './schemes.js';
import * as torch from './torch.js';

/** Constructors of all initializers that need no arguments, by name. Each uses its defaults, and its config has every option. */
export const named = {
  zeros: plain.zeros,
  ones: plain.ones,
  constant: plain.constant,
  identity: matrices.identity,
  randomNormal: plain.randomNormal,
  randomUniform: plain.randomUniform,
  truncatedNormal: plain.truncatedNormal,
  varianceScaling: schemes.varianceScaling,
  glorotNormal: schemes.glorotNormal,
  glorotUniform: schemes.glorotUniform,
  heNormal: schemes.heNormal,
  heUniform: schemes.heUniform,
  lecunNormal: schemes.lecunNormal,
  lecunUniform: schemes.lecunUniform,
  xavierUniform: torch.xavierUniform,
  xavierNormal: torch.xavierNormal,
  kaimingUniform: torch.kaimingUniform,
  kaimingNormal: torch.kaimingNormal,
  torchLinear: torch.torchLinear,
  sparseNormal: torch.sparseNormal,
  orthogonal: matrices.orthogonal,
  zerO: matrices.zerO,
  randomizedAsymmetric: asymmetric.randomizedAsymmetric,
  xavierTanh: lectures.xavierTanh,
  xavierSigmoid: lectures.xavierSigmoid,
  glorotBackward: lectures.glorotBackward,
  heBackward: lectures.heBackward,
  drawThenScale: lectures.drawThenScale,
  tfjsGlorotNormal: schemes.tfjsGlorotNormal,
  tfjsHeNormal: schemes.tfjsHeNormal,
} as const satisfies Record<string, () => Initializer>;

/** Name of an initializer that a layer takes. */
export type InitializerName = keyof typeof named;
/** Names of the initializers that a layer takes, for a list to choose from. */
export const initializerNames: readonly InitializerName[] = /* @__PURE__ */ Object.keys(
  named,
) as InitializerName[];
