/** Reasons that `backendInfo` gives, each on an engine that lacks something, in a process of its own, on the built package. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { backendInfo } from '../../src/index.js';
import { untyped } from '../support/refusals.js';

const built = (name: string) => JSON.stringify(new URL(`../../build/js/${name}`, import.meta.url).href);

/** Runs `body` in a page, which loads no parts by itself. `before` takes something from the engine. */
function page(before: string, body: string, flags: readonly string[] = []) {
  const input = `
    import os from 'node:os';
    const processors = os.availableParallelism();
    ${before}
    const { backendInfo, MLP } = await import(${built('index.js')});
    const extras = await import(${built('extras.js')});
    ${body}
    console.log(JSON.stringify(result));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, '--input-type=module', '-'], {
    input,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const info = 'const result = backendInfo();';
const library = { portable: 'library', fused: 'library' };
const unavailable = { portable: 'unavailable', fused: 'unavailable' };

it('says that WebAssembly runs, with everything loaded', () => {
  const result = page('', 'extras.useEverything(); const result = [backendInfo(), processors];');
  expect(result).toEqual([
    {
      backend: 'wasm',
      reason: 'WebAssembly is available',
      binaries: { ...library, fused: expect.stringMatching(/^(library|no relaxed SIMD)$/) },
      threads: { count: result[1] },
    },
    expect.any(Number),
  ]);
});

it('says which parts a page has not loaded', () => {
  expect(page('', info)).toEqual({
    backend: 'wasm',
    reason: 'WebAssembly is available',
    binaries: { portable: 'library', fused: 'not loaded' },
    threads: { count: 1, reason: expect.stringMatching(/useThreads\(\)/) },
  });
});

const lacking: [name: string, before: string, flags: string[], reason: RegExp][] = [
  [
    'WebAssembly',
    'delete globalThis.WebAssembly;',
    [],
    /^WebAssembly is unavailable: the engine has no WebAssembly/,
  ],
  ['a compiler', '', ['--jitless'], /^WebAssembly is unavailable: the engine has no WebAssembly/],
  [
    'permission, by a policy',
    "WebAssembly.Module = function () { throw new WebAssembly.CompileError('violates script-src'); };",
    [],
    /^WebAssembly is unavailable: a policy of the page or the host forbids it \(violates script-src\)/,
  ],
  [
    'permission for instances, as in WebKit',
    "WebAssembly.Instance = function () { throw new EvalError('unsafe-eval'); };",
    [],
    /^WebAssembly is unavailable: a policy of the page or the host forbids it \(unsafe-eval\)/,
  ],
  [
    'memory',
    "WebAssembly.Memory = function () { throw new RangeError('Out of memory'); };",
    [],
    /^WebAssembly is unavailable: Out of memory/,
  ],
];
if (process.arch === 'x64') {
  lacking.push(['SIMD', '', ['--no-enable-sse4-1'], /^WebAssembly is unavailable: the engine has no SIMD/]);
}

it.each(lacking)('gives the reason on an engine without %s', (_, before, flags, reason) => {
  const body = `
    const alone = backendInfo();
    extras.useJavascript();
    const model = new MLP({ inputSize: 1, layers: [{ units: 1 }] });
    const result = [alone, backendInfo(), backendInfo('wasm'), backendInfo('javascript64'), model.backend];`;
  const threads = { count: 1, reason: 'threads need WebAssembly' };
  const rest = { binaries: unavailable, threads };
  const [alone, ...others] = page(before, body, flags);
  expect(alone).toEqual({ ...rest, reason: expect.stringMatching(reason) });
  expect(alone.reason).toMatch(/call useJavascript\(\) of 'evenkeel\/extras'$/);
  expect(others).toEqual([
    { ...rest, backend: 'javascript', reason: expect.stringMatching(reason) },
    { ...rest, reason: expect.stringMatching(reason) },
    { ...rest, backend: 'javascript64', reason: 'the model names it' },
    'javascript',
  ]);
});

it('says that a page has not loaded the backend that a model names', () => {
  expect(page('', "const result = backendInfo('javascript');")).toMatchObject({
    reason: expect.stringMatching(/^the JavaScript backend is not loaded; call useJavascript\(\)/),
    binaries: { portable: 'library' },
  });
  expect(() => backendInfo(untyped('gpu'))).toThrow(/^backend: .*'gpu'/);
});

it('says which files the program brought', () => {
  const body = `
    const { useWasm } = await import(${built('wasm.js')});
    await useWasm(new URL(${JSON.stringify(new URL('../../build/wasm/evenkeel.wasm', import.meta.url).href)}));
    const result = backendInfo().binaries;`;
  expect(page('', body)).toEqual({ portable: 'program', fused: 'not loaded' });
});

/** A host of the web, which has no modules of Node. */
const web = (globals: string) => `
  process.getBuiltinModule = undefined;
  Object.defineProperty(process, 'versions', { value: {} });
  Object.assign(globalThis, { Worker: class {}, crossOriginIsolated: true });
  // Node has a navigator of its own from version 21 on, which cannot be assigned.
  Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: 3 } });
  ${globals}`;

it.each([
  ['no Atomics', 'globalThis.Atomics = undefined;', /^this engine has no Atomics/],
  ['no Worker', web('delete globalThis.Worker;'), /^this scope has no Worker, as in a service worker/],
  [
    'an old Node',
    'process.getBuiltinModule = undefined; delete globalThis.Worker;',
    /^this Node has no process\.getBuiltinModule, which all supported versions have/,
  ],
  [
    'no isolation',
    web('crossOriginIsolated = false; delete globalThis.SharedArrayBuffer;'),
    /^the page is not cross-origin isolated/,
  ],
  [
    'no SharedArrayBuffer, although isolated',
    web('delete globalThis.SharedArrayBuffer;'),
    /^this engine has no SharedArrayBuffer, although the page is cross-origin isolated/,
  ],
  [
    'no word about isolation',
    web('delete globalThis.crossOriginIsolated;'),
    /^the host does not say whether/,
  ],
  [
    'no SharedArrayBuffer and no word about isolation',
    web('delete globalThis.crossOriginIsolated; delete globalThis.SharedArrayBuffer;'),
    /^this engine has no SharedArrayBuffer$/,
  ],
])('gives the reason why one thread runs: %s', (_, before, reason) => {
  const body = `
    extras.useThreads();
    const model = new MLP({ inputSize: 1, layers: [{ units: 1 }], threads: 2 });
    const result = [backendInfo().threads, model.threads];`;
  const threads = { count: 1, reason: expect.stringMatching(reason) };
  expect(page(before, body)).toEqual([threads, threads]);
});

it('counts the threads of a page', () => {
  expect(page(web(''), 'extras.useThreads(); const result = backendInfo().threads;')).toEqual({ count: 3 });
});
