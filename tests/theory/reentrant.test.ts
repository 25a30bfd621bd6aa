/** Tests that integrals within integrals, as a function of the user's may ask for them, do not disturb each other. */
import { expect, it } from 'vitest';
import { gain } from '../../src/index.js';
import { correlationMap, gaussianMoments } from '../../src/theory/index.js';

it('an activation that calls for integrals of its own has the moments of one that does not', () => {
  const plain = (z: number) => Math.sin(z) * gain('tanh');
  const nested = (z: number) => {
    gaussianMoments('gelu', 1 + z * z);
    correlationMap({ activation: 'tanh', scale: 1, variance: 2 });
    return Math.sin(z) * gain('tanh');
  };
  expect(gaussianMoments(nested, 1.3)).toEqual(gaussianMoments(plain, 1.3));
  expect(gaussianMoments('gelu', 2)).toEqual(gaussianMoments('gelu', 2));
});

it('integrals of different numbers of points follow each other', () => {
  const first = [gaussianMoments('hardSigmoid', 2), gaussianMoments('tanh', 3), gaussianMoments('elu', 1)];
  const again = [gaussianMoments('hardSigmoid', 2), gaussianMoments('tanh', 3), gaussianMoments('elu', 1)];
  expect(again).toEqual(first);
});
