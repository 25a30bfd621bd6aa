/** More models than the engine grants memories, in a process of its own, on the built package. No model sees bytes of another. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const library = JSON.stringify(new URL('../../build/js/index.node.js', import.meta.url).href);

/**
 * Runs a program on an engine that grants `granted` memories at a time. A memory counts until it is collected; a collection is forced
 * when there are no more.
 */
function run(granted: number, body: string) {
  const input = `
    // No model moves in Node, so that the process does not present itself.
    Object.defineProperty(process, 'versions', { value: {} });
    const { Memory } = WebAssembly;
    const memories = new Set();
    let asked = 0;
    let refused = 0;
    WebAssembly.Memory = function (limits) {
      asked++;
      const living = () => [...memories].filter((reference) => reference.deref() !== undefined).length;
      if (living() >= ${granted}) {
        refused++;
        throw new RangeError('WebAssembly.Memory(): could not allocate memory');
      }
      const memory = new Memory(limits);
      memories.add(new WeakRef(memory));
      return memory;
    };
    const { MLP, Rng, adam } = await import(${library});
    ${body}
    console.log(JSON.stringify(result));`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-'],
    {
      input,
      encoding: 'utf8',
    },
  );
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** Models of several kinds and sizes, with what each can do. */
const models = `
  const kinds = [
    { inputSize: 5, layers: [{ units: 7, activation: 'tanh', batchNorm: true }, { units: 3, activation: 'softmax' }] },
    { inputSize: 40, layers: [{ units: 30, activation: 'relu', dropout: 0.3 }, { units: 3, activation: 'softmax' }], inputScaling: 'zScore' },
    { inputSize: 3, layers: [{ units: 4, activation: 'prelu' }, { units: 3, activation: 'softmax' }] },
    { inputSize: 300, layers: [{ units: 90, activation: 'gelu' }, { units: 3, activation: 'softmax' }] },
  ];
  const make = (i) => {
    const model = new MLP({ ...kinds[i % kinds.length], seed: i });
    model.compile({ loss: 'crossEntropy', optimizer: adam() });
    if (model.inputSize === 40) model.adapt(rowsOf(model, 30, 9));
    return model;
  };
  const rowsOf = ({ inputSize }, rows, seed) => new Rng(seed).normal(inputSize * rows);
  const y = (rows) => new Uint8Array(rows).map((_, i) => i % 3);
  const bits = (model) => [
    String(Array.from(model.predict(rowsOf(model, 3, 5)))),
    String(model.getWeights().map(({ kernel, bias }) => [...kernel.slice(0, 50), ...bias])),
  ];`;

it('trains sixty models by turns in ten memories, and each gets the bits that it gets alone', () => {
  const body = `${models}
    const all = Array.from({ length: 60 }, (_, i) => make(i));
    for (let step = 0; step < 4; step++) {
      for (const i of new Rng(step).permutation(60)) all[i].trainOnBatch(rowsOf(all[i], 20 + step, i), y(20 + step));
    }
    const result = { bits: all.map(bits), asked, refused };`;
  const few = run(10, body);
  const enough = run(1000, body);
  expect(few.bits).toEqual(enough.bits);
  // One memory is for draws. After the first refusal, the engine is not asked again.
  expect([few.asked, few.refused]).toEqual([11, 1]);
  expect([enough.asked, enough.refused]).toEqual([61, 0]);
});

it('trains models at the same time, which take turns and evict each other', () => {
  const body = `${models}
    import { createHash } from 'node:crypto';
    const all = Array.from({ length: 24 }, (_, i) => make(i));
    const onBatchEnd = () => {
      const other = make(98);
      other.trainOnBatch(rowsOf(other, 8, 1), y(8));
    };
    const fits = all.map((model, i) => {
      const callbacks = i % 6 === 0 ? [{ onBatchEnd }] : [];
      return model.fit(rowsOf(model, 64, i), y(64), { epochs: 6, batchSize: 16, callbacks });
    });
    const histories = await Promise.all(fits);
    const saved = all.map((model) => createHash('sha256').update(model.save()).digest('hex'));
    const loaded = all.map((model) => MLP.load(model.save())).map(bits);
    const result = { bits: all.map(bits), losses: histories.map(({ loss }) => loss), saved, loaded };`;
  const few = run(10, body);
  expect(few).toEqual(run(1000, body));
  expect(few.loaded).toEqual(few.bits);
});

it('gives a model memory without a trace of its former owner', () => {
  const body = `
    // Looks at whole memories. Parameters of 1234.5 are the canaries.
    const owners = [];
    const { Instance } = WebAssembly;
    WebAssembly.Instance = class extends Instance {
      constructor(module, { env }) {
        super(module, { env });
        owners.push(new Float32Array(env.memory.buffer).includes(1234.5));
      }
    };
    const canary = () => {
      const model = new MLP({ inputSize: 90, layers: [{ units: 80 }] });
      model.setWeights([{ kernel: new Float32Array(7200).fill(1234.5), bias: new Float32Array(80).fill(1234.5) }]);
      return model;
    };
    const kept = Array.from({ length: 30 }, canary);
    const closed = canary();
    closed.close();
    const first = new MLP({ inputSize: 2, layers: [{ units: 2 }] });
    const clean = kept.map((model) => model.getWeights()[0].kernel.every((value) => value === 1234.5));
    closed.close();
    const result = { owners: owners.filter(Boolean).length, instances: owners.length, clean: clean.every(Boolean),
      closed: closed.getWeights()[0].bias.every((value) => value === 1234.5) };`;
  const { owners, instances, clean, closed } = run(12, body);
  expect({ owners, clean, closed }).toEqual({ owners: 0, clean: true, closed: true });
  expect(instances).toBeGreaterThan(50);
});

it('lends the memory of a closed model at once, and the model can still be used', () => {
  const body = `${models}
    const closed = [];
    for (let i = 0; i < 40; i++) {
      const model = make(i);
      model.trainOnBatch(rowsOf(model, 9, i), y(9));
      model.close();
      closed.push(model);
    }
    const before = asked;
    for (const model of closed) { model.trainOnBatch(rowsOf(model, 9, 1), y(9)); }
    const result = { before, bits: closed.map(bits) };`;
  const { before, bits } = run(1000, body);
  // One is for draws.
  expect(before).toBe(2);
  expect(bits).toEqual(run(1000, body.replaceAll('model.close();', '')).bits);
});

it('does not move a model that is larger than 16 MB, and throws if no model can move', () => {
  const body = `
    const large = () => new MLP({ inputSize: 2000, layers: [{ units: 1500 }] });
    const kept = [];
    let result;
    try { for (let i = 0; i < 5; i++) kept.push(large()); } catch ({ name, message }) { result = [kept.length, name, message]; }`;
  expect(run(4, body)).toEqual([
    3,
    'RangeError',
    expect.stringMatching(/^memory: the engine has none left for another model/),
  ]);
});

it('keeps no model alive', () => {
  const body = `${models}
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 8; i++) make(i);
      await new Promise((resolve) => setTimeout(resolve, 5));
      gc();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const result = refused;`;
  expect(run(20, body)).toBe(0);
});
