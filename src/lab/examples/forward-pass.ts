/** Example of three flowers in a 2-2-3 network; the slides display two digits of its weights. */
import { computed } from '../../computed.js';
import { crossEntropy } from '../../index.js';
import { expectedExamples } from '../expected/examples.js';
import { mean } from '../measure.js';
import { example, type Replay } from './example.js';
import { forward, type Matrix, network, type SlideLayer } from './networks.js';

const given = {
  X: [
    [1.5, 0.2],
    [4.7, 1.6],
    [5.6, 2.2],
  ],
  y: [0, 1, 2],
  W_h: [
    [0.86, -1.04],
    [0.41, -0.65],
  ],
  W_z: [
    [0.32, 0.25, 0.14],
    [-0.47, -1.06, 0.063],
  ],
  b_h: [0, 0],
  b_z: [0, 0, 0],
};
const expected = /* @__PURE__ */ computed(() => expectedExamples.E14);

/** Names the elements of a matrix with one row per sample. */
const names = (of: string, columns: number) =>
  given.X.flatMap((_, i) => Array.from({ length: columns }, (__, j) => `${of}[${i},${j}]`));
const rowsOf = (values: readonly number[], columns: number) =>
  given.X.map((_, i) => values.slice(i * columns, (i + 1) * columns));
/** Returns the values that the slides print under these names. */
const printed = (of: string, columns: number) =>
  rowsOf(
    names(of, columns).map((name) =>
      Number((expected.parts.displayed as Record<string, { printed: string }>)[name]!.printed),
    ),
    columns,
  );

export const forwardPass = /* @__PURE__ */ example('E14', given, (replay, { X, y, W_h, W_z, b_h, b_z }) => {
  const layers = twoLayers(W_h, W_z, b_h, b_z);
  const [hidden, output] = forward(layers, X);
  const { displayed } = expected.tensors;
  replay.part('displayed', 'From the weights as displayed; row i is flower i');
  replay.showAll(names('h', 2), hidden!.z, 'X·W_h + b_h');
  replay.showAll(names('relu', 2), hidden!.a, 'max(0, h)', displayed.relu.flat());
  replay.showAll(names('z', 3), output!.z, 'relu·W_z + b_z');
  replay.showAll(names('p', 3), output!.a, 'softmax of a row of z', displayed.p.flat());
  showLosses(replay, y, output!.a, displayed.loss_each);
  replay.show('loss', meanLoss(layers, X, y), 'mean of the three losses', {
    note: 'Weights of two digits give 1.273. The slide’s 1.269 needs the hidden digits, which the last part recovers.',
  });

  const z = printed('z', 3);
  replay.part('printed', 'From the printed z on: this step is right');
  replay.showAll(names('p', 3), forward([softmaxAlone], z)[0]!.a, 'softmax of the printed z');
  replay.show('loss', meanLoss([softmaxAlone], z, y), 'mean of −ln p[i,yᵢ]');
  replayRecovered(replay, z);
});

/** Recovers the full weights behind the printed h and z, as far as these determine them. */
function replayRecovered(replay: Replay, z: Matrix): void {
  const { X, y, b_h, b_z } = given;
  const h = printed('h', 2);
  const recovered = columns(h).map((column) => leastSquares(X, column));
  const W_h = [0, 1].map((i) => recovered.map((column) => column[i]!));
  // Unit 1 is dead in all three rows, so z equals relu[·,0] times the first row of W_z.
  const first = columns(z).map((column) => mean(column.map((value, i) => value / h[i]![0]!)));
  const W_z = [first, given.W_z[1]!];
  replay.part('recovered', 'From weights with more digits, recovered from the printed h and z');
  replay.showAll(
    ['W_h[0,0]', 'W_h[0,1]', 'W_h[1,0]', 'W_h[1,1]'],
    W_h.flat(),
    'least squares of X·W_h = h',
    expected.tensors.recovered_W_h.flat(),
  );
  replay.showAll(
    ['W_z[0,0]', 'W_z[0,1]', 'W_z[0,2]'],
    first,
    'mean of z[i,j] / h[i,0]',
    expected.tensors.recovered_W_z_row1,
  );
  const layers = twoLayers(W_h, W_z, b_h, b_z);
  const [hidden, output] = forward(layers, X);
  replay.showAll(names('h', 2), hidden!.z, 'X·W_h + b_h');
  replay.showAll(names('z', 3), output!.z, 'relu·W_z + b_z');
  replay.show('loss', meanLoss(layers, X, y), 'mean of −ln p[i,yᵢ]', {
    note: 'The slide therefore computed with weights of full precision: 0.25 is the display of 0.259.',
  });
}

function twoLayers(W_h: Matrix, W_z: Matrix, b_h: readonly number[], b_z: readonly number[]): SlideLayer[] {
  return [
    { kernel: W_h, bias: b_h, activation: 'relu' },
    { kernel: W_z, bias: b_z, activation: 'softmax' },
  ];
}

/** Layer that applies softmax to its inputs and changes nothing else. */
const softmaxAlone: SlideLayer = {
  kernel: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  bias: [0, 0, 0],
  activation: 'softmax',
};

function meanLoss(layers: readonly SlideLayer[], x: Matrix, y: readonly number[]): number {
  const model = network(layers);
  model.compile({ loss: crossEntropy() });
  return model.evaluate(
    x.map((row) => [...row]),
    [...y],
  ).loss;
}

function showLosses(
  replay: Replay,
  y: readonly number[],
  p: readonly number[],
  expected: readonly number[],
): void {
  const losses = y.map((label, i) => -Math.log(p[i * 3 + label]!));
  replay.showAll(
    losses.map((_, i) => `loss[${i}]`),
    losses,
    '−ln p[i,yᵢ]',
    expected,
  );
}

const columns = (matrix: Matrix) => matrix[0]!.map((_, j) => matrix.map((row) => row[j]!));

/** Returns the two weights w for which X·w is nearest to the target, by Cramer’s rule on XᵀX·w = Xᵀt. */
function leastSquares(X: Matrix, target: readonly number[]): [number, number] {
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const [u, v] = columns(X) as [number[], number[]];
  const [uu, uv, vv, ut, vt] = [dot(u, u), dot(u, v), dot(v, v), dot(u, target), dot(v, target)];
  const determinant = uu * vv - uv * uv;
  return [(vv * ut - uv * vt) / determinant, (uu * vt - uv * ut) / determinant];
}
