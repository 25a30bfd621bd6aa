/** Examples of chains with one unit per layer: where the gradient vanishes and where it explodes. */
import { type Activation, crossEntropy, prelu, Rng, sgd } from '../../index.js';
import { expectedExamples } from '../expected/examples.js';
import { example, type Replay } from './example.js';
import { chain, forward, network } from './networks.js';

/** Returns the gradients of a chain of units under two logits, unit by unit, and the model that can take a step. */
function backward(
  x: number,
  weights: readonly number[],
  logits: readonly number[],
  activation: Activation,
  { label, η }: { label: number; η: number },
) {
  const layers = chain(weights, logits, activation);
  const model = network(layers);
  model.compile({ loss: crossEntropy(), optimizer: sgd({ learningRate: η }) });
  const gradients = model.gradients([[x]], [label]);
  const output = gradients.layers.at(-1)!;
  return {
    model,
    passes: forward(layers, [[x]]),
    loss: gradients.loss,
    dw: gradients.layers.map(({ kernel }) => kernel[0]!),
    db: gradients.layers.map(({ bias }) => bias[0]!),
    dz: output.preactivation,
  };
}

const vanishing = { x: 2.4, w1: 6.74, w2: 9.808, w3: 13.3, b: [0, 0, 0], label: 0, η: 0.01 } as const;

export const largeWeights = /* @__PURE__ */ example(
  'E5',
  vanishing,
  (replay, { x, w1, w2, w3, label, η }) => {
    const { float64: known } = expectedExamples.E5.tensors;
    const run = backward(x, [w1], [w2, w3], 'sigmoid', { label, η });
    const [hidden, output] = run.passes;
    replay.part('float64', 'In float64');
    replay.showAll(['z1'], hidden!.z, 'w1·x + b1', known.z_hidden);
    replay.showAll(['a1'], hidden!.a, 'sigmoid(z1): nearly 1', known.a_hidden);
    replay.showAll(['z2', 'z3'], output!.z, 'w2·a1, w3·a1', known.z_out);
    replay.showAll(['p0', 'p1'], output!.a, 'softmax(z2, z3)', known.p);
    replay.show('loss', run.loss, '−ln p0', { expected: known.loss });
    replay.show('∂L/∂w2', run.dw[1]!, 'a1·(p0 − 1)', {
      note: 'The slide probably holds more digits than it displays: with w3 = 13.355 in place of 13.3 this is -0.972. The slide prints no label; only label 0 makes it negative.',
    });
    replay.show("sigmoid'(z1)", hidden!.a[0]! * (1 - hidden!.a[0]!), 'a1·(1 − a1)');
    replay.show('∂L/∂b1', run.db[0]!, "(w2·(p0−1) + w3·p1)·sigmoid'(z1)", {
      note: 'The slide prints a float32 figure, which the next part recomputes.',
    });
    replay.show('∂L/∂w1', run.dw[0]!, 'x·∂L/∂b1');
    replaySingle(replay);
  },
);

/** Repeats the example with the float32 kernels. They form s·(1 − s), as the slide's program must, and 1 − s keeps one digit. */
function replaySingle(replay: Replay): void {
  const { x, w1, w2, w3, label, η } = vanishing;
  const layers = chain([w1], [w2, w3], 'sigmoid');
  const model = network(layers, 'wasm');
  model.compile({ loss: crossEntropy() });
  const [hidden] = model.gradients([[x]], [label]).layers;
  const s = network(layers.slice(0, 1), 'wasm').predict([[x]])[0]!;
  replay.part('float32', 'In float32, with the slope as s·(1 − s)');
  replay.show('a1', s, 'sigmoid(z1) = 1 − 2/2²⁴');
  replay.show('1 − a1', Math.fround(1 - s), 'two units in the last place', {
    note: 'The true 1 − a1 is 9.44e-8. The subtraction leaves one digit of it, rounded up by a quarter.',
  });
  const db = replay.show('∂L/∂b1', hidden!.bias[0]!, '(w2·(p0−1) + w3·p1)·a1·(1 − a1)');
  const dw = replay.show('∂L/∂w1', hidden!.kernel[0]!, 'x·∂L/∂b1');
  replay.show('η·∂L/∂b1', η * db, '0.01·∂L/∂b1');
  replay.show('η·∂L/∂w1', η * dw, '0.01·∂L/∂w1: w1 does not change');
}

