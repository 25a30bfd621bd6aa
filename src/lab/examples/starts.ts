/** Examples of initial weights: the formulas, random draws, and the effect on a signal. */
import {
  explainInitializer,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  kaimingUniform,
  leakyRelu,
  MLP,
  Rng,
  randomNormal,
  torchGain,
  torchLinear,
  varianceScaling,
} from '../../index.js';
import { xavierTanh } from '../../initializers/lectures.js';
import { statistics } from '../../theory/index.js';
import { expectedExamples } from '../expected/examples.js';
import { example, type Inputs, type Replay } from './example.js';

/** Returns the tolerance of a drawn standard deviation: four standard errors for n normal values. */
const fourErrors = (sd: number, n: number) => (4 * sd) / Math.sqrt(2 * n);
/** Largest relative distance of the extreme of 4000 uniform values from the bound. A draw exceeds it with probability 2e-9. */
const OUTERMOST = 0.01;

interface Layers extends Inputs {
  readonly n1: number;
  readonly n2: number;
  readonly n3: number;
}
const layers: Layers = { n1: 50, n2: 80, n3: 100 };

function kernels(given: Layers, of: Initializer) {
  const { n1, n2, n3 } = given;
  return [explainInitializer(of, [n1, n2]), explainInitializer(of, [n2, n3])].map(({ expected, drawn }) => ({
    sd: Math.sqrt(expected!.variance),
    limit: expected!.limit,
    n: drawn.n,
    drawn: { ...drawn, sd: Math.sqrt(drawn.variance) },
  }));
}

function formulas(
  replay: Replay,
  normal: ReturnType<typeof kernels>,
  uniform: typeof normal,
  by: string,
): void {
  replay.part('formula', 'The formula');
  replay.showAll(
    ['σ of w1', 'σ of w2'],
    normal.map(({ sd }) => sd),
    `√(2 / ${by})`,
  );
  replay.showAll(
    ['bound of w1', 'bound of w2'],
    uniform.map(({ limit }) => limit),
    `√(6 / ${by}) = √3·σ`,
  );
  replay.part('drawn', 'Our draw (seed 0); the listing’s draw has another seed');
}

export const glorot = /* @__PURE__ */ example('E9', layers, (replay, given) => {
  const normal = kernels(given, glorotNormal());
  const uniform = kernels(given, glorotUniform());
  formulas(replay, normal, uniform, '(fanIn + fanOut)');
  drawnDeviations(replay, normal, 'glorotNormal: cut at 2σ, then widened');
  drawnExtremes(replay, uniform, 'glorotUniform');
});

export const he = /* @__PURE__ */ example('E10', layers, (replay, given) => {
  const { n2, n3 } = given;
  const normal = kernels(given, heNormal());
  const uniform = kernels(given, heUniform());
  formulas(replay, normal, uniform, 'fanIn');
  drawnDeviations(replay, normal, 'heNormal: cut at 2σ, then widened');
  drawnExtremes(replay, uniform, 'heUniform');
  replay.part('variance of w2', 'The two variances that the lecture allows for the layer 80→100');
  const variance = (of: Initializer) => explainInitializer(of, [n2, n3]).expected!.variance;
  const backward = varianceScaling({ scale: 2, mode: 'fanOut' });
  replay.show('2/fanIn', variance(heNormal()), '2/80: keeps the signal forward', { expected: 2 / 80 });
  replay.show('2/fanOut', variance(backward), '2/100: keeps the gradient backward', { expected: 2 / 100 });
});

function drawnDeviations(replay: Replay, normal: ReturnType<typeof kernels>, how: string): void {
  for (const [k, { drawn, sd, n }] of normal.entries())
    replay.show(`σ of w${k + 1}`, drawn.sd, how, { tolerance: fourErrors(sd, n) });
}

