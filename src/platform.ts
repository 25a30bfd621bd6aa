/**
 * Functions of the host, Node or browser, that the library uses. They are declared here, so that neither the DOM's nor Node's
 * types leak into a user's build. A host may lack any of them, or have a stub that throws when it is called. Callers handle both
 * cases.
 */

export interface WebAssemblyInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}
export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
/** Compiled WebAssembly.Module, opaque. */
export interface WebAssemblyModule {
  /** 'WebAssembly.Module'. */
  readonly [Symbol.toStringTag]: string;
}

/** Response of `fetch`, with the parts that the library uses. */
export interface HttpResponse {
  /** True for a status from 200 to 299. */
  readonly ok: boolean;
  /** Status of HTTP. */
  readonly status: number;
  /** Reads the whole body. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

interface MessagePort {
  onmessage: (() => void) | null;
  postMessage(message: null): void;
  close(): void;
}

interface Host {
  readonly WebAssembly?: {
    readonly Module: {
      new (bytes: Uint8Array): WebAssemblyModule;
      customSections(module: WebAssemblyModule, name: string): ArrayBuffer[];
    };
    readonly Instance: new (module: WebAssemblyModule, imports: object) => WebAssemblyInstance;
    readonly Memory: new (limits: {
      readonly initial: number;
      readonly maximum: number;
      readonly shared: boolean;
    }) => WebAssemblyMemory;
    compile(bytes: Uint8Array): Promise<WebAssemblyModule>;
    validate(bytes: Uint8Array): boolean;
  };
  readonly fetch?: (url: string) => Promise<HttpResponse>;
  readonly FinalizationRegistry?: new <Held>(
    callback: (held: Held) => void,
  ) => {
    register(target: object, held: Held): void;
  };
  readonly WeakRef?: new <T extends object>(target: T) => { deref(): T | undefined };
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly performance?: { now(): number };
  readonly console?: { warn(message: string): void };
  /** Function of Node; browsers lack it. */
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: new () => { readonly port1: MessagePort; readonly port2: MessagePort };
  readonly setTimeout?: (callback: () => void) => unknown;
}

export const host = globalThis as unknown as Host;

/** Returns true in Node and in runtimes that present themselves as Node. A host may throw when it is asked. */
export function isNode(): boolean {
  try {
    return host.process?.versions?.node !== undefined;
  } catch {
    return false;
  }
}

/** Returns milliseconds since an arbitrary moment; from the date if the host has no finer clock. */
export function now(): number {
  try {
    return host.performance!.now();
  } catch {
    return Date.now();
  }
}

/** Writes a warning to the host's console, if there is one. */
export function warn(message: string): void {
  try {
    host.console!.warn(message);
  } catch {
    // The console itself failed, so nothing can be reported.
  }
}
