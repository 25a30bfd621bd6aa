import { messageOf } from '../errors.js';
import { now, type WebAssemblyMemory, type WebAssemblyModule } from '../platform.js';
import type { Address, Kernels, Threads } from './kernels.js';
import type { Gemm } from './signatures.js';
import { mayWait, startWorker, type ThreadWorker } from './thread-host.js';
import { warnOfOneThread } from './warnings.js';

/**
 * Kernels on several threads over one memory. A product is split by rows of C. Each element is the same chain as on one thread,
 * so that the bits are the same.
 *
 * The control block is an array of i32 words. Word 0 counts dispatches; workers wait on it. Word 1 counts workers that have not
 * finished. After these two come lines of 16 words, one for each worker: [0] is 1 once the worker listens, [1] is the kernel, [2…]
 * are its arguments. Whoever takes the kernel out of its word runs it: the worker, or the calling thread if the worker is late.
 */
const GENERATION = 0;
const PENDING = 1;
const LINE = 16;
const READY = 0;
const KERNEL = 1;
const ARGUMENTS = 2;

/** Number of looks at a word before sleeping on it: about 50 µs. A dispatch costs 0.5 µs, or 50 µs if a worker has to wake. */
const SPINS = 20_000;
/** Milliseconds after which a silent worker is given up. No kernel takes so long, and a page may not freeze for longer. */
const PATIENCE_MS = { waiting: 30_000, spinning: 3_000 };

/** Code of the worker. `data` is what the pool sends. It must not refer to anything outside itself. */
const workerCode = () => `
  const { module, memory, control, line, names, spins } = data;
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const words = new Int32Array(memory.buffer, control, line + ${LINE});
  let seen = Atomics.load(words, ${GENERATION});
  Atomics.store(words, line + ${READY}, 1);
  Atomics.notify(words, line + ${READY});
  for (;;) {
    for (let s = 0; s < spins && Atomics.load(words, ${GENERATION}) === seen; s++);
    Atomics.wait(words, ${GENERATION}, seen);
    seen = Atomics.load(words, ${GENERATION});
    const kernel = Atomics.exchange(words, line + ${KERNEL}, 0);
    if (kernel > 0) {
      kernels[names[kernel - 1]](...words.subarray(line + ${ARGUMENTS}, line + ${LINE}));
      if (Atomics.sub(words, ${PENDING}, 1) === 1) Atomics.notify(words, ${PENDING});
    }
  }`;

const names = ['gemm_nn', 'gemm_nt', 'gemm_tn_rows'] as const;
type Name = (typeof names)[number];
type ThreadedKernels = Pick<Kernels, Name>;

/** Products with fewer multiply-adds stay on one thread: 4 MFLOP take about 100 µs, twice the time to wake a worker. */
const FLOOR = 2_000_000;
/** A thread gets a multiple of this many rows of C, which are whole tiles of four rows and of six. */
const TILE_ROWS = 12;
const LINE_BYTES = 64;

/**
 * Returns kernels that share their larger products among `count` threads while `threads.active` is true.
 *
 * @param start    first free byte of the memory
 * @param reserve  makes bytes addressable
 * @returns `workers`, the running workers, an array that is filled when they start; `end`, the first byte that is still free
 */
export function threaded(
  module: WebAssemblyModule,
  memory: WebAssemblyMemory,
  exports: Kernels,
  start: Address,
  count: number,
  reserve: (bytes: number) => void,
): {
  readonly kernels: Kernels;
  readonly threads: Threads;
  readonly workers: readonly ThreadWorker[];
  readonly end: Address;
} {
  const control = align(start);
  const scratchBytes = align(exports.gemm_scratch());
  const scratch = align(control + 4 * LINE * count);
  const end = scratch + (count - 1) * scratchBytes;
  reserve(end);
  const pool = new Pool(module, memory, exports, control, count - 1);
  let active = false;
  const threads: Threads = {
    get count() {
      return pool.reason === undefined ? count : 1;
    },
    get active() {
      return active;
    },
    // Workers start with the first call that may use them, because many models are created and few are trained.
    set active(value) {
      if (value) pool.start();
      active = value;
    },
    get ready() {
      return 1 + pool.helpers;
    },
    get reason() {
      return pool.reason;
    },
    close: () => pool.close(),
  };

  /** Splits rows 0…m among the threads; `part` returns the arguments of one thread's call. */
  const share = (
    name: Name,
    m: number,
    work: number,
    own: Address,
    part: (first: number, rows: number, scratch: Address) => readonly number[],
  ): boolean => {
    const helpers = active && work >= FLOOR ? pool.helpers : 0;
    if (helpers === 0) return false;
    const rows = Math.ceil(m / (helpers + 1) / TILE_ROWS) * TILE_ROWS;
    const calls: (readonly number[])[] = [];
    for (let first = 0; first < m; first += rows) {
      const at = calls.length === 0 ? own : scratch + (calls.length - 1) * scratchBytes;
      calls.push(part(first, Math.min(rows, m - first), at));
    }
    pool.run(name, calls);
    return true;
  };

  /** Splits gemm_nn or gemm_nt among the threads. To write some rows of C, both read only the same rows of A. */
  const byRowsOfA =
    (name: 'gemm_nn' | 'gemm_nt'): Gemm =>
    (c, a, b, m, n, k, own) => {
      const part = (first: number, rows: number, at: Address) =>
        [c + 4 * first * n, a + 4 * first * k, b, rows, n, k, at] as const;
      if (!share(name, m, m * n * k, own, part)) exports[name](c, a, b, m, n, k, own);
    };

  const kernels: Kernels = {
    ...exports,
    gemm_nn: byRowsOfA('gemm_nn'),
    gemm_nt: byRowsOfA('gemm_nt'),
    gemm_tn(c, a, b, m, n, k, own) {
      const part = (first: number, rows: number, at: Address) =>
        [c + 4 * first * n, a + 4 * first, b, rows, n, k, m, at] as const;
      if (!share('gemm_tn_rows', m, m * n * k, own, part)) exports.gemm_tn(c, a, b, m, n, k, own);
    },
  };
  return { kernels, threads, workers: pool.workers, end };
}

