/** Places of dropouts in a chain of layers. */
import { expect, it } from 'vitest';
import { chainOf } from '../../src/interchange/chain.js';
import type { Step } from '../../src/interchange/steps.js';
import type { Activation } from '../../src/network/activations.js';

const dense: Step = { kind: 'dense', from: 'dense', fanIn: 2, units: 2, kernel: Float32Array.of(1, 2, 3, 4) };
const drop: Step = { kind: 'dropout', from: 'drop', share: 0.3 };
const act = (activation: Activation): Step => ({ kind: 'activation', from: 'act', activation });
const shift: Step = { kind: 'affine', from: 'shift', scale: [2], shift: [1] };
const norm: Step = {
  kind: 'norm',
  from: 'norm',
  gamma: [1, 1],
  beta: [0, 0],
  mean: [0, 0],
  variance: [1, 1],
  epsilon: 1e-3,
  momentum: 0.1,
};

it.each<[string, Step[], number[], number]>([
  ['after an activation', [dense, act('tanh'), drop, dense], [0.3, 0], 0],
  ['after a layer without activation', [dense, drop, dense], [0.3, 0], 0],
  ['after a batch norm', [dense, norm, act('relu'), drop, dense], [0.3, 0], 0],
  ['before an activation that keeps factors', [dense, drop, act('relu'), dense], [0.3, 0], 0],
  ['before any other activation', [dense, drop, act('tanh'), dense], [0, 0], 1],
  ['before a batch norm', [dense, act('relu'), drop, norm, dense], [0, 0], 1],
  ['after a map', [dense, act('relu'), shift, drop, dense], [0, 0], 1],
  [
    'before a map that becomes part of the next kernel',
    [dense, act('relu'), drop, shift, dense],
    [0.3, 0],
    0,
  ],
  ['before a map that becomes part of its kernel', [dense, drop, shift, act('relu'), dense], [0, 0], 1],
  ['before the first layer', [drop, dense, act('relu'), dense], [0, 0], 1],
  ['after the last layer', [dense, act('relu'), dense, drop], [0, 0], 1],
  ['after another dropout', [dense, act('relu'), drop, drop, dense], [0.3, 0], 1],
])('a dropout %s', (_, steps, shares, omitted) => {
  const chain = chainOf('bytes', steps);
  expect(chain.layers.map(({ dropout }) => dropout)).toEqual(shares);
  expect(chain.omitted).toEqual(Array.from({ length: omitted }, () => 'drop'));
});
