/** Readers of models in JSON: scikit-learn and brain.js. */
import { brainInfo, fromBrain, fromSklearn, sklearnInfo } from '../../interchange/index.js';
import type { OpenedModel } from './opened.js';

export function openSklearn(json: unknown): Omit<OpenedModel, 'kind'> {
  const { estimator, classNames } = sklearnInfo(json);
  return {
    model: fromSklearn(json),
    described: `${estimator} of scikit-learn`,
    ...(classNames && { classNames }),
    texts: {},
    left: [],
    training: [],
  };
}

export function openBrain(json: unknown): Omit<OpenedModel, 'kind'> {
  return {
    model: fromBrain(json),
    described: 'a network of brain.js',
    ...brainInfo(json),
    texts: {},
    left: ['the options of the training'],
    training: [],
  };
}
