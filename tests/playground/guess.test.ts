import { explainModel, MLP, Rng } from 'evenkeel';
import { trainTestSplit } from 'evenkeel/data';
import { logVariance } from 'evenkeel/theory';
import { describe, expect, it } from 'vitest';
import { spirals } from '../../playground/engine/data/spirals.mjs';
import { Lab } from '../../playground/engine/lab.js';
import { readLink, writeLink } from '../../playground/engine/link.js';
import { buffersOf } from '../../playground/engine/messages.js';
import { initialState, type State } from '../../playground/engine/state.js';
import { ownFields } from '../../playground/views/fields.js';
import { engine, type Frame, NETWORKS, type Path } from '../../playground/views/guess/engine.js';
import { own } from '../../playground/views/guess/fields.js';
import { drawnValues, guessOf, judge, pointLayers, startMark } from '../../playground/views/guess/guess.js';
import { questionNames, questions } from '../../playground/views/guess/questions.js';
import { networksSentence, verdict } from '../../playground/views/guess/words.js';

const MEASURED_ROWS = 128;

function asked(name: (typeof questionNames)[number], shown: string): State {
  const { start, kind } = questions[name];
  const state: State = { ...initialState, ...start, view: 'guess', own: { question: name, kind } };
  return { ...state, own: { ...state.own, shown, start: startMark(state) } };
}

function labOf(state: State): Lab {
  const lab = new Lab();
  lab.set(state);
  return lab;
}

/** Mean squares of the first rows' z and dL/dz in a network of the question 'wide', by direct calls of the library. */
function direct(seed: number) {
  const { x, y } = spirals(new Rng(1), 600, 0.05);
  const { xTrain, yTrain } = trainTestSplit(x, y, { inputSize: 2, testSize: 0.3, seed: 1 });
  const kernelInitializer = { name: 'randomNormal', mean: 0, stddev: 0.3162 } as const;
  const hidden = { units: 100, activation: 'relu', kernelInitializer } as const;
  const output = { units: 2, activation: 'softmax', kernelInitializer } as const;
  const options = {
    inputSize: 2,
    layers: [...Array<typeof hidden>(12).fill(hidden), output],
    inputScaling: 'zScore',
    seed,
  } as const;
  const model = new MLP(options);
  model.compile({ loss: 'crossEntropy', optimizer: { name: 'adam', learningRate: 0.003 } as never });
  model.adapt(xTrain);
  const rows = xTrain.slice(0, 2 * MEASURED_ROWS);
  const square = (values: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
    return sum / values.length;
  };
  const z = model.layerOutputs(rows).map(({ preactivation }) => square(preactivation));
  const { layers } = model.gradients(rows, yTrain.slice(0, MEASURED_ROWS));
  const gradient = layers.map(({ preactivation }) => square(preactivation));
  return {
    options,
    forward: Float64Array.from(z),
    backward: Float64Array.from(gradient, (value) => value / gradient.at(-1)!),
  };
}

describe('the guess', () => {
  it('has the bits of direct calls: networks and theory', () => {
    const lab = labOf(asked('wide', 'networks'));
    const paths = [...engine.slow!(lab)] as Path[];
    expect(paths.map(({ seed }) => seed)).toEqual(Array.from({ length: NETWORKS }, (_, i) => 1 + i));
    for (const path of [paths[0]!, paths[7]!]) {
      const { forward, backward } = direct(path.seed);
      expect(path).toEqual({ seed: path.seed, forward, backward });
    }
    const { expected, scale } = engine.frame!(lab) as Frame;
    const { layers } = explainModel(direct(1).options);
    const logs = layers.map(({ preactivationStd }) => 2 * Math.log(preactivationStd));
    expect([...expected.forward]).toEqual(logs);
    expect(scale).toBe(0.3162 * 0.3162 * 100);
    const spread = logVariance({
      activation: 'relu',
      width: 100,
      depth: 12,
      inputSize: 2,
      kernelVariance: layers[1]!.kernelStd ** 2,
      biasVariance: 0,
      inputVariance: 1,
    });
    expect([...expected.forwardStd!]).toEqual(spread.map(({ forwardStd }) => forwardStd));
  });

  it('computes no network before it is asked for, and answers with arrays of its own', () => {
    for (const shown of ['guess', 'theory'])
      expect([...engine.slow!(labOf(asked('he', shown)))]).toHaveLength(0);
    const lab = labOf(asked('sigmoid', 'networks'));
    const [one, other] = [engine.frame!(lab), engine.frame!(lab)];
    structuredClone(one, { transfer: buffersOf(one) });
    expect((other as Frame).expected.forward.length).toBe(7);
  });

  it.each(questionNames)('question %s: theory’s line runs through the networks', (name) => {
    const lab = labOf(asked(name, 'networks'));
    const { expected } = engine.frame!(lab) as Frame;
    const { kind } = questions[name];
    const paths = ([...engine.slow!(lab)] as Path[]).map((path) => path[kind]);
    const layer = kind === 'forward' ? lab.state.depth - 1 : 0;
    const ends = paths.map((path) => Math.log(path[layer]!));
    const mean = ends.reduce((sum, value) => sum + value, 0) / ends.length;
    // Every question changes by less than the axis of ten powers either way.
    expect(Math.abs(expected[kind][layer]!)).toBeLessThan(10 * Math.LN10);
    const std = Math.sqrt(ends.reduce((sum, value) => sum + (value - mean) ** 2, 0) / ends.length);
    // The logarithm's mean lies below the logarithm of the mean by half its variance.
    expect(Math.abs(mean + std ** 2 / 2 - expected[kind][layer]!)).toBeLessThan(1.2);
  });
});

