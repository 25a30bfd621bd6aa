/**
 * Steps of the optimizers on every build, against computations by hand or by other libraries in f64. golden-networks.test.ts
 * follows the settings of PyTorch in the golden files.
 */
import { describe, expect, it } from 'vitest';
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  lion,
  nadam,
  rmsprop,
  sgd,
} from '../../src/optimizers/index.js';
import {
  initialState,
  type Optimizer,
  type OptimizerName,
  type OptimizerState,
  stateNames,
  step,
} from '../../src/optimizers/step.js';
import { Sandbox } from '../kernels/sandbox.js';
import { builds } from '../support/builds.js';
import { expectBlock } from '../support/compare.js';

const start = [1, -0.5, 0.25];
const gradients = [
  [0.5, -0.25, 0.125],
  [0.25, 0.5, -0.375],
  [-0.125, 0.375, 0.25],
];

interface Case {
  readonly what: string;
  readonly optimizer: Optimizer;
  /** Parameters after the last step. */
  readonly after: readonly number[];
}

/**
 * Cases by optimizer; one without a case does not compile. Most are torch.optim of PyTorch 1.13 in float64, with p.grad set to
 * each row of `gradients` in turn.
 *
 * NAdam follows the formulas that PyTorch documents, in Python's Decimal with 50 digits. PyTorch 1.13 itself has a factor μ too
 * many in the product up to t + 1 (pytorch#92699). Without that factor it gives the same.
 *
 * PyTorch has no Lion. By hand, the signs of its steps are + + +, − + + and + − +.
 */
const cases = {
  adadelta: [
    {
      what: 'Adadelta()',
      optimizer: adadelta(),
      after: [0.9959057468340787, -0.5043328107333119, 0.2477084353417176],
    },
    {
      what: 'Adadelta(lr=2, rho=0.5, eps=0.01, weight_decay=0.5)',
      optimizer: adadelta({ learningRate: 2, rho: 0.5, epsilon: 0.01, weightDecay: 0.5, decay: 'all' }),
      after: [0.3958629769619383, -0.6366461841272852, -0.03835003551963928],
    },
  ],
  adamax: [
    {
      what: 'Adamax()',
      optimizer: adamax(),
      after: [0.9957779602466147, -0.4994986863455663, 0.24870975488837568],
    },
    {
      what: 'Adamax(lr=0.1, betas=(0.5, 0.75), eps=0.01, weight_decay=0.5)',
      optimizer: adamax({
        learningRate: 0.1,
        beta1: 0.5,
        beta2: 0.75,
        epsilon: 0.01,
        weightDecay: 0.5,
        decay: 'all',
      }),
      after: [0.7075368295267465, -0.4491988212641154, 0.1496674844570945],
    },
  ],
  sgd: [
    {
      what: 'SGD(lr=0.1)',
      optimizer: sgd({ learningRate: 0.1 }),
      after: [0.9374999999999999, -0.5625, 0.24999999999999997],
    },
    {
      what: 'SGD(lr=0.1, momentum=0.9)',
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
      after: [0.8295, -0.56475, 0.26237499999999997],
    },
    {
      what: 'SGD(lr=0.1, momentum=0.9, nesterov=True)',
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
      after: [0.78405, -0.620775, 0.26113749999999997],
    },
  ],
  adagrad: [
    {
      what: 'Adagrad(lr=0.1)',
      optimizer: adagrad({ learningRate: 0.1 }),
      after: [0.877100429497794, -0.5451513205688313, 0.1914160814899951],
    },
  ],
  rmsprop: [
    {
      what: 'RMSprop(lr=0.01, alpha=0.9, centered=True)',
      optimizer: rmsprop({ learningRate: 0.01, centered: true }),
      after: [0.958402153748125, -0.5148982415025631, 0.22990963734233877],
    },
    {
      what: 'RMSprop(lr=0.01, alpha=0.9, momentum=0.5)',
      optimizer: rmsprop({ learningRate: 0.01, momentum: 0.5 }),
      after: [0.9300902157784977, -0.5058976530066602, 0.22228465734543368],
    },
    {
      what: 'RMSprop(lr=0.01, alpha=0.9, centered=True, momentum=0.5)',
      optimizer: rmsprop({ learningRate: 0.01, centered: true, momentum: 0.5 }),
      after: [0.9253081070859234, -0.5043636785523258, 0.2203326352022616],
    },
    {
      what: 'RMSprop(lr=0.01, alpha=0.9, centered=True, momentum=0.5, weight_decay=0.5)',
      optimizer: rmsprop({
        learningRate: 0.01,
        centered: true,
        momentum: 0.5,
        weightDecay: 0.5,
        decay: 'all',
      }),
      after: [0.8992059135568212, -0.47344393904060555, 0.2035331621216657],
    },
  ],
  adam: [
    {
      what: 'Adam(lr=0.1, betas=(0.9, 0.5), amsgrad=True)',
      optimizer: adam({ learningRate: 0.1, beta2: 0.5, amsgrad: true }),
      after: [0.7604529007368194, -0.49072398707604425, 0.19217658090821813],
    },
  ],
  adamw: [
    {
      what: 'AdamW(lr=0.1, betas=(0.9, 0.5), amsgrad=True, weight_decay=0.5)',
      optimizer: adamw({ learningRate: 0.1, beta2: 0.5, amsgrad: true, weightDecay: 0.5, decay: 'all' }),
      after: [0.6320901183785251, -0.4274902096296181, 0.16407439497446905],
    },
  ],
  nadam: [
    {
      what: 'NAdam(lr=0.01)',
      optimizer: nadam({ learningRate: 0.01 }),
      after: [0.9857663077965164, -0.5050899074409355, 0.24352601929927478],
    },
    {
      what: 'NAdam(lr=0.01, momentum_decay=1)',
      optimizer: nadam({ learningRate: 0.01, momentumDecay: 1 }),
      after: [0.9854414764623943, -0.5044944149785384, 0.24360456952499784],
    },
  ],
  lion: [
    {
      what: 'Lion, every share a half',
      optimizer: lion({ learningRate: 0.5, beta1: 0.5, beta2: 0.5 }),
      after: [-0.5, -1, -0.25],
    },
  ],
} satisfies Record<OptimizerName, readonly Case[]>;

