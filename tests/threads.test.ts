/** Threads change no bit, end with the model, and say why where there are none. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBackend } from '../src/backend/index.js';
import type { Backend } from '../src/backend/kernels.js';
import type { ThreadWorker } from '../src/backend/thread-host.js';
import { adam, type BackendName, MLP, type MLPOptions, Rng } from '../src/index.js';
import { internalsOf } from '../src/mlp.js';
import { largeProduct } from './products.js';
import { untyped } from './refusals.js';

/** What is told of the end of a worker, so that a test can tell it. */
const ends: ((cause: Error) => void)[] = [];
vi.mock('../src/backend/thread-host.js', async (original) => {
  const host = await original<typeof import('../src/backend/thread-host.js')>();
  return {
    ...host,
    startWorker(code: string, data: object): ThreadWorker {
      const worker = host.startWorker(code, data);
      return {
        ...worker,
        onEnd(listener) {
          ends.push(listener);
          worker.onEnd(listener);
        },
      };
    },
  };
});

const made: MLP<BackendName>[] = [];
afterEach(() => {
  for (const model of made.splice(0)) model.close();
  ends.length = 0;
  vi.restoreAllMocks();
});

const ROWS = 300;
const x = new Rng(1).normal(ROWS * 300);
const y = new Rng(2).integers(ROWS, 10);

function build(options: Partial<MLPOptions<'wasm'>> = {}) {
  const model = new MLP({
    inputSize: 300,
    layers: [
      { units: 130, activation: 'tanh' },
      { units: 129, activation: 'relu', batchNorm: true, dropout: 0.2 },
      { units: 10, activation: 'softmax' },
    ],
    seed: 4,
    ...options,
  });
  made.push(model);
  model.compile({ loss: 'crossEntropy', optimizer: adam(), metrics: ['accuracy'] });
  return model;
}

/** Waits until all the threads of a model listen: before that, one does all the work. */
async function listening(model: MLP, count: number): Promise<void> {
  const { threads } = internalsOf(model).network.backend;
  expect(threads.ready).toBe(1);
  // They begin with the first call that may use them.
  await model.predictAsync(x);
  await vi.waitFor(() => expect(threads.ready).toBe(count), { timeout: 20_000 });
}

/** True once the last worker has packed a tile into its scratch, which ends where the arena begins. */
function workersHaveWritten({ words, base, kernels }: Backend): boolean {
  return words.subarray((base - kernels.gemm_scratch()) / 4, base / 4).some((word) => word !== 0);
}

describe('several threads', () => {
  it.each([2, 3, 5])('%i train to the bits of one', async (threads) => {
    const one = build();
    const history = await one.fit(x, y, { epochs: 2, batchSize: 131 });
    const several = build({ threads });
    await listening(several, threads);
    expect(several.threads).toEqual({ count: threads });
    expect(await several.fit(x, y, { epochs: 2, batchSize: 131 })).toEqual(history);
    expect(workersHaveWritten(internalsOf(several).network.backend)).toBe(true);
    expect(several.getWeights()).toEqual(one.getWeights());
    expect(await several.evaluateAsync(x, y)).toEqual(one.evaluate(x, y));
    expect(await several.predictAsync(x)).toEqual(one.predict(x));
    expect(several.predict(x)).toEqual(one.predict(x));
  });

  it.each(['gemm_nn', 'gemm_nt', 'gemm_tn'] as const)('share %s by rows', async (name) => {
    const backend = createBackend('wasm', 'portable', 3);
    backend.threads.active = true;
    await vi.waitFor(() => expect(backend.threads.ready).toBe(3), { timeout: 20_000 });
    const alone = largeProduct(createBackend('wasm', 'portable'), name);
    expect(workersHaveWritten(backend)).toBe(false);
    // A worker that is slow to begin leaves its share to the caller: not every product need have had one.
    await vi.waitFor(
      () => {
        expect(largeProduct(backend, name)).toEqual(alone);
        expect(workersHaveWritten(backend)).toBe(true);
      },
      { timeout: 20_000 },
    );
    backend.threads.close();
  });

  it('go on as one after close', async () => {
    const model = build({ threads: 2 });
    await listening(model, 2);
    model.close();
    expect(model.threads).toEqual({ count: 1, reason: 'threads: the model was closed' });
    await model.fit(x, y, { epochs: 1 });
    expect(model.predict(x).every(Number.isFinite)).toBe(true);
  });

  it('keep no process alive, nor does a model that nobody closed', () => {
    const program = `
      import { MLP, sgd } from 'evenkeel';
      const model = new MLP({ inputSize: 400, layers: [{ units: 400 }, { units: 2, activation: 'softmax' }], threads: 2 });
      model.compile({ loss: 'crossEntropy', optimizer: sgd() });
      await model.predictAsync(new Float32Array(400));
      await new Promise((resolve) => setTimeout(resolve, 500));
      await model.fit(new Float32Array(64 * 400), new Uint8Array(64), { epochs: 2, batchSize: 64 });
      console.log(model.threads.count);`;
    const root = fileURLToPath(new URL('..', import.meta.url));
    const run = () =>
      execFileSync(process.execPath, ['--input-type=module', '-e', program], {
        cwd: root,
        encoding: 'utf8',
        timeout: 20_000,
      });
    expect(run()).toBe('2\n');
  });
});

