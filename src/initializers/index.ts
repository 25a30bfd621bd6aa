import { NonFiniteError, oneOf, ShapeError, show } from '../errors.js';
import type { Rng } from '../random.js';
import * as plain from './distributions.js';
import { type Fans, type Initializer, type Shape, size } from './initializer.js';
import * as lectures from './lectures.js';
import * as matrices from './matrices.js';
import * as schemes from './schemes.js';
import * as torch from './torch.js';

/** Every initializer that its name alone makes, with the defaults of its function. */
const named = {
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
  orthogonal: matrices.orthogonal,
  zerO: matrices.zerO,
  xavierTanh: lectures.xavierTanh,
  xavierSigmoid: lectures.xavierSigmoid,
  glorotBackward: lectures.glorotBackward,
  heBackward: lectures.heBackward,
  tfjsGlorotNormal: schemes.tfjsGlorotNormal,
  tfjsHeNormal: schemes.tfjsHeNormal,
} as const satisfies Record<string, () => Initializer>;

export type InitializerName = keyof typeof named;
/** Every name that a layer takes, for a list to choose from. */
export const initializerNames: readonly InitializerName[] = Object.keys(named) as InitializerName[];

/**
 * The initializer that a name or a function stands for.
 *
 * @throws TypeError if it is neither, or the name is unknown
 */
export function resolveInitializer(argument: string, value: unknown): Initializer {
  if (typeof value === 'function') return value as Initializer;
  return named[oneOf(argument, value, initializerNames)]();
}

/**
 * Runs an initializer and checks what came: a custom one may be any function of the form.
 *
 * @throws TypeError if no Float32Array came back, ShapeError if its length is wrong, NonFiniteError
 */
export function drawChecked(
  argument: string,
  draw: Initializer,
  shape: Shape,
  rng: Rng,
  fans: Fans,
): Float32Array {
  const n = size(shape);
  const values: unknown = draw(shape, rng, fans);
  if (!(values instanceof Float32Array)) {
    throw new TypeError(
      `${argument}: expected the initializer to return a Float32Array, got ${show(values)}`,
    );
  }
  if (values.length !== n) {
    throw new ShapeError(
      `${argument}: expected ${n} values for [${shape.join(', ')}], got ${values.length}`,
      {
        argument,
      },
    );
  }
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) {
    const value = values[index]!;
    throw new NonFiniteError(`${argument}: the initializer's value ${index} is ${value}`, {
      argument,
      index,
      value,
    });
  }
  return values;
}
