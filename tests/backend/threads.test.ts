/** Threads change no bit, end with the model, and give the reason if there are none. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import worker_threads from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBackend } from '../../src/backend/index.js';
import type { Backend } from '../../src/backend/kernels.js';
import type { ThreadWorker } from '../../src/backend/thread-host.js';
import { useEverything } from '../../src/extras/index.js';
import { adam, type BackendName, MLP, type MLPOptions, Rng, sgd } from '../../src/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { listening } from '../support/listening.js';
import { largeProduct } from '../support/products.js';
import { untyped } from '../support/refusals.js';

/** Listeners for the end of a worker, so that a test can call them. */
const ends: ((cause: Error) => void)[] = [];
/** Node's own workers, so that a test can observe their end. */
const workers: worker_threads.Worker[] = [];
/** Code before the text that a worker runs. */
let prefix = '';
const { Worker } = worker_threads;
worker_threads.Worker = class extends Worker {
  constructor(text: string | URL, options?: worker_threads.WorkerOptions) {
    super(`${prefix}${text}`, options);
    workers.push(this);
  }
};
/** Counts running workers; a worker that has ended has the id −1. */
const running = () => workers.filter(({ threadId }) => threadId !== -1).length;
// The set-up of all tests loaded the module that is replaced here.
vi.hoisted(() => vi.resetModules());
vi.mock('../../src/backend/thread-host.js', async (original) => {
  const host = await original<typeof import('../../src/backend/thread-host.js')>();
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
useEverything();

const made: MLP<BackendName>[] = [];
afterEach(() => {
  for (const model of made.splice(0)) model.close();
  ends.length = 0;
  workers.length = 0;
  prefix = '';
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

/** Waits until all threads of a model listen; until then, one thread does all the work. */
async function allListening(model: MLP, count: number): Promise<void> {
  const { threads } = internalsOf(model).network.backend;
  expect(threads.ready).toBe(1);
  // They start with the first call that may use them.
  await model.predictAsync(x);
  await vi.waitFor(() => expect(threads.ready).toBe(count), { timeout: 300_000 });
}

/** Returns true once the last worker has packed a tile into its scratch, which ends where the arena begins. */
function workersHaveWritten({ words, base, kernels }: Backend): boolean {
  return words.subarray((base - kernels.gemm_scratch()) / 4, base / 4).some((word) => word !== 0);
}

describe('several threads', () => {
  it.each([2, 3, 5])('train to the bits of one thread: %i', async (threads) => {
    const one = build();
    const history = await one.fit(x, y, { epochs: 2, batchSize: 131 });
    const several = build({ threads });
    await allListening(several, threads);
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
    await vi.waitFor(() => expect(backend.threads.ready).toBe(3), { timeout: 300_000 });
    const alone = largeProduct(createBackend('wasm', 'portable'), name);
    expect(workersHaveWritten(backend)).toBe(false);
    // A worker that starts late leaves its share to the caller, so that some products had no worker.
    await vi.waitFor(
      () => {
        expect(largeProduct(backend, name)).toEqual(alone);
        expect(workersHaveWritten(backend)).toBe(true);
      },
      { timeout: 300_000 },
    );
    backend.threads.close();
  });

  it('end with close, and the model goes on with one thread', async () => {
    const model = build({ threads: 3 });
    await allListening(model, 3);
    expect(running()).toBe(2);
    model.close();
    expect(model.threads).toEqual({ count: 1, reason: 'threads: the model was closed' });
    await vi.waitFor(() => expect(running()).toBe(0), { timeout: 300_000 });
    await model.fit(x, y, { epochs: 1 });
    expect(model.predict(x).every(Number.isFinite)).toBe(true);
    expect(workers).toHaveLength(2);
  });

  // Deno evaluates a worker's text in a scope that declares `module` and other variables already.
  it.each(['const', 'let', 'var'])('start if their names are taken by %s', async (kind) => {
    const names =
      'module exports require __filename __dirname self data memory control line names spins kernels words seen kernel s';
    prefix = `${kind} ${names
      .split(' ')
      .map((name) => `${name} = 'taken'`)
      .join(', ')};`;
    const model = build({ threads: 2 });
    await allListening(model, 2);
    const alone = build();
    expect(await model.fit(x, y, { batchSize: 131 })).toEqual(await alone.fit(x, y, { batchSize: 131 }));
    expect(workersHaveWritten(internalsOf(model).network.backend)).toBe(true);
    expect(model.threads).toEqual({ count: 2 });
  });

  it('do not start for a model that is closed already', async () => {
    const model = build({ threads: 2 });
    model.close();
    await model.fit(x, y, { epochs: 1 });
    expect(workers).toHaveLength(0);
  });

  it('end with a model that nobody closed, once it is collected', () => {
    const program = `
      import { MLP, sgd } from 'evenkeel';
      const threads = process.getBuiltinModule('node:worker_threads');
      let begun = 0;
      let ended = 0;
      threads.Worker = class extends threads.Worker {
        constructor(...given) {
          super(...given);
          begun++;
          this.on('exit', () => ended++);
        }
      };
      const later = () => new Promise((resolve) => setTimeout(resolve, 20));
      async function use() {
        const model = new MLP({ inputSize: 4, layers: [{ units: 2, activation: 'softmax' }], threads: 3 });
        model.compile({ loss: 'crossEntropy', optimizer: sgd() });
        await model.fit(new Float32Array(64), new Uint8Array(16));
        await later();
      }
      for (let i = 0; i < 3; i++) await use();
      // All but those that the stack still holds.
      while (ended < 4) {
        gc();
        await later();
      }
      console.log(begun);`;
    expect(run(program, '--expose-gc')).toBe('6\n');
  });

  it('keep no process alive, even if nobody closed the model', () => {
    const program = `
      import { MLP, sgd } from 'evenkeel';
      ${listening}
      const model = new MLP({ inputSize: 400, layers: [{ units: 400 }, { units: 2, activation: 'softmax' }], threads: 2 });
      model.compile({ loss: 'crossEntropy', optimizer: sgd() });
      await model.predictAsync(new Float32Array(400));
      await listening();
      await model.fit(new Float32Array(64 * 400), new Uint8Array(64), { epochs: 2, batchSize: 64 });
      console.log(model.threads.count);`;
    expect(run(program)).toBe('2\n');
  });
});

/** Runs a program on the built package and returns its output. */
function run(program: string, ...flags: string[]): string {
  return execFileSync(process.execPath, [...flags, '--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
    timeout: 300_000,
  });
}

describe('a worker that dies', () => {
  it.each([2, 3])('costs no batch of an epoch with %i threads, and one warning says so', async (threads) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const options = { epochs: 3, batchSize: 131 };
    const alone = build();
    const history = await alone.fit(x, y, options);
    const model = build({ threads });
    await allListening(model, threads);
    const death = `out of luck with ${threads}`;
    const onBatchEnd = ({ epoch, batch }: { epoch: number; batch: number }) => {
      if (epoch === 2 && batch === 2) ends[0]!(new Error(death));
    };
    expect(await model.fit(x, y, { ...options, onBatchEnd })).toEqual(history);
    expect(model.getWeights()).toEqual(alone.getWeights());
    const reason = `threads: worker 1 ended: ${death}`;
    expect(model.threads).toEqual({ count: 1, reason });
    expect(warn.mock.calls).toEqual([
      [`evenkeel: one thread runs instead of the requested ${threads}: ${reason}`],
    ]);
    await vi.waitFor(() => expect(running()).toBe(0), { timeout: 300_000 });
  });

  it('leaves its rows to the calling thread if the library is not told', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const options = { epochs: 2, batchSize: 131 };
    const alone = build();
    const history = await alone.fit(x, y, options);
    const model = build({ threads: 2 });
    await allListening(model, 2);
    const onBatchEnd = ({ epoch, batch }: { epoch: number; batch: number }) => {
      if (epoch === 1 && batch === 1) workers[0]!.terminate();
    };
    expect(await model.fit(x, y, { ...options, onBatchEnd })).toEqual(history);
    expect(model.getWeights()).toEqual(alone.getWeights());
    await vi.waitFor(() => expect(model.threads.count).toBe(1), { timeout: 300_000 });
    expect(model.threads.reason).toMatch(/^threads: worker 1 ended: it exited with code/);
  });
});

describe('a worker that does not finish its call', () => {
  it('ends the fit, and the next fit trains no batch of the epoch twice', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const options = { epochs: 2, batchSize: 60 };
    const alone = build();
    await alone.fit(x, y, options);
    const model = build({ threads: 2 });
    await allListening(model, 2);
    const { load, wait } = Atomics;
    let stuck = false;
    // The second word counts the workers that have not finished.
    const loaded = (words: Int32Array, i: number) => (stuck && i === 1 ? 1 : load(words, i));
    const waited = (words: Int32Array, i: number, value: number, ms?: number) =>
      stuck ? 'timed-out' : wait(words, i, value, ms);
    vi.spyOn(Atomics, 'load').mockImplementation(untyped(loaded));
    vi.spyOn(Atomics, 'wait').mockImplementation(untyped(waited));
    const seen: string[] = [];
    const onBatchEnd = ({ epoch, batch }: { epoch: number; batch: number }) => {
      seen.push(`${epoch}.${batch}`);
      stuck = seen.length === 2;
    };
    await expect(model.fit(x, y, { ...options, onBatchEnd })).rejects.toThrow(
      /^threads: 1 of 1 workers did not answer within 30 s and are given up/,
    );
    stuck = false;
    expect(model.threads.count).toBe(1);
    await model.fit(x, y, { ...options, onBatchEnd });
    expect(seen).toEqual(['1.1', '1.2', '1.3', '1.4', '1.5', '2.1', '2.2', '2.3', '2.4', '2.5']);
    expect(model.getWeights()).toEqual(alone.getWeights());
  });
});

describe('where there can be no threads', () => {
  it('the model and one warning give the reason', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const options = { inputSize: 2, layers: [{ units: 2 }], backend: 'javascript', threads: 4 } as const;
    const model = new MLP(options);
    new MLP(options);
    expect(model.threads.count).toBe(1);
    expect(model.threads.reason).toMatch(/the backend 'javascript' has one thread/);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toMatch(
      /one thread runs instead of the requested 4: the backend 'javascript'/,
    );
  });

  it('a Node without process.getBuiltinModule is told that supported versions have it', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { getBuiltinModule } = process;
    try {
      Object.assign(process, { getBuiltinModule: undefined });
      const { threads } = new MLP({ inputSize: 2, layers: [{ units: 2 }], threads: 2 });
      expect(threads).toEqual({
        count: 1,
        reason: expect.stringMatching(
          /^this Node has no process\.getBuiltinModule, which all supported versions have/,
        ),
      });
    } finally {
      Object.assign(process, { getBuiltinModule });
    }
  });

  it.each(['process', 'Atomics', 'Worker', 'navigator'])(
    'the refusal of %s by a host is given as the reason',
    (name) => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const own = Object.getOwnPropertyDescriptor(globalThis, name);
      const { getBuiltinModule } = process;
      try {
        // The case of a page, unless the process itself is refused.
        Object.assign(process, { getBuiltinModule: undefined });
        Object.defineProperty(globalThis, name, {
          configurable: true,
          get() {
            throw new Error(`${name} is denied`);
          },
        });
        for (const threads of [3, 'auto'] as const) {
          const model = new MLP({ inputSize: 2, layers: [{ units: 2 }], threads });
          expect(model.threads.count).toBe(1);
          if (threads === 3) expect(model.threads.reason).toMatch(/denied|getBuiltinModule/);
        }
      } finally {
        Reflect.deleteProperty(globalThis, name);
        if (own !== undefined) Object.defineProperty(globalThis, name, own);
        Object.assign(process, { getBuiltinModule });
      }
      expect(warn.mock.calls.length).toBeLessThanOrEqual(1);
    },
  );

  it('an engine without Atomics trains with one thread', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    vi.stubGlobal('Atomics', undefined);
    try {
      const model = new MLP({ inputSize: 64, layers: [{ units: 128 }], threads: 2 });
      expect(model.threads).toEqual({ count: 1, reason: expect.stringMatching(/no Atomics/) });
      model.compile({ loss: 'meanSquaredError', optimizer: sgd() });
      await model.fit(new Float32Array(64 * 256), new Float32Array(128 * 256), { batchSize: 256 });
      expect(model.step).toBe(1);
    } finally {
      vi.unstubAllGlobals();
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

describe('a model made from another', () => {
  it('has as many threads as the original if it is folded, and as many as requested if it is loaded', () => {
    const model = build({ threads: 2 });
    const bytes = model.save();
    const others = [model.folded(), MLP.load(bytes, { threads: 3 }), MLP.load(bytes)];
    made.push(...others);
    expect(others.map(({ threads }) => threads.count)).toEqual([2, 3, 1]);
    expect(() => MLP.load(bytes, { threads: 0 })).toThrow(/^threads: expected a whole number ≥ 1, got 0/);
  });
});