export const variances = /* @__PURE__ */ example(
  'E11',
  { fanIn: 100, fanOut: 100 },
  (replay, { fanIn, fanOut }) => {
    const of = (which: Initializer) => explainInitializer(which, [fanIn, fanOut]).expected!.variance;
    replay.part('formula', 'Variance of a weight');
    replay.show('1/fanIn', of(xavierTanh()), 'Xavier, forward: 1/100');
    replay.show(
      '2/(fanIn + fanOut)',
      of(glorotNormal()),
      'Glorot: 2/200, equal to Xavier if the fans are equal',
    );
    replay.show('2/fanIn', of(heNormal()), 'He: 2/100');
    replay.show('2/D_h', of(heUniform()), 'lecture E, D_h = 100: equal to He');
  },
);

function drawnExtremes(replay: Replay, uniform: ReturnType<typeof kernels>, how: string): void {
  for (const [k, { drawn, limit }] of uniform.entries()) {
    const options = { tolerance: OUTERMOST * limit! };
    replay.show(`min of w${k + 1}`, drawn.min, how, options);
    replay.show(`max of w${k + 1}`, drawn.max, how, options);
  }
}

const ROWS = 1000;
const WIDTH = 100;

export const hiddenOutputs = /* @__PURE__ */ example(
  'E12',
  { rows: ROWS, inputs: WIDTH, hidden: [WIDTH, WIDTH], σ: [1, 0.3, 0.15, 0.1, 0.05, 0.01] },
  (replay, given) => {
    const { parts } = expectedExamples.E12;
    for (const [seed, stddev] of given.σ.entries()) {
      const key = `σ = ${stddev}` as keyof typeof parts;
      replay.part(key, `Weights from N(0, ${stddev}²)`);
      const drawn = [1, 2].map((depth) => outputDeviation(stddev, depth, seed));
      const note =
        'The slide shows one random draw; three thousand draws give 9.95 ± 0.74 and 99.5 ± 10.1. The figure calls the outputs h, the listing s.';
      const targets = [10 * stddev, 100 * stddev * stddev];
      for (const [l, target] of targets.entries()) {
        const name = `sd of h${l + 1}` as 'sd of h1';
        const formula = l === 0 ? '√100·σ' : '100·σ²';
        replay.show(name, target, formula, seed === 0 && l === 1 ? { note } : {});
        // Four standard deviations of such a draw on either side.
        const options = { expected: parts[key][name].recomputed, tolerance: 4 * parts[key][name].sd };
        replay.show(`${name}, drawn`, drawn[l]!, `unit 1, ${ROWS} rows, seed ${seed}`, options);
      }
    }
  },
);

/** Returns the standard deviation of the first unit over the rows, after `depth` linear layers. */
function outputDeviation(stddev: number, depth: number, seed: number): number {
  const layer = { units: WIDTH, kernelInitializer: randomNormal({ stddev }) };
  const model = new MLP({ inputSize: WIDTH, layers: Array.from({ length: depth }, () => layer), seed });
  const outputs = model.predict(new Rng(seed).split('inputs').normal(ROWS * WIDTH));
  const unit = Array.from({ length: ROWS }, (_, row) => outputs[row * WIDTH]!);
  return statistics.standardDeviation(unit);
}

export const kaiming = /* @__PURE__ */ example('E13', { fanIn: 100, a: 0 }, (replay, { fanIn, a }) => {
  const function_ = explainInitializer(kaimingUniform({ negativeSlope: a }), [fanIn, fanIn]).expected!;
  const layer = explainInitializer(torchLinear(), [fanIn, fanIn]).expected!;
  replay.part('formula', 'The lecture’s kaiming_uniform_, and the start of a PyTorch layer');
  replay.show('gain', torchGain(leakyRelu({ negativeSlope: a })), '√(2 / (1 + a²))');
  replay.show('bound', function_.limit, 'gain·√(3/fanIn)');
  replay.show('variance', function_.variance, 'bound²/3 = 2/fanIn: He');
  replay.show('bound of nn.Linear', layer.limit, 'a = √5: 1/√fanIn');
  replay.show('variance of nn.Linear', layer.variance, '1/(3·fanIn)', {
    note: 'The lecture calls this function the default. A layer calls it with a = √5, which gives a sixth of He’s variance.',
  });
});