describe('a worker that dies', () => {
  it('rejects the running fit with its cause and leaves the weights of the last step', async () => {
    const model = build({ threads: 2 });
    await listening(model, 2);
    const seen: unknown[] = [];
    const onBatchEnd = ({ batch }: { batch: number }) => {
      if (batch === 2) {
        seen.push(model.getWeights());
        ends[0]!(new Error('out of luck'));
      }
    };
    await expect(model.fit(x, y, { batchSize: 131, onBatchEnd })).rejects.toThrow(
      /^threads: worker 1 ended: out of luck/,
    );
    expect(seen[0]).toEqual(model.getWeights());
    expect(model.threads.count).toBe(1);
    expect(model.threads.reason).toMatch(/out of luck/);
    const history = await model.fit(x, y, { batchSize: 131 });
    expect(history.loss.every(Number.isFinite)).toBe(true);
  });
});

describe('where there can be none', () => {
  it('the reason is on the model, and one warning says it', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const options = { inputSize: 2, layers: [{ units: 2 }], backend: 'javascript', threads: 4 } as const;
    const model = new MLP(options);
    new MLP(options);
    expect(model.threads.count).toBe(1);
    expect(model.threads.reason).toMatch(/the backend 'javascript' has one thread/);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toMatch(
      /one thread runs where 4 were asked for: the backend 'javascript'/,
    );
  });

  it('an old Node says from which version there are', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { getBuiltinModule } = process;
    try {
      Object.assign(process, { getBuiltinModule: undefined });
      const { threads } = new MLP({ inputSize: 2, layers: [{ units: 2 }], threads: 2 });
      expect(threads).toEqual({ count: 1, reason: expect.stringMatching(/20\.16/) });
    } finally {
      Object.assign(process, { getBuiltinModule });
    }
  });
});

describe('threads refuses', () => {
  it.each([0, -1, 1.5, 257, Number.NaN])('%d', (threads) => {
    expect(() => build({ threads })).toThrow(RangeError);
    expect(() => build({ threads })).toThrow(/^threads: expected/);
  });
  it.each(['two', '2', true])('%s', (threads) => {
    expect(() => build({ threads: untyped(threads) })).toThrow(TypeError);
  });
  it("takes 'auto'", () => {
    expect(build({ threads: 'auto' }).threads.count).toBeGreaterThanOrEqual(1);
  });
});

describe('a model made of another', () => {
  it('has as many threads where it was folded, and as many as are asked for where it was loaded', () => {
    const model = build({ threads: 2 });
    const bytes = model.save();
    const others = [model.folded(), MLP.load(bytes, { threads: 3 }), MLP.load(bytes)];
    made.push(...others);
    expect(others.map(({ threads }) => threads.count)).toEqual([2, 3, 1]);
    expect(() => MLP.load(bytes, { threads: 0 })).toThrow(/^threads: expected a whole number ≥ 1, got 0/);
  });
});