describe.each(builds)('on $name', ({ create }) => {
  const box = new Sandbox(create());
  const tolerance = box.backend.elementBytes === 8 ? 1e-12 : 1e-6;

  /** Parameters after each step. Only the first one is a kernel's. */
  function run(
    optimizer: Optimizer,
    rows: readonly number[][],
    from = start,
    state = initialState(optimizer),
  ) {
    box.clear();
    const count = from.length;
    const block = {
      parameters: box.inPlace(from),
      gradients: box.output(count),
      count,
      kernelCount: 1,
      states: stateNames(optimizer).map(() => box.inPlace(from.map(() => 0))),
    };
    return rows.map((row) => {
      box.backend.elements.set(row, block.gradients / box.backend.elementBytes);
      step(box.backend.kernels, optimizer, block, state, optimizer.learningRate as number);
      box.check();
      return [...box.read(block.parameters, count)];
    });
  }
  const runOnce = (optimizer: Optimizer, gradient: number[], from = start) =>
    run(optimizer, [gradient], from)[0]!;

  it.each(Object.values(cases).flat())('$what', ({ optimizer, after }) => {
    expectBlock(run(optimizer, gradients)[2]!, after, tolerance);
  });

  it('Lion agrees with algorithm 2 of Chen et al. 2023, by hand', () => {
    const optimizer = lion({ learningRate: 0.5, beta1: 0.5, beta2: 0.75 });
    // First: β₁ m + (1 − β₁) g is 0.5, 0.125 − 0.0625, 0.078125 − 0.078125; m is 0.25, 0.15625. Its last sign is 0.
    // Second: no step without a gradient.
    // Third: −0.5, −0.125 + 0.0625, −0.078125 + 0.125; m is −0.25, −0.15625.
    const rows = [
      [1, 0, -1],
      [-0.125, 0, 0.125],
      [-0.15625, 0, 0.25],
    ];
    expect(run(optimizer, rows, [1, 3, 1])).toEqual([
      [0.5, 3, 1.5],
      [0, 3, 2],
      [0, 3, 1.5],
    ]);
  });

  it('Lion first shrinks its kernels by 1 − learningRate · weightDecay', () => {
    const optimizer = lion({ learningRate: 0.5, weightDecay: 0.25 });
    expect(runOnce(optimizer, [1, 1, 1], [8, 8, 8])).toEqual([6.5, 7.5, 7.5]);
  });

  it('Adagrad agrees with a computation by hand: 3, then 4, whose squares sum to 25', () => {
    const optimizer = adagrad({ learningRate: 1, epsilon: 0 });
    const [first, second] = run(
      optimizer,
      [
        [3, 0, -3],
        [4, 0, 4],
      ],
      [2, 2, 2],
    );
    expectBlock(first!, [1, 2, 3], tolerance);
    expectBlock(second!, [0.2, 2, 2.2], tolerance);
  });

  it('penalties add to the gradient as Keras’s L1 and L2, for the kernels alone or for all', () => {
    const options = { learningRate: 1, l1: 0.25, l2: 0.5 };
    // The penalty's gradient is l1 sign(w) + 2 l2 w.
    expect(runOnce(sgd(options), [0, 0, 0], [2, 2, -2])).toEqual([-0.25, 2, -2]);
    expect(runOnce(sgd({ ...options, decay: 'all' }), [0, 0, 0], [2, 0, -2])).toEqual([-0.25, 0, 0.25]);
  });

  it('weight decay adds to the gradient, but shrinks the weights in AdamW', () => {
    expect(runOnce(sgd({ learningRate: 0.5, weightDecay: 0.25 }), [1, 1, 0], [4, 4, 4])).toEqual([3, 3.5, 4]);
    expect(runOnce(adamw({ learningRate: 0.5, weightDecay: 0.5 }), [0, 0, 0], [4, 4, 4])).toEqual([3, 4, 4]);
    // In Adam it is a gradient like any other: the first step is a full learning rate, whatever its size.
    expectBlock(
      runOnce(adam({ learningRate: 0.5, weightDecay: 0.5, epsilon: 0 }), [0, 0, 0], [4, 4, 4]),
      [3.5, 4, 4],
      tolerance,
    );
  });

  it('clipNorm equals clip_grad_norm_ over all parameters', () => {
    // PyTorch 1.13: clip_grad_norm_ of the second row with max_norm = 0.25.
    const clipped = [0.09284753115769635, 0.1856950623153927, -0.13927129673654454];
    const optimizer = sgd({ learningRate: 1, clipNorm: 0.25 });
    expectBlock(
      runOnce(optimizer, gradients[1]!),
      start.map((p, i) => p - clipped[i]!),
      tolerance,
    );
    expect(runOnce(sgd({ learningRate: 1, clipNorm: 5 }), [3, 0, -2], [0, 0, 0])).toEqual([-3, 0, 2]);
  });

  it('a step applies penalties, clipValue, clipNorm, weightDecay and step in this order', () => {
    const from = [4, 0, 0];
    const all = { learningRate: 1, l2: 0.5, clipValue: 2, clipNorm: 1, weightDecay: 0.5 };
    // 0 + 4 is clipped to 2, the norm of (2, 0, 0) to 1, and weight decay adds 2 that nothing clips.
    expectBlock(runOnce(sgd(all), [0, 0, 0], from), [1, 0, 0], 2e-6);
    // (3, 4): both are clipped to 3, then scaled by the norm.
    const equal = runOnce(sgd({ learningRate: 1, clipValue: 3, clipNorm: 1 }), [3, 4, 0], [0, 0, 0]);
    expectBlock(equal, [-Math.SQRT1_2, -Math.SQRT1_2, 0], 2e-6);
  });

  it('a step continues from a state after a JSON round trip', () => {
    for (const optimizer of [adam(), adamax(), nadam()]) {
      const state = initialState(optimizer);
      run(optimizer, gradients, start, state);
      const copy = JSON.parse(JSON.stringify(state)) as OptimizerState;
      expect(copy.step).toBe(3);
      expect(run(optimizer, gradients, start, copy)).toEqual(run(optimizer, gradients, start, state));
      expect(initialState(optimizer).scalars.every((scalar) => scalar === 1)).toBe(true);
    }
  });

  it("the comparison notices the additional factor in PyTorch 1.13's NAdam", () => {
    // This is PyTorch 1.13's own result of NAdam(lr=0.01).
    const wrong = [0.9854152642009083, -0.5051237871759369, 0.2435714463432962];
    expect(() => expectBlock(run(nadam({ learningRate: 0.01 }), gradients)[2]!, wrong, tolerance)).toThrow();
  });
});

it('the blocks of each optimizer have names', () => {
  const names = (optimizer: Optimizer) => stateNames(optimizer);
  expect(names(sgd())).toEqual([]);
  expect(names(sgd({ momentum: 0.9 }))).toEqual(['momentum']);
  expect(names(adagrad())).toEqual(['squareSum']);
  expect(names(adadelta())).toEqual(['meanSquare', 'meanSquareChange']);
  expect(names(adamax())).toEqual(['firstMoment', 'largestGradient']);
  expect(names(rmsprop())).toEqual(['meanSquare']);
  expect(names(rmsprop({ centered: true, momentum: 0.5 }))).toEqual(['meanSquare', 'mean', 'momentum']);
  expect(names(rmsprop({ momentum: 0.5 }))).toEqual(['meanSquare', 'momentum']);
  expect(names(adam())).toEqual(['firstMoment', 'secondMoment']);
  expect(names(adamw({ amsgrad: true }))).toEqual(['firstMoment', 'secondMoment', 'largestSecondMoment']);
  expect(names(nadam())).toEqual(['firstMoment', 'secondMoment']);
  expect(names(lion())).toEqual(['momentum']);
});
