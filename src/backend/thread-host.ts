import { messageOf } from '../errors.js';
import { host, isNode } from '../platform.js';

/** Worker of Node or of the web, with the methods that a pool of threads needs. */
export interface ThreadWorker {
  /** Ends the worker at once. */
  terminate(): void;
  /** Calls the listener once if the worker ends without terminate(). */
  onEnd(listener: (cause: Error) => void): void;
}

interface NodeWorker {
  on(event: 'error' | 'exit', listener: (cause: Error | number) => void): void;
  unref(): void;
  terminate(): unknown;
}
interface WebWorker {
  postMessage(message: unknown): void;
  terminate(): void;
  onerror: ((event: { message?: string; preventDefault(): void }) => void) | null;
}

interface NodeModules {
  worker_threads: { readonly Worker: new (code: string, options: object) => NodeWorker };
  os: { availableParallelism(): number };
}
interface ThreadHost {
  readonly process?: {
    getBuiltinModule?<Name extends keyof NodeModules>(name: Name): NodeModules[Name];
  };
  readonly SharedArrayBuffer?: unknown;
  readonly crossOriginIsolated?: boolean;
  /** Exists in a web worker only. */
  readonly WorkerGlobalScope?: unknown;
  readonly Worker?: new (url: string) => WebWorker;
  readonly Blob?: new (parts: readonly string[], options: { readonly type: string }) => object;
  readonly URL?: { createObjectURL(blob: object): string; revokeObjectURL(url: string): void };
  readonly navigator?: { readonly hardwareConcurrency?: number };
}
const threadHost = host as unknown as ThreadHost;

/** Returns a module of Node. It asks the process instead of importing, so that no bundler for browsers sees a Node module. */
function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return threadHost.process?.getBuiltinModule?.(name);
}

/** Returns the reason why there can be no threads here; undefined if there can. A host may throw even when it is asked. */
export function whyNoThreads(): string | undefined {
  try {
    return missingForThreads();
  } catch (cause) {
    return messageOf(cause);
  }
}

function missingForThreads(): string | undefined {
  if (typeof Atomics === 'undefined')
    return 'this engine has no Atomics, which threads need to wait for each other';
  if (nodeModule('worker_threads') !== undefined) return undefined;
  if (threadHost.Worker === undefined) {
    return isNode()
      ? 'this Node has no process.getBuiltinModule, which all supported versions have'
      : 'this scope has no Worker, as in a service worker or a shared worker';
  }
  if (threadHost.crossOriginIsolated === false) {
    return 'the page is not cross-origin isolated (headers COOP: same-origin and COEP: require-corp), so memory cannot be shared';
  }
  if (threadHost.SharedArrayBuffer === undefined) {
    const isolated = threadHost.crossOriginIsolated ? ', although the page is cross-origin isolated' : '';
    return `this engine has no SharedArrayBuffer${isolated}`;
  }
  if (!threadHost.crossOriginIsolated) {
    return 'the host does not say whether the page is cross-origin isolated, so memory may not be shared';
  }
  return undefined;
}

/** Returns false on the main thread of a page, where Atomics.wait throws. */
export function mayWait(): boolean {
  return nodeModule('worker_threads') !== undefined || threadHost.WorkerGlobalScope !== undefined;
}

/** Returns how many threads can run at the same time here; 1 if the host does not say. */
export function availableThreads(): number {
  try {
    return nodeModule('os')?.availableParallelism() ?? threadHost.navigator?.hardwareConcurrency ?? 1;
  } catch {
    return 1;
  }
}

/** Starts a worker on `code`, which finds `data` in its variable `data`. The worker does not keep the process alive. */
export function startWorker(code: string, data: object): ThreadWorker {
  const threads = nodeModule('worker_threads');
  return threads === undefined ? webWorker(code, data) : nodeWorker(threads.Worker, code, data);
}

function nodeWorker(
  Worker: NodeModules['worker_threads']['Worker'],
  code: string,
  workerData: object,
): ThreadWorker {
  // Neither require nor import, because the flags of the process decide which of them exists. A block, because Deno declares
  // variables around it whose names the code uses too.
  const source = `{ const data = process.getBuiltinModule('worker_threads').workerData; ${code} }`;
  const worker = new Worker(source, { eval: true, workerData });
  worker.unref();
  let ended = false;
  return {
    terminate() {
      ended = true;
      worker.terminate();
    },
    onEnd(listener) {
      const once = (cause: Error | number) => {
        if (ended) return;
        ended = true;
        listener(typeof cause === 'number' ? new Error(`it exited with code ${cause}`) : cause);
      };
      worker.on('error', once);
      worker.on('exit', once);
    },
  };
}

function webWorker(code: string, data: object): ThreadWorker {
  const source = `onmessage = ({ data }) => { ${code} };`;
  const url = threadHost.URL!.createObjectURL(new threadHost.Blob!([source], { type: 'text/javascript' }));
  const worker = new threadHost.Worker!(url);
  threadHost.URL!.revokeObjectURL(url);
  worker.postMessage(data);
  return {
    terminate: () => worker.terminate(),
    onEnd(listener) {
      worker.onerror = (event) => {
        event.preventDefault();
        listener(new Error(event.message ?? 'it could not be loaded'));
      };
    },
  };
}