const five = {
  x: 2.4,
  w: [0.919, -0.812, 1.471, -0.776, -0.309, 1.133],
  b: [0, 0, 0, 0, 0, 0],
  label: 0,
  η: 0.01,
};

export const fiveLayers = /* @__PURE__ */ example('E6', five, (replay, { x, w, label, η }) => {
  const known = expectedExamples.E6.tensors;
  const run = backward(x, w.slice(0, 4), w.slice(4), 'sigmoid', { label, η });
  replay.part('start', 'Forward from a0 = x, then back from layer 4 to layer 1');
  for (const [l, { z, a }] of run.passes.slice(0, 4).entries()) {
    replay.show(`z${l + 1}`, z[0]!, `w${l + 1}·a${l} + b${l + 1}`, { expected: known.z_hidden[l]! });
    replay.show(`a${l + 1}`, a[0]!, `sigmoid(z${l + 1})`, { expected: known.a_hidden[l]! });
  }
  const output = run.passes[4]!;
  replay.showAll(['z5', 'z6'], output.z, 'w5·a4 and w6·a4');
  replay.showAll(['p0', 'p1'], output.a, 'softmax(z5, z6)', known.p);
  replay.show('loss', run.loss, '−ln p0', {
    note: 'The displayed weights give 1.0065. Half a unit in their third digit moves the loss by 3e-4.',
  });
  replay.showAll(['∂L/∂z5', '∂L/∂z6'], run.dz, 'p0 − 1 and p1', known.grad_b_out);
  for (let l = 4; l >= 1; l--) {
    const above = l === 4 ? '(w5·∂L/∂z5 + w6·∂L/∂z6)' : `w${l + 1}·∂L/∂b${l + 1}`;
    replay.show(`∂L/∂b${l}`, run.db[l - 1]!, `${above}·a${l}·(1 − a${l})`);
    const wrong =
      'The sign is wrong: x = 2.4 is positive, so ∂L/∂w1 has the sign of ∂L/∂b1, which the slide prints as +0.0009.';
    replay.show(`∂L/∂w${l}`, run.dw[l - 1]!, `a${l - 1}·∂L/∂b${l}`, l === 1 ? { note: wrong } : {});
  }
  replay.part('step', 'One step of SGD, w − η·∂L/∂w');
  run.model.trainOnBatch([[x]], [label]);
  const [first] = run.model.getWeights();
  replay.show('w1 new', first!.kernel[0]!, 'w1 − η·∂L/∂w1', {
    note: 'The slide inserts -0.0002 for ∂L/∂w1, which has the wrong sign and a tenth of the size.',
  });
  replay.show('b1 new', first!.bias[0]!, 'b1 − η·∂L/∂b1', {
    note: 'The slide drops the sign: 0 − 0.01·0.00093 = -9.3e-6.',
  });
});

const CHAINS = 1001;
const DEPTH = 7;
const eight = {
  x: 2.4,
  w: [-0.358, -1.683, -0.1407],
  η: 0.01,
  'printed ∂L/∂w1': 7e-7,
  'printed ∂L/∂b1': 3e-7,
};

export const eightLayers = /* @__PURE__ */ example('E7', eight, (replay, inputs) => {
  const { x, η } = inputs;
  replay.part('drawn', `${CHAINS} chains of ${DEPTH} sigmoid units with weights from N(0, 1)`);
  const sorted = firstGradients(x).sort((one, other) => Math.abs(one.db) - Math.abs(other.db));
  const at = (share: number) => Math.abs(sorted[Math.floor(share * (CHAINS - 1))]!.db);
  replay.show('5 % of |∂L/∂b1|', at(0.05), 'lie below this');
  replay.show('median of |∂L/∂b1|', at(0.5), '', {
    note: 'The gradients of the slide cannot be recomputed, because only three of its weights are legible. They are typical of chains of this depth.',
  });
  replay.show('95 % of |∂L/∂b1|', at(0.95), 'lie below this');
  const one = sorted[(CHAINS - 1) / 2]!;
  replay.part('median', 'The chain of the median, with biases of 0 and label 0');
  const names = one.weights.map((_, i) => `w${i + 1}`);
  replay.showAll(names, one.weights, `w1 to w${DEPTH} lead from unit to unit, the last two to z0 and z1`);
  replay.show('∂L/∂b1 of this chain', one.db, 'backpropagated');
  replay.show('∂L/∂w1 of this chain', one.dw, 'x·∂L/∂b1', { expected: x * one.db });
  replay.part('step', 'Checks that the printed gradients allow');
  replay.show('(∂L/∂w1) / (∂L/∂b1)', one.dw / one.db, 'x, in every such chain', {
    note: 'The slide’s 7e-7 / 3e-7 is 2.33: each is cut to one digit, and x = 2.4 fits them.',
  });
  replay.show('η·∂L/∂w1', η * inputs['printed ∂L/∂w1'], '0.01 · 7e-7');
  replay.show('η·∂L/∂b1', η * inputs['printed ∂L/∂b1'], '0.01 · 3e-7: practically no step');
});