describe('the judgement of a guess', () => {
  const state = asked('xavierRelu', 'theory');
  const { expected } = engine.frame!(labOf(state)) as Frame;

  it('says how far a flat line is from a signal that is halved 19 times', () => {
    const guess = guessOf(state);
    const flat = guess.layers.map(() => expected.forward[0]! / Math.LN10);
    const { gap, guessed, expected: factor, steps } = judge(guess, flat, expected.forward);
    expect(gap).toBeCloseTo(19 * Math.log10(2), 6);
    expect([guessed, factor, steps]).toEqual([expect.closeTo(1, 6), expect.closeTo(0.5, 6), 19]);
    const [far, why] = verdict(state, { expected, scale: 1 });
    expect(far).toMatch(/^Far off: .*× 1 a layer.*× 0\.5, and after 19 layers .* 5\.2·10⁵ times too high\.$/);
    expect(why).toMatch(/inputs × σ² = 1 and by .* ReLU lets through, 0\.5; together × 0\.5/);
  });

  it('accepts the right line, and refuses one that is right only at its end', () => {
    const right = guessOf(state).layers.map((layer) => expected.forward[layer - 1]! / Math.LN10);
    const drawn = (points: number[]): State => ({
      ...state,
      own: { ...state.own, ...drawnValues(points, startMark(state)), shown: 'theory' },
    });
    expect(verdict(drawn(right), { expected, scale: 1 })[0]).toMatch(/^Right: /);
    const bent = right.map((value, i) => (i > 0 && i < right.length - 1 ? value + 3 : value));
    expect(verdict(drawn(bent), { expected, scale: 1 })[0]).toMatch(/^Right at layer 20, but not/);
  });

  it('explains the factor of a gradient as a product of factors', () => {
    const back = asked('sigmoid16', 'theory');
    const { expected: logs, scale } = engine.frame!(labOf(back)) as Frame;
    const { expected: factor, steps } = judge(
      guessOf(back),
      guessOf(back).layers.map(() => 0),
      logs.backward,
    );
    expect(steps).toBe(back.depth - 1);
    const why = verdict(back, { expected: logs, scale: scale! })[1]!;
    const [weights, last, first] = /= ([\d.]+) and .* ([\d.]+) at the last layer and ([\d.]+) at the first/
      .exec(why)!
      .slice(1);
    const [low, high] = [first, last].map((slope) => Number(weights) * Number(slope)).sort((a, b) => a - b);
    expect(factor).toBeGreaterThan(low! * 0.99);
    expect(factor).toBeLessThan(high! * 1.01);
  });

  it('discards the points and the revealed lines of another start', () => {
    const drawn: State = {
      ...state,
      own: { ...state.own, ...drawnValues([0, 1, 2, 3, 4, 5, 6], startMark(state)) },
    };
    expect(guessOf(drawn).drawn).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(guessOf({ ...drawn, init: 'heNormal' })).toMatchObject({ drawn: undefined, stage: 'guess' });
  });

  it('says how many networks overflow', () => {
    const wide = { ...asked('wide', 'networks'), size: 100, depth: 30 };
    const state = { ...wide, own: { ...wide.own, start: startMark(wide) } };
    const lab = labOf(state);
    const pieces = [...engine.slow!(lab)] as Path[];
    expect(networksSentence({ state, frame: engine.frame!(lab), pieces } as never)).toBe(
      `${NETWORKS} overflowed.`,
    );
  });

  it('counts the networks in theory’s band', () => {
    const revealed = asked('xavierRelu', 'networks');
    const lab = labOf(revealed);
    const pieces = [...engine.slow!(lab)] as Path[];
    const frame = engine.frame!(lab) as Frame;
    const sentence = networksSentence({ state: revealed, frame, pieces } as never);
    expect(sentence).toMatch(
      /^20 networks, .*: \d+ of them in theory’s band, from \S+ to \S+ at layer 20\.$/,
    );
  });
});

describe('the fields of a guess', () => {
  it('read what they write, and no other text', () => {
    const { points } = drawnValues([0, -0.26, 99], 'abc');
    expect(points).toBe('0.-1.40');
    expect(own.points.read(String(points))).toBe(points);
    for (const text of ['', '1,2', '100', '1.2.3.4.5.6.7.8', 'x'])
      expect(own.points.read(text)).toBeUndefined();
  });

  it.each(questionNames)('fit into a link of 200 characters: %s', (name) => {
    const state = asked(name, 'networks');
    const farthest = drawnValues(Array(7).fill(-10), startMark(state));
    const link = writeLink({ ...state, own: { ...state.own, ...farthest, shown: 'networks' } }, ownFields);
    expect(link.length).toBeLessThanOrEqual(200);
    expect(guessOf(readLink(link, ownFields).state)).toMatchObject({
      stage: 'networks',
      kind: questions[name].kind,
    });
  });

  it('spread points from the first to the last layer', () => {
    expect(pointLayers(20)).toEqual([1, 4, 7, 11, 14, 17, 20]);
    expect(pointLayers(3)).toEqual([1, 2, 3]);
    expect(pointLayers(1)).toEqual([1]);
  });
});
