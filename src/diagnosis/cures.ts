/** Cures that several problems share. None recommends what is in force already. */
import { steepestSlope } from '../network/activations.js';
import type { LayerDiagnosis } from './diagnosis.js';
import type { InForce } from './limits.js';
import { either, short } from './words.js';

/** Returns the words for repeating a training or, without one, a start. */
export function again({ moved }: InForce): string {
  return moved ? 'train anew' : 'start anew';
}

/** Advice to use batch norm in the hidden layers that have none; false if all have one. */
export function normalize({ batchNorm }: InForce): string | false {
  const hidden = batchNorm.slice(0, -1);
  const without = hidden.filter((position) => position === undefined).length;
  if (without === 0) return false;
  return `put batchNorm: true into the hidden layers${without < hidden.length ? ' that have none' : ''}`;
}

/** Advice for preactivations that are off although a batch norm precedes the activation. */
export function afterBatchNorm({ training }: InForce): string[] {
  return training
    ? []
    : ['check with training: true whether its running statistics come from different rows'];
}

/** Variance times fanIn of xavierSigmoid. */
const XAVIER_SIGMOID = 16;
/** Factor by which xavierSigmoid's variance must exceed a kernel's before it is recommended, twice its deviation. */
const LARGER = 4;

/** Hidden layers whose slope is at most a quarter. */
export function flatLayers(layers: readonly LayerDiagnosis[]): readonly LayerDiagnosis[] {
  return layers.slice(0, -1).filter(({ activationName }) => steepestSlope(activationName) <= 1 / 4);
}

/** Cures for flat layers. xavierSigmoid is one if its variance exceeds that of their kernels. */
export function sigmoidCures(flat: readonly LayerDiagnosis[], inForce: InForce): string {
  const factors = flat.map(({ kernel, fanIn }) => XAVIER_SIGMOID / (fanIn * kernel.std * kernel.std));
  const larger = factors.filter((factor) => factor > LARGER && factor < Infinity);
  const [least, most] = [Math.min(...larger), Math.max(...larger)].map(short);
  const range = least === most ? least : `${least} to ${most}`;
  const start =
    !inForce.moved && larger.length > 0 && `start from xavierSigmoid, which has ${range} times the variance`;
  return either(start, normalize(inForce), 'use tanh or relu');
}