function align(address: Address): Address {
  return Math.ceil(address / LINE_BYTES) * LINE_BYTES;
}

class Pool {
  readonly #module: WebAssemblyModule;
  readonly #memory: WebAssemblyMemory;
  readonly #words: Int32Array;
  readonly #kernels: ThreadedKernels;
  readonly #control: Address;
  readonly #count: number;
  readonly workers: ThreadWorker[] = [];
  /**
   * Reason why the pool no longer works. It is text rather than the error, because an error keeps the functions of its stack
   * alive, and through them the model, which could then never be collected.
   */
  #reason: string | undefined;

  /** @param control  address of the line of shared words, which one line for each worker follows */
  constructor(
    module: WebAssemblyModule,
    memory: WebAssemblyMemory,
    kernels: ThreadedKernels,
    control: Address,
    count: number,
  ) {
    this.#module = module;
    this.#memory = memory;
    this.#kernels = kernels;
    this.#control = control;
    this.#count = count;
    this.#words = new Int32Array(memory.buffer, control, LINE * (1 + count));
  }

  /** Starts the workers once. Until they listen, the calling thread does all the work. */
  start(): void {
    if (this.workers.length > 0) return;
    for (let w = 0; w < this.#count && this.#reason === undefined; w++) {
      const ended = (cause: unknown) => {
        const what = this.#listens(w) ? 'ended' : 'did not begin';
        this.#giveUp(`threads: worker ${w + 1} ${what}: ${messageOf(cause)}`);
      };
      try {
        const worker = startWorker(workerCode(), {
          module: this.#module,
          memory: this.#memory,
          control: this.#control,
          line: LINE * (1 + w),
          names,
          spins: SPINS,
        });
        worker.onEnd(ended);
        this.workers.push(worker);
      } catch (cause) {
        // If a page's policy forbids workers, some engines throw at once, others send an event.
        ended(cause);
      }
    }
  }

  /** Reason why the pool no longer works; undefined while it does. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Number of workers that can take work; 0 once one has died. */
  get helpers(): number {
    if (this.#reason !== undefined) return 0;
    let count = 0;
    for (let w = 0; w < this.#count; w++) {
      if (this.#listens(w)) count++;
    }
    return count;
  }

  #listens(w: number): boolean {
    return Atomics.load(this.#words, LINE * (1 + w) + READY) === 1;
  }

  /**
   * Runs one call on each thread at the same time: the first call here, the others on workers.
   *
   * @throws Error if a worker begins its call and does not finish it; its part of the output is then missing
   */
  run(name: Name, calls: readonly (readonly number[])[]): void {
    const words = this.#words;
    Atomics.store(words, PENDING, calls.length - 1);
    let next = 1;
    for (let w = 0; next < calls.length; w++) {
      if (!this.#listens(w)) continue;
      const line = LINE * (1 + w);
      words.set(calls[next++]!, line + ARGUMENTS);
      // This store is atomic and comes last, so that whoever sees the kernel also sees its arguments.
      Atomics.store(words, line + KERNEL, names.indexOf(name) + 1);
    }
    Atomics.add(words, GENERATION, 1);
    Atomics.notify(words, GENERATION);
    this.#call(name, calls[0]!);
    this.#join(name);
  }

  #call(name: Name, numbers: Iterable<number>): void {
    (this.#kernels[name] as (...numbers: number[]) => void)(...numbers);
  }

  /** Stops the workers. */
  close(): void {
    this.#end('threads: the model was closed');
  }

  /** Goes on with one thread and the same bits. Between two calls a worker holds nothing outside the memory. */
  #giveUp(reason: string): void {
    if (this.#reason === undefined) warnOfOneThread(1 + this.#count, reason);
    this.#end(reason);
  }

  #end(reason: string): void {
    this.#reason ??= reason;
    for (const worker of this.workers.splice(0)) worker.terminate();
  }

  /** Spins for a while, runs the calls that no worker has begun by then, and waits for those that have begun. */
  #join(name: Name): void {
    const words = this.#words;
    for (let s = 0; s < SPINS; s++) if (Atomics.load(words, PENDING) === 0) return;
    for (let w = 0; w < this.#count; w++) {
      const line = LINE * (1 + w);
      if (Atomics.exchange(words, line + KERNEL, 0) === 0) continue;
      this.#call(name, words.subarray(line + ARGUMENTS, line + LINE));
      Atomics.sub(words, PENDING, 1);
    }
    const waits = mayWait();
    const patience = PATIENCE_MS[waits ? 'waiting' : 'spinning'];
    const end = now() + patience;
    for (;;) {
      const pending = Atomics.load(words, PENDING);
      if (pending === 0) return;
      const late = waits ? Atomics.wait(words, PENDING, pending, patience) === 'timed-out' : now() > end;
      if (late) {
        const silent = `${pending} of ${this.#count} workers`;
        const reason = `threads: ${silent} did not answer within ${patience / 1000} s and are given up`;
        this.#giveUp(reason);
        throw new Error(reason);
      }
    }
  }
}
