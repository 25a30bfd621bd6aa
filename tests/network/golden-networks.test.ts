import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  adagrad,
  adam,
  adamw,
  type BackendName,
  type MLP,
  type Optimizer,
  rmsprop,
  sgd,
} from '../../src/index.js';
import { expectBlock } from '../support/compare.js';
import { type Arrangement, arrangements, build, type Task, transposed } from '../support/networks.js';

type Matrix = number[][];
interface Parameters {
  weights: Matrix[];
  biases: number[][];
}
interface Golden extends Parameters {
  sizes: number[];
  x: Matrix;
  target: Matrix | number[];
  outputs: Matrix[];
  loss_value: number;
  grad_weights: Matrix[];
  grad_biases: number[][];
  grad_pre_activations: Matrix[];
  grad_x: Matrix;
  optimizers: Record<Setting, Trajectory>;
}
interface Trajectory {
  hyper: Hyper;
  losses_before_each_step: number[];
  after_1: Parameters;
  after_2: Parameters;
  after_10: Parameters;
}
/** Names of PyTorch. */
type Hyper = Record<'lr' | 'momentum' | 'alpha' | 'eps' | 'beta1' | 'beta2' | 'weight_decay', number>;

/** Optimizer settings of the files, under this library's names. PyTorch also decays biases. */
const settings = {
  sgd: ({ lr }: Hyper) => sgd({ learningRate: lr }),
  sgd_momentum: ({ lr, momentum }: Hyper) => sgd({ learningRate: lr, momentum }),
  nesterov: ({ lr, momentum }: Hyper) => sgd({ learningRate: lr, momentum, nesterov: true }),
  sgd_weight_decay: ({ lr, weight_decay }: Hyper) =>
    sgd({ learningRate: lr, weightDecay: weight_decay, decay: 'all' }),
  rmsprop: ({ lr, alpha, eps }: Hyper) => rmsprop({ learningRate: lr, rho: alpha, epsilon: eps }),
  adagrad: ({ lr, eps }: Hyper) => adagrad({ learningRate: lr, epsilon: eps }),
  adam: ({ lr, beta1, beta2, eps }: Hyper) => adam({ learningRate: lr, beta1, beta2, epsilon: eps }),
  adamw: ({ lr, beta1, beta2, eps, weight_decay }: Hyper) =>
    adamw({ learningRate: lr, beta1, beta2, epsilon: eps, weightDecay: weight_decay, decay: 'all' }),
} satisfies Record<string, (hyper: Hyper) => Optimizer>;
type Setting = keyof typeof settings;
const settingNames = Object.keys(settings) as Setting[];

const cases = [
  { file: 'mlp_3-5-4_tanh_mse', activation: 'tanh', output: 'identity', loss: 'meanSquaredError' },
  { file: 'mlp_4-8-6-3_relu_ce', activation: 'relu', output: 'softmax', loss: 'crossEntropy' },
] as const;

describe.each(cases)('$file, computed by PyTorch in f64', ({ file, activation, output, loss }) => {
  const golden = JSON.parse(
    readFileSync(new URL(`../golden/${file}.json`, import.meta.url), 'utf8'),
  ) as Golden;
  const task: Omit<Task, 'optimizer'> = {
    inputSize: golden.sizes[0]!,
    layers: golden.sizes.slice(1).map((units, l, all) => ({
      units,
      activation: l === all.length - 1 ? output : activation,
    })),
    loss,
  };

  describe.each(arrangements)('on $name', (arrangement) => {
    it('equals its loss and every gradient', () => {
      const gradients = start(arrangement, sgd()).gradients(golden.x, golden.target);
      const close = (actual: ArrayLike<number>, expected: ArrayLike<number>) =>
        expectBlock(actual, expected, arrangement.tolerance);
      close([gradients.loss], [golden.loss_value]);
      close(gradients.input, golden.grad_x.flat());
      for (const [l, layer] of gradients.layers.entries()) {
        close(layer.kernel, transposed(golden.grad_weights[l]!));
        close(layer.bias, golden.grad_biases[l]!);
        close(layer.preactivation, golden.grad_pre_activations[l]!.flat());
      }
    });

    it.each(settingNames)('follows its ten steps of %s', (setting) => {
      const trajectory = golden.optimizers[setting];
      const model = start(arrangement, settings[setting](trajectory.hyper));
      const losses: number[] = [];
      for (let step = 1; step <= 10; step++) {
        losses.push(model.trainOnBatch(golden.x, golden.target).loss);
        const then = { 1: trajectory.after_1, 2: trajectory.after_2, 10: trajectory.after_10 }[step];
        if (then !== undefined) expectParameters(model, then, arrangement.trajectoryTolerance);
      }
      expectBlock(losses, trajectory.losses_before_each_step, arrangement.trajectoryTolerance);
    });
  });

  it('the files have no setting that is not followed', () => {
    expect(Object.keys(golden.optimizers).sort()).toEqual([...settingNames].sort());
  });

  function start(arrangement: Arrangement, optimizer: Optimizer): MLP<BackendName> {
    const model = build({ ...task, optimizer }, arrangement);
    model.setWeights(
      golden.weights.map((kernel, l) => ({ kernel: transposed(kernel), bias: golden.biases[l]! })),
    );
    return model;
  }
});

function expectParameters(model: MLP<BackendName>, { weights, biases }: Parameters, tolerance: number): void {
  const layers = model.getWeights();
  expect(layers).toHaveLength(weights.length);
  for (const [l, { kernel, bias }] of layers.entries()) {
    expectBlock(kernel, transposed(weights[l]!), tolerance);
    expectBlock(bias, biases[l]!, tolerance);
  }
}
