/** Tests the diagnosis for pages that draw while they train: without quantiles, in turns, and batch by batch. */
import { describe, expect, it } from 'vitest';
import { adam, type BackendName, diagnose, diagnoseAsync, MLP, type StepRecord } from '../../src/index.js';
import { normalInputs, randomClasses } from '../support/networks.js';

const ROWS = 60;
const x = normalInputs(ROWS, 4);
const y = randomClasses(ROWS, 3);
const classifier = (backend: BackendName = 'wasm') => {
  const model = new MLP<BackendName>({
    inputSize: 4,
    layers: [
      { units: 8, activation: 'tanh', batchNorm: true },
      { units: 6, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
    backend,
    seed: 2,
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam() });
  return model;
};

it('leaves out quantiles, and nothing else', () => {
  const model = classifier();
  const without = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (key, each) => (key === 'quantiles' ? undefined : each)));
  const light = diagnose(model, x, y, { quantiles: false });
  expect(light).toEqual(without(diagnose(model, x, y)));
  expect(light.layers[0]!.preactivation).not.toHaveProperty('quantiles');
  expect(() => diagnose(model, x, y, { quantiles: 0 as never })).toThrow(/^quantiles: /);
});

describe('diagnoseAsync', () => {
  it.each(['wasm', 'javascript64'] as const)('returns what diagnose returns, on %s', async (backend) => {
    const model = classifier(backend);
    expect(await diagnoseAsync(model, x, y)).toEqual(diagnose(model, x, y));
    await model.fit(x, y, { epochs: 2 });
    expect(await diagnoseAsync(model, x, y, { bins: 5, rows: 20 })).toEqual(
      diagnose(model, x, y, { bins: 5, rows: 20 }),
    );
    expect(await diagnoseAsync(model, x)).toEqual(diagnose(model, x));
  });

  it('describes the model as it was at the call, whatever happens meanwhile', async () => {
    const [model, still] = [classifier(), classifier()];
    const report = diagnoseAsync(model, x, y);
    model.trainOnBatch(x, y);
    model.predict(x.subarray(0, 8));
    expect(await report).toEqual(diagnose(still, x, y));
    still.trainOnBatch(x, y);
    expect(model.save()).toEqual(still.save());
  });

  it('can be aborted, and rejects wrong arguments', async () => {
    await expect(
      diagnoseAsync(classifier(), x, y, { signal: AbortSignal.abort(new Error('before')) }),
    ).rejects.toThrow('before');
    // A diagnosis this small ends within one turn, so the signal aborts by itself between two layers.
    const { signal } = new AbortController();
    let readings = 0;
    Object.defineProperties(signal, {
      aborted: { get: () => ++readings > 3 },
      reason: { get: () => new Error('between layers') },
    });
    await expect(diagnoseAsync(classifier(), x, y, { signal })).rejects.toThrow('between layers');
    await expect(diagnoseAsync(classifier(), x, y, { bin: 3 } as never)).rejects.toThrow(/^options\.bin: /);
    await expect(diagnoseAsync({} as never, x)).rejects.toThrow(/^model: /);
    await expect(diagnoseAsync(classifier(), x, [1])).rejects.toThrow(/^y: /);
  });
});

it('delivers the records of fit to onBatchEnd as they are taken', async () => {
  const seen: (StepRecord | undefined)[] = [];
  const { diagnostics } = await classifier().fit(x, y, {
    epochs: 2,
    batchSize: 20,
    diagnostics: { everySteps: 2 },
    onBatchEnd: ({ diagnostics: record }) => {
      seen.push(record);
    },
  });
  expect(seen.map((record) => record?.step)).toEqual([1, undefined, 3, undefined, 5, undefined]);
  expect(seen.filter((record) => record !== undefined)).toEqual(diagnostics);
  await classifier().fit(x, y, { onBatchEnd: (event) => expect(event).not.toHaveProperty('diagnostics') });
});
