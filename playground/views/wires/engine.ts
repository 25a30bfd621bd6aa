/** A network of two inputs, two hidden units and three classes, with every number of one training step. */
import type { DataSet } from '../../engine/data/data-set.js';
import { show } from '../../engine/program.js';
import { Runner } from '../../engine/runner.js';
import type { NetworkState, State } from '../../engine/state.js';
import type { ViewEngine } from '../../engine/view.js';
import { ownValue } from '../own-value.js';
import { type Name, own, parameters } from './fields.js';

/** Numbers of one layer: parameters, values of the one row, derivatives of the loss, and parameters after the next step. */
export interface LayerNumbers {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  readonly z: Float32Array;
  readonly a: Float32Array;
  readonly kernelGradient: Float32Array;
  readonly biasGradient: Float32Array;
  readonly zGradient: Float32Array;
  readonly aGradient: Float32Array;
  readonly nextKernel: Float32Array;
  readonly nextBias: Float32Array;
}

/** All numbers of the network. */
export interface Numbers {
  readonly inputGradient: Float32Array;
  readonly hidden: LayerNumbers;
  readonly output: LayerNumbers;
  readonly loss: number;
  /** Loss after the next step. */
  readonly nextLoss: number;
}

/** Numbers of the network, or the problem that prevents them. */
export interface Frame {
  readonly numbers?: Numbers;
  readonly problem?: string;
}

/** A second network, which takes the next step without moving the first. It serves all networks with its activation. */
let shadow: Runner | undefined;

export const engine: ViewEngine<Frame> = {
  data: flower,

  prepare: (runner, state) => {
    const weights = runner.model.getWeights();
    runner.model.setWeights(
      parameters.map(({ kernel, bias }, l) => ({
        ...weights[l],
        kernel: valuesOf(state, kernel),
        bias: valuesOf(state, bias),
      })),
    );
  },

  program: (state: State, { activation }: NetworkState) => {
    const layers = parameters.map(({ kernel, bias }, l) => {
      const slopes = activation === 'prelu' && l === 0 ? ', slopes: model.getWeights()[0].slopes' : '';
      return `  { kernel: ${show(valuesOf(state, kernel))}, bias: ${show(valuesOf(state, bias))}${slopes} },`;
    });
    return ['model.setWeights([', ...layers, ']);'];
  },

  frame: ({ runners: [runner], state }) => {
    try {
      return { numbers: numbersOf(runner!, state) };
    } catch (error) {
      return { problem: (error as Error).message };
    }
  },
};

/** Returns a data set whose only row is both the training and the test row. */
function flower(state: State): DataSet {
  const x = valuesOf(state, ['x1', 'x2']);
  const label = ownValue(state, own, 'label') - 1;
  const row = () => ({ x: Float32Array.from(x), y: Uint8Array.of(label), rows: 1 });
  return {
    name: 'own',
    inputSize: 2,
    classes: 3,
    usualScaling: 'none',
    train: row(),
    test: row(),
    lines: [
      `const [xTrain, yTrain] = [Float32Array.of(${x.join(', ')}), Uint8Array.of(${label})];`,
      'const [xTest, yTest] = [xTrain, yTrain];',
    ],
  };
}

function valuesOf(state: State, names: readonly Name[]): number[] {
  return names.map((name) => ownValue(state, own, name));
}

/** Measures the network, and lets the shadow take the next step. */
function numbersOf(runner: Runner, state: State): Numbers {
  const { model, data } = runner;
  const { x, y } = data.train;
  const outputs = model.layerOutputs(x);
  const gradients = model.gradients(x, y);
  const weights = model.getWeights();
  if (shadow?.options.activation !== runner.options.activation) {
    shadow = new Runner(state, runner.options, data);
  }
  const { rate } = runner.stretches.at(-1)!;
  if (shadow.stretches.at(-1)!.rate !== rate) shadow.changeRate(rate);
  shadow.model.setWeights(weights);
  shadow.model.trainOnBatch(x, y);
  const next = shadow.model.getWeights();
  const [hidden, output] = weights.map(({ kernel, bias }, l) => {
    const [{ preactivation: z, activation: a }, gradient] = [outputs[l]!, gradients.layers[l]!];
    return {
      kernel,
      bias,
      z,
      a,
      kernelGradient: gradient.kernel,
      biasGradient: gradient.bias,
      zGradient: gradient.preactivation,
      aGradient: gradient.activation,
      nextKernel: next[l]!.kernel,
      nextBias: next[l]!.bias,
    };
  }) as [LayerNumbers, LayerNumbers];
  const nextLoss = shadow.model.evaluate(x, y).loss;
  return { inputGradient: gradients.input, hidden, output, loss: gradients.loss, nextLoss };
}
