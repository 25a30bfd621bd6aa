import { explainModel, MLP } from 'evenkeel';
import { correlationField, correlationMap, meanField } from 'evenkeel/theory';
import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { buffersOf } from '../../playground/engine/messages.js';
import { initialState, type State } from '../../playground/engine/state.js';
import { engine, type Frame, inputs, type Piece } from '../../playground/views/angle/engine.js';
import { mapPoints } from '../../playground/views/angle/map-points.js';
import { start } from '../../playground/views/angle/start.js';
import { networkWords, theories } from '../../playground/views/angle/words.js';

const first: State = { ...initialState, ...start, view: 'angle' };

function run(change: Partial<State> = {}) {
  const lab = new Lab();
  lab.set({ ...first, ...change });
  const frame = engine.frame!(lab) as Frame;
  const pieces = [...engine.slow!(lab)] as Piece[];
  return { lab, frame, theory: theories(pieces, lab.runners.length) };
}

/** The view's networks by direct calls. */
function direct(gain: number) {
  const scale = gain * gain;
  const kernelInitializer = {
    name: 'varianceScaling',
    scale,
    mode: 'fanIn',
    distribution: 'normal',
  } as const;
  const biasInitializer = { name: 'randomNormal', mean: 0, stddev: 0.2 } as const;
  const hidden = { units: 100, activation: 'tanh', kernelInitializer, biasInitializer } as const;
  const output = { units: 2, activation: 'softmax', kernelInitializer } as const;
  const options = { inputSize: 2, layers: [...Array<typeof hidden>(20).fill(hidden), output], seed: 1 };
  return { options, model: new MLP(options) };
}

/** Cosine of two rows by the definition. */
function cosine(rows: ArrayLike<number>): number {
  const n = rows.length / 2;
  const dot = (i: number, j: number) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += rows[i + k]! * rows[j + k]!;
    return sum;
  };
  return dot(0, n) / Math.sqrt(dot(0, 0) * dot(n, n));
}

