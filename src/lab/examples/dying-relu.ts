/** Example of one step of SGD on one flower, in which a ReLU unit is dead and stays dead. */
import { sgd } from '../../index.js';
import { example, type Replay } from './example.js';
import { forward, network, type SlideLayer } from './networks.js';

const given = {
  x: [1.5, 0.2],
  label: 0,
  m: [
    [0.86, -1.04],
    [0.41, -0.65],
  ],
  w: [
    [0.32, 0.25, 0.14],
    [-0.47, -1.06, 0.063],
  ],
  bm: [0, 0],
  bw: [0, 0, 0],
  η: 0.01,
};

export const dyingRelu = /* @__PURE__ */ example('E15', given, (replay, { x, label, m, w, bm, bw, η }) => {
  const layers: SlideLayer[] = [
    { kernel: m, bias: bm, activation: 'relu' },
    { kernel: w, bias: bw, activation: 'softmax' },
  ];
  const model = network(layers);
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: η }) });
  const { loss, layers: gradients } = model.gradients([x], [label]);
  replay.part('forward', 'Forward');
  replayForward(replay, layers, x, loss, 'The slide has -1.68: -1.04·1.5 − 0.65·0.2 is -1.69.');

  const [hidden, output] = gradients;
  replay.part('gradients', 'Backward');
  replay.showAll(['∂L/∂z1', '∂L/∂z2', '∂L/∂z3'], output!.preactivation, 'p − y, y = (1, 0, 0)');
  for (const j of [1, 2, 3]) {
    const formula = 'relu1·∂L/∂z';
    const note = 'The slide omits the factor relu1 = 1.372 and repeats ∂L/∂z. Its new w has the factor.';
    replay.show(`∂L/∂w[relu1,${j}]`, output!.kernel[j - 1]!, `${formula}${j}`, j === 1 ? { note } : {});
  }
  const dead = names('∂L/∂w[relu2,', 3, ']');
  replay.showAll(dead, output!.kernel.slice(3), 'relu2·∂L/∂z: 0, since relu2 is 0');
  replay.showAll(names('∂L/∂relu', 2), hidden!.activation, '∂L/∂z·wᵀ');
  replay.showAll(names('∂L/∂h', 2), hidden!.preactivation, '∂L/∂relu where h > 0, else 0');
  const [x1h1, x1h2, x2h1, x2h2] = hidden!.kernel;
  replay.show('∂L/∂m[x1,h1]', x1h1!, 'x1·∂L/∂h1');
  replay.show('∂L/∂m[x2,h1]', x2h1!, 'x2·∂L/∂h1');
  replay.show('∂L/∂m[x1,h2]', x1h2!, 'x1·∂L/∂h2');
  replay.show('∂L/∂m[x2,h2]', x2h2!, 'x2·∂L/∂h2');
  replay.showAll(names('∂L/∂bm', 2), hidden!.bias, '∂L/∂h');
  replay.showAll(names('∂L/∂bw', 3), output!.bias, '∂L/∂z', output!.preactivation);

  model.trainOnBatch([x], [label]);
  const [lower, upper] = model.getWeights();
  replayStep(replay, lower!, upper!);
  const moved: SlideLayer[] = [
    { kernel: rows(lower!.kernel, 2), bias: [...lower!.bias], activation: 'relu' },
    { kernel: rows(upper!.kernel, 3), bias: [...upper!.bias], activation: 'softmax' },
  ];
  replay.part('again', 'Forward again: the loss is lower, and unit 2 is still dead');
  replayForward(replay, moved, x, model.evaluate([x], [label]).loss, 'The slide repeats its -1.68.');
});

function replayForward(
  replay: Replay,
  layers: readonly SlideLayer[],
  x: number[],
  loss: number,
  note: string,
): void {
  const [hidden, output] = forward(layers, [x]);
  replay.show('h1', hidden!.z[0]!, 'x·m + bm, column h1');
  replay.show('h2', hidden!.z[1]!, 'x·m + bm, column h2', { note });
  replay.showAll(names('relu', 2), hidden!.a, 'max(0, h)');
  replay.showAll(names('z', 3), output!.z, 'relu·w + bw');
  replay.showAll(names('p', 3), output!.a, 'softmax(z)');
  replay.show('loss', loss, '−ln p1');
}

interface Moved {
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
}

function replayStep(replay: Replay, lower: Moved, upper: Moved): void {
  replay.part('step', 'One step of SGD, w − η·∂L/∂w');
  const [x1h1, x1h2, x2h1, x2h2] = lower.kernel;
  replay.show('new m[x1,h1]', x1h1!, 'm − η·∂L/∂m');
  replay.show('new m[x2,h1]', x2h1!, undefined, {
    note: 'The slide prints 0.4105 for 0.41015: it lost a digit.',
  });
  replay.show('new m[x1,h2]', x1h2!, 'unit 2 does not change');
  replay.show('new m[x2,h2]', x2h2!);
  replay.showAll(names('new w[relu1,', 3, ']'), upper.kernel, 'w − η·∂L/∂w');
  replay.showAll(names('new w[relu2,', 3, ']'), upper.kernel.slice(3), 'weights above unit 2 do not change');
  replay.showAll(names('new bm', 2), lower.bias, 'bm − η·∂L/∂h');
  replay.showAll(names('new bw', 3), upper.bias, 'bw − η·∂L/∂z');
}

const names = (before: string, count: number, after = '') =>
  Array.from({ length: count }, (_, i) => `${before}${i + 1}${after}`);

function rows(values: ArrayLike<number>, columns: number): number[][] {
  return Array.from({ length: values.length / columns }, (_, i) =>
    Array.from({ length: columns }, (__, j) => values[i * columns + j]!),
  );
}
