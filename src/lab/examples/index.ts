/** The lectures' worked examples, recomputed step by step. */
import type { ExampleId } from '../expected/example.js';
import { eightLayers, explosion, fiveLayers, largeWeights } from './chains.js';
import { dyingRelu } from './dying-relu.js';
import type { Example } from './example.js';
import { forwardPass } from './forward-pass.js';
import { pixels } from './images.js';
import { mean, uniform, variance } from './probability.js';
import { sigmoidSeries, tanhSeries } from './series.js';
import { glorot, he, hiddenOutputs, kaiming, variances } from './starts.js';
import { hiddenZeros, linear, logistic, softmax } from './zero-starts.js';

/** Worked examples by their number in docs/lectures.md. Each computes its steps when it is run. */
export const examples: Readonly<Record<ExampleId, Example>> = {
  E1: mean,
  E2: variance,
  E3: tanhSeries,
  E4: sigmoidSeries,
  E5: largeWeights,
  E6: fiveLayers,
  E7: eightLayers,
  E8: explosion,
  E9: glorot,
  E10: he,
  E11: variances,
  E12: hiddenOutputs,
  E13: kaiming,
  E14: forwardPass,
  E15: dyingRelu,
  E16: linear,
  E17: logistic,
  E18: softmax,
  E19: hiddenZeros,
  E20: pixels,
  E21: uniform,
};

/** Numbers of all worked examples, in order. */
export const exampleIds = /* @__PURE__ */ Object.keys(examples) as ExampleId[];
