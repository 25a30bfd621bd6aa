/**
 * Threads on the main thread of a page, which dispatches work and never waits. The workers are words of memory that a test
 * writes.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBackend } from '../../src/backend/index.js';
import type { ThreadWorker } from '../../src/backend/thread-host.js';
import { useEverything } from '../../src/extras/index.js';
import { MLP, sgd } from '../../src/index.js';
import { largeProduct } from '../support/products.js';

interface Given {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly control: number;
  readonly line: number;
  readonly names: readonly string[];
}

const page = vi.hoisted(() => ({
  start: (_given: unknown): void => {},
  ended: [] as number[],
}));
// The set-up of all tests loaded the module that is replaced here.
vi.hoisted(() => vi.resetModules());
vi.mock('../../src/backend/thread-host.js', async (original) => ({
  ...(await original<typeof import('../../src/backend/thread-host.js')>()),
  whyNoThreads: () => undefined,
  mayWait: () => false,
  startWorker(_code: string, given: Given): ThreadWorker {
    page.start(given);
    return { onEnd() {}, terminate: () => page.ended.push(given.line) };
  },
}));
useEverything();

/** Lines of the workers. The first word of a line says that the worker listens, the second is the kernel that it has to run. */
const lines: Int32Array[] = [];
beforeEach(() => {
  page.start = (given) => {
    const { memory, control, line } = given as Given;
    const words = new Int32Array(memory.buffer, control + 4 * line, 16);
    words[0] = 1;
    lines.push(words);
  };
  vi.spyOn(Atomics, 'wait').mockImplementation(() => {
    throw new TypeError('Atomics.wait cannot be called in this context');
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  lines.length = 0;
  page.ended.length = 0;
});

describe('workers that begin nothing', () => {
  it.each([2, 3, 5])('leave their rows to the page, with %i threads', (threads) => {
    const notify = vi.spyOn(Atomics, 'notify');
    const shared = product(threads);
    expect(notify).toHaveBeenCalledTimes(1);
    expect(lines).toHaveLength(threads - 1);
    expect(shared).toEqual(product(1));
  });
});

describe('a worker that begins its call and does not finish it', () => {
  it('is given up after three seconds, and the call says so', () => {
    vi.spyOn(Atomics, 'notify').mockImplementation(() => {
      lines[0]![1] = 0;
      return 1;
    });
    let ms = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      ms += 1000;
      return ms;
    });
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const reason = 'threads: 1 of 2 workers did not answer within 3 s and are given up';
    expect(() => product(3)).toThrow(reason);
    expect(warn.mock.calls).toEqual([[`evenkeel: one thread runs instead of the requested 3: ${reason}`]]);
    // The first call of now() sets the end; the assertion is about the time more than three seconds later.
    expect(ms).toBe(5000);
    expect(page.ended).toHaveLength(2);
  });
});

describe('a policy that forbids workers', () => {
  it('leaves one thread after an immediate error, and the model and one warning say why', async () => {
    page.start = () => {
      throw new TypeError('worker-src');
    };
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    for (let i = 0; i < 2; i++) {
      const model = new MLP({ inputSize: 2, layers: [{ units: 2, activation: 'softmax' }], threads: 3 });
      model.compile({ loss: 'crossEntropy', optimizer: sgd() });
      await model.fit([[1, 2]], [1]);
      await model.fit([[1, 2]], [1]);
      const reason = 'threads: worker 1 did not begin: worker-src';
      expect(model.threads).toEqual({ count: 1, reason });
      expect(warn.mock.calls).toEqual([[`evenkeel: one thread runs instead of the requested 3: ${reason}`]]);
    }
  });
});

function product(threads: number) {
  const backend = createBackend('wasm', 'portable', threads);
  backend.threads.active = true;
  return largeProduct(backend, 'gemm_nn');
}