describe('two inputs', () => {
  it('have the cosines of direct calls, layer by layer', () => {
    const { lab, frame } = run({ own: { angle: 90, turn: 0, length: 2 } });
    const x = Float32Array.from([2, 0, 2 * Math.cos(Math.PI / 2), 2]);
    expect(inputs(lab)).toEqual(x);
    for (const [n, gain] of [1, 2].entries()) {
      const { model } = direct(gain);
      const cosines = model
        .layerOutputs(x)
        .slice(0, 20)
        .map(({ preactivation }) => cosine(preactivation));
      expect([...frame.networks[n]!.cosines]).toEqual(cosines);
    }
  });

  it('have the field and the map of direct calls', () => {
    const { theory } = run({ own: { angle: 60, turn: 0, length: 2 } });
    const options = {
      activation: 'tanh',
      scale: 4,
      biasVariance: 0.2 * 0.2,
      inputVariance: expect.anything(),
    };
    // f32 rounds the inputs, so that their mean square is 2 but for its last digits.
    const field = correlationField({ ...options, inputVariance: 2, inputCorrelation: 0.5 } as never);
    expect(theory[1]!.field!.fixedPoint).toBeCloseTo(field.fixedPoint, 6);
    const { fixedPoint } = meanField({ ...options, inputVariance: 2 } as never);
    const map = correlationMap({
      activation: 'tanh',
      scale: 4,
      biasVariance: 0.2 * 0.2,
      variance: fixedPoint,
    });
    for (const [i, c] of mapPoints.entries()) expect(theory[1]!.map![i]).toBeCloseTo(map(c), 6);
  });

  it('have the bits of direct calls where the inputs are exact', () => {
    const { theory } = run({ own: { angle: 0, turn: 0, length: 2 } });
    const [firstLayer, second] = explainModel(direct(2).options).layers;
    const scale = second!.kernelStd * second!.kernelStd * 100;
    const inputVariance = (firstLayer!.kernelStd * firstLayer!.kernelStd * 2 * 2) / scale;
    const chaotic = { activation: 'tanh', scale, biasVariance: 0.2 * 0.2 } as const;
    expect(scale).toBeCloseTo(4, 12);
    expect(theory[1]!.field).toEqual(correlationField({ ...chaotic, inputVariance, inputCorrelation: 1 }));
    const { fixedPoint } = meanField({ ...chaotic, inputVariance });
    expect([...theory[1]!.map!]).toEqual(mapPoints.map(correlationMap({ ...chaotic, variance: fixedPoint })));
    expect([...theory[1]!.line!]).toEqual(Array(21).fill(1));
  });

  it.each([
    { activation: 'relu', size: Math.SQRT2, biasStd: 0 },
    { activation: 'tanh', size: 1, biasStd: 0.2 },
    { activation: 'tanh', size: 2, biasStd: 0.2 },
    { activation: 'sigmoid', size: 3, biasStd: 0.5 },
    { activation: 'gelu', size: 1.4, biasStd: 0.1 },
  ] as const)('theory’s line runs through wide networks: $activation, gain $size', (change) => {
    const { frame, theory } = run({
      ...change,
      depth: 8,
      width: 512,
      networks: [{}, { seed: 2 }, { seed: 3 }, { seed: 4 }],
    });
    for (let l = 1; l < 8; l++) {
      const mean = frame.networks.reduce((sum, { cosines }) => sum + cosines[l - 1]! / 4, 0);
      expect(Math.abs(mean - theory[0]!.line![l]!)).toBeLessThan(0.08);
    }
  });

  it('keep their angle in linear layers, an obtuse one too', () => {
    const { theory } = run({
      activation: 'identity',
      biasStd: 0,
      own: { angle: 120, turn: 0, length: 2 },
      networks: [{}],
    });
    expect(theory[0]!.line!.at(-1)).toBeCloseTo(-0.5, 6);
    expect(theory[0]!.field!.fixedPoint).toBeCloseTo(-0.5, 6);
  });

  it('are test rows if a row has more than two inputs, and are compared after scaling', () => {
    const lab = new Lab();
    const x = Float64Array.from({ length: 300 }, (_, i) => 5 + ((i * 37) % 11));
    const given = {
      x,
      y: Float64Array.from({ length: 100 }, (_, i) => i % 3),
      inputSize: 3,
      classes: 0,
      lines: [],
    };
    lab.give('table', given);
    lab.set({ ...first, data: 'table', own: { first: 2, second: 499 } });
    const { test, train } = lab.data;
    expect([...inputs(lab)]).toEqual(
      [...test.x.subarray(6, 9), ...test.x.subarray(test.x.length - 3)].map(Math.fround),
    );
    const frame = engine.frame!(lab) as Frame;
    const column = (k: number) => Array.from({ length: train.rows }, (_, i) => train.x[3 * i + k]!);
    const scaled = [...inputs(lab)].map((value, i) => {
      const values = column(i % 3);
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
      return (value - mean) / Math.sqrt(variance);
    });
    expect(frame.inputs.cosine).toBeCloseTo(cosine(scaled), 5);
  });

  it('have no theory with a batch norm, and say so without stale numbers', () => {
    const { frame, theory } = run({ batchNorm: 'before', networks: [{}] });
    expect(theory[0]!.line).toHaveLength(0);
    expect(theory[0]!.field).toBeUndefined();
    expect(networkWords(first, frame, theory[0]!, 0)).not.toMatch(/theory/);
  });

  it.each([
    { init: 'normal', size: 100, depth: 50 },
    { init: 'zeros', biasStd: 0 },
  ] as const)('are lost with $init weights, and the page still gets an answer', (change) => {
    const lab = new Lab();
    const state: State = { ...first, activation: 'relu', width: 8, ...change, networks: [{}] };
    const { error, view } = lab.answer({ id: 1, state, steps: 0, want: ['view'] });
    expect(error).toBeUndefined();
    expect(networkWords(state, view as Frame, {}, 0)).toMatch(/the signal is lost$/);
  });

  it('have a sentence for each network', () => {
    const { lab, frame, theory } = run();
    expect(networkWords(lab.state, frame, theory[0]!, 0)).toMatch(
      /^In A \(gain 1\) the angle closes to \d+° in layer 20; theory expects \d+° and, after many layers, 0°/,
    );
    expect(networkWords(lab.state, frame, theory[0]!, 0, 40)).toMatch(/; for the start theory expects/);
    expect(networkWords(lab.state, frame, theory[1]!, 1)).toMatch(
      /^In B \(gain 2\) the angle (opens|stays|closes)/,
    );
  });

  it('answer with arrays of their own', () => {
    const lab = new Lab();
    const ask = () => lab.answer({ id: 1, state: first, steps: 0, want: ['view'] });
    for (let i = 0; i < 3; i++) {
      const answer = ask();
      expect(answer.error).toBeUndefined();
      structuredClone(answer, { transfer: buffersOf(answer) });
    }
  });
});
