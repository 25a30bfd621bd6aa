/** Networks trained in brain.js, versions 1 and 2, and their models here. */
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { brainInfo, fromBrain } from '../../src/interchange/index.js';

interface Network {
  train(data: readonly { input: unknown; output: unknown }[], options: object): unknown;
  run(input: unknown): Readonly<Record<string, number>> | ArrayLike<number>;
  toJSON(): unknown;
  fromJSON(json: unknown): void;
}
interface Brain {
  readonly NeuralNetwork: new (options: object) => Network;
}

const require = createRequire(import.meta.url);
const versions: readonly (readonly [string, Brain])[] = [
  ['1', require('./node_modules/brain.js') as Brain],
  ['2', require('./node_modules/brain.js-2') as Brain],
];
const xor = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
].map((input) => ({ input, output: [input[0]! ^ input[1]!] }));
const probes = [...xor.map(({ input }) => input), [0.3, -2], [12, 7]];

const cases = versions.flatMap(([version, brain]) =>
  ['sigmoid', 'tanh', 'relu', ...(version === '2' ? ['leaky-relu'] : [])].map(
    (activation) => [version, activation, brain] as const,
  ),
);

describe.each(cases)('brain.js %s, %s', (_, activation, { NeuralNetwork }) => {
  it('a network of arrays predicts the same here', () => {
    const net = new NeuralNetwork({ hiddenLayers: [5, 3], activation, leakyReluAlpha: 0.03 });
    net.train(xor, { iterations: 200, errorThresh: 1e-6 });
    const model = fromBrain(net.toJSON());
    for (const probe of probes) {
      const expected = (net.run(probe) as ArrayLike<number>)[0]!;
      expect(Math.abs(model.predict([probe])[0]! - expected)).toBeLessThanOrEqual(
        2e-6 * Math.max(1, Math.abs(expected)),
      );
    }
  });

  it('a network of objects predicts the same here', () => {
    const net = new NeuralNetwork({ hiddenLayers: [4], activation });
    const data = [
      { input: { r: 0.03, g: 0.7, b: 0.5 }, output: { black: 1 } },
      { input: { r: 0.16, 10: 0.2 }, output: { white: 1 } },
      { input: { r: 0.5, g: 0.5, 2: 1 }, output: { white: 0.5, 7: 1 } },
    ];
    net.train(data, { iterations: 50, errorThresh: 1e-6 });
    const json = net.toJSON();
    // brain.js 1 names the outputs in another order than it computes them if a name is a number, so that the file decides.
    const restored = new NeuralNetwork({ activation });
    restored.fromJSON(json);
    const { inputNames, outputNames } = brainInfo(json);
    expect([...inputNames!].sort()).toEqual(['10', '2', 'b', 'g', 'r']);
    const model = fromBrain(JSON.stringify(json));
    for (const { input } of data) {
      const expected = restored.run(input) as Readonly<Record<string, number>>;
      const row = inputNames!.map((name) => (input as Readonly<Record<string, number>>)[name] ?? 0);
      const predicted = model.predict([row]);
      for (const [c, name] of outputNames!.entries()) {
        expect(Math.abs(predicted[c]! - expected[name]!), name).toBeLessThanOrEqual(2e-6);
      }
    }
  });
});
