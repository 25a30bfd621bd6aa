import { randomizedAsymmetric } from './asymmetric.js';
import { constant, ones, randomNormal, randomUniform, truncatedNormal, zeros } from './distributions.js';
import type { Initializer } from './initializer.js';
import { provideInitializers } from './known.js';
import { drawThenScale, glorotBackward, heBackward, xavierSigmoid, xavierTanh } from './lectures.js';
import { identity, orthogonal, zerO } from './matrices.js';
import type { InitializerName } from './names.js';
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  tfjsGlorotNormal,
  tfjsHeNormal,
  varianceScaling,
} from './schemes.js';
import {
  kaimingNormal,
  kaimingUniform,
  sparseNormal,
  torchLinear,
  xavierNormal,
  xavierUniform,
} from './torch.js';

export { type InitializerName, initializerNames } from './names.js';

/** Constructors of all initializers that need no arguments, by name. Each uses its defaults, and its config has every option. */
export const named = {
  zeros,
  ones,
  constant,
  identity,
  randomNormal,
  randomUniform,
  truncatedNormal,
  varianceScaling,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  xavierUniform,
  xavierNormal,
  kaimingUniform,
  kaimingNormal,
  torchLinear,
  sparseNormal,
  orthogonal,
  zerO,
  randomizedAsymmetric,
  xavierTanh,
  xavierSigmoid,
  glorotBackward,
  heBackward,
  drawThenScale,
  tfjsGlorotNormal,
  tfjsHeNormal,
} as const satisfies Record<InitializerName, () => Initializer>;

/** Makes every initializer known by its name. */
export function useInitializers(): void {
  provideInitializers(named);
}
