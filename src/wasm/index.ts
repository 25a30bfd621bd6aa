/**
 * Entry `evenkeel/wasm`: starts the library with WebAssembly files that the program brings.
 *
 * @packageDocumentation
 */

import { keepUncompiled } from '../backend/builds.js';
import { startWith } from '../backend/index.js';
import { messageOf, show } from '../errors.js';
import { type HttpResponse, host, type WebAssemblyModule } from '../platform.js';

export type { HttpResponse, WebAssemblyModule } from '../platform.js';

/** URL object. */
export interface Url {
  /** The whole URL. */
  readonly href: string;
}
/** One of the files evenkeel.wasm and evenkeel-fused.wasm: a compiled module, its bytes, a response, or its URL. */
export type WasmSource = WebAssemblyModule | ArrayBuffer | Uint8Array | HttpResponse | Url | string;

interface FileHost {
  readonly process?: {
    getBuiltinModule?(name: 'fs/promises'): { readFile(url: object): Promise<Uint8Array> } | undefined;
  };
  readonly URL: new (url: string) => object;
}

/**
 * Starts the library with a WebAssembly file of the package. `evenkeel/evenkeel.wasm` is for random draws and models that are created
 * afterwards. `evenkeel/evenkeel-fused.wasm` is for models with `arithmetic: 'fused'`, in place of `useFused`. Results have the same
 * bits as without the files.
 *
 * A compiled module is in use as soon as the call returns, so that a program may start at global scope. For other sources, wait for the
 * promise. Threads need bytes, a response or a URL, because they need a second module, or else compile the library's own copy. An engine
 * without relaxed SIMD cannot compile the fused file; such models then run as 'portable', and one warning says so.
 *
 * @param source  a WebAssembly.Module, bytes, a Response or a promise of one, or a URL, which may be a file: URL in Node
 * @throws TypeError   if `source` is nothing of that kind
 * @throws RangeError  if it is another file, or that of another version of the package
 * @throws Error       if it cannot be loaded or compiled
 */
export async function useWasm(source: WasmSource | PromiseLike<WasmSource>): Promise<void> {
  if (host.WebAssembly === undefined) throw new Error('source: the engine has no WebAssembly');
  const given = isModule(source) ? source : await source;
  if (isModule(given)) return startWith(given);
  const bytes = await read(given);
  let module: WebAssemblyModule;
  try {
    module = await host.WebAssembly.compile(bytes);
  } catch (cause) {
    if (keepUncompiled(bytes)) return;
    throw new Error(`source: ${messageOf(cause)}`, { cause });
  }
  startWith(module, bytes);
}

function isModule(source: unknown): source is WebAssemblyModule {
  return tagOf(source) === 'WebAssembly.Module';
}

/** Returns the bytes of a source, as a copy. */
async function read(source: unknown): Promise<Uint8Array> {
  const tag = tagOf(source);
  if (tag === 'ArrayBuffer') return new Uint8Array(source as ArrayBuffer).slice();
  // A Buffer of Node is a Uint8Array, but its `slice` makes no copy.
  if (tag === 'Uint8Array') return new Uint8Array(source as Uint8Array);
  if (typeof source === 'string' || tag === 'URL') return fetched(String(source));
  if (typeof (source as Partial<HttpResponse> | null | undefined)?.arrayBuffer === 'function') {
    return content(source as HttpResponse).catch((cause: unknown) => failed('the response', cause));
  }
  throw new TypeError(
    `source: expected a WebAssembly.Module, an ArrayBuffer, a Uint8Array, a Response or a URL, got ${show(source)}`,
  );
}

async function fetched(url: string): Promise<Uint8Array> {
  // Node's fetch refuses URLs of files.
  const files = (host as unknown as FileHost).process?.getBuiltinModule?.('fs/promises');
  try {
    if (files !== undefined && url.startsWith('file:'))
      return new Uint8Array(await files.readFile(new (host as unknown as FileHost).URL(url)));
    return await content(await host.fetch!(url));
  } catch (cause) {
    return failed(url, cause);
  }
}

function failed(name: string, cause: unknown): never {
  throw new Error(`source: ${name}: ${messageOf(cause)}`, { cause });
}

async function content(response: HttpResponse): Promise<Uint8Array> {
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