/** Returns the gradients of unit 1 and the weights, for each of the chains. */
function firstGradients(x: number): { dw: number; db: number; weights: readonly number[] }[] {
  const weights = new Rng(0).split('chains');
  const layers = chain(new Array<number>(DEPTH).fill(0), [0, 0], 'sigmoid');
  const model = network(layers);
  model.compile({ loss: 'crossEntropy' });
  return Array.from({ length: CHAINS }, (_, i) => {
    const drawn = [...weights.split(i).normal(DEPTH + 2)];
    const kernels = [...drawn.slice(0, DEPTH).map((weight) => [weight]), drawn.slice(DEPTH)];
    model.setWeights(kernels.map((kernel) => ({ kernel, bias: kernel.map(() => 0) })));
    const [first] = model.gradients([[x]], [0]).layers;
    return { dw: first!.kernel[0]!, db: first!.bias[0]!, weights: drawn };
  });
}

const exploding = {
  'x printed': 2.4,
  'x needed': 20.4,
  w1: 2.68,
  w2: -3.27,
  w3: 1.58,
  b: [0, 0, 0],
  label: 0,
  slope: 0.1,
  η: 10,
};

export const explosion = /* @__PURE__ */ example('E8', exploding, (replay, inputs) => {
  const { w1, w2, w3, label, slope, η } = inputs;
  const { tensors } = expectedExamples.E8;
  const at = (x: number) => backward(x, [w1], [w2, w3], prelu({ initialSlope: slope }), { label, η });
  const forwardSteps = (run: ReturnType<typeof at>, known: (typeof tensors)['x_2_4' | 'x_20_4']) => {
    const [hidden, output] = run.passes;
    replay.showAll(['z1'], hidden!.z, 'w1·x + b1', known.z_hidden);
    replay.showAll(['a1'], hidden!.a, 'PReLU(z1) = z1, since z1 > 0', known.a_hidden);
    replay.showAll(['z2', 'z3'], output!.z, 'w2·a1 and w3·a1', known.z_out);
    replay.showAll(['p0', 'p1'], output!.a, 'softmax(z2, z3)', known.p);
    replay.show('loss', run.loss, '−ln p0', { expected: known.loss });
  };
  const printed = at(inputs['x printed']);
  replay.part('x = 2.4', 'With x = 2.4, as printed');
  forwardSteps(printed, tensors.x_2_4);
  const db = replay.show('∂L/∂b1', printed.db[0]!, 'w2·(p0 − 1) + w3·p1', {
    note: 'The displayed weights give 4.85, whatever x is.',
  });
  replay.show('∂L/∂w1', printed.dw[0]!, 'x·∂L/∂b1', {
    note: 'x is misprinted: 99.2 needs 20.4 in place of 2.4.',
  });
  replay.show('∂L/∂w2', printed.dw[1]!, 'a1·(p0 − 1)', {
    note: 'The misprint of x again: -54.6 needs x = 20.4.',
  });
  replay.show('η·∂L/∂b1', η * db, '10·∂L/∂b1');
  const needed = at(inputs['x needed']);
  replay.part('x = 20.4', 'With x = 20.4, which the figures need');
  forwardSteps(needed, tensors.x_20_4);
  replay.showAll(['∂L/∂b1'], needed.db, 'w2·(p0 − 1) + w3·p1', tensors.x_20_4.grad_b_hidden);
  const dw = replay.show('∂L/∂w1', needed.dw[0]!, 'x·∂L/∂b1', {
    note: '99.2 is 20.4·4.8627; the slide displays 4.8627 as 4.86.',
  });
  replay.show('∂L/∂w2', needed.dw[1]!, 'a1·(p0 − 1)');
  replay.show('η·∂L/∂w1', η * dw, '10·∂L/∂w1: a weight of 2.68 becomes -987', {
    note: 'The slide prints the gradient itself. With η = 10 the step is 989, or 992 with the printed 99.2.',
  });
});
