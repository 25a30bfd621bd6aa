/** Programs that bring the library's WebAssembly file, each in a process of its own, on the built package. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { host } from '../../src/platform.js';
import { useWasm } from '../../src/wasm/index.js';
import { untyped } from '../support/refusals.js';

const root = new URL('../../', import.meta.url);
const built = (name: string) => JSON.stringify(new URL(`build/js/${name}`, root).href);
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`build/wasm/${name}.wasm`, root)));
const ownWasm = (name: string) =>
  `new Uint8Array(readFileSync(${JSON.stringify(fileURLToPath(new URL(`build/wasm/${name}.wasm`, root)))}))`;

/** Forbids compiling in a process, as an edge runtime does once a program has started, and returns what was compiled before. */
const compiledBefore = `
  import { readFileSync } from 'node:fs';
  const module = new WebAssembly.Module(${ownWasm('evenkeel')});
  const fused = WebAssembly.validate(${ownWasm('evenkeel-fused')}) ? new WebAssembly.Module(${ownWasm('evenkeel-fused')}) : undefined;
  const refuse = () => { throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder'); };
  const { Module } = WebAssembly;
  WebAssembly.Module = Object.assign(refuse, { customSections: Module.customSections });
  WebAssembly.compile = async () => refuse();
  delete globalThis.MessageChannel;
  globalThis.setImmediate = () => { throw new Error('not in the edge runtime'); };`;

const train = (arithmetic: string) => `
  const model = new MLP({ inputSize: 4, layers: [{ units: 16, activation: 'tanh' }, { units: 3, activation: 'softmax' }], seed: 7, arithmetic: '${arithmetic}' });
  model.compile({ loss: 'crossEntropy' });
  const history = await model.fit(iris.x, iris.y, { epochs: 150 });
  const result = { backend: model.backend, arithmetic: model.arithmetic, loss: history.loss.at(-1), y: Array.from(model.predict(iris.x)), normal: Array.from(new Rng(3).normal(5)) };
  console.log(JSON.stringify(result));`;

/** Flag with which this Node has relaxed SIMD, if it needs one. */
const flags = process.execArgv.filter((flag) => flag.includes('relaxed-simd'));

function run(code: string): { readonly result: Record<string, unknown>; readonly stderr: string } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, '--input-type=module', '-'], {
    input: code,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return { result: JSON.parse(stdout), stderr };
}

const libraryOfPage = `
  const { MLP, Rng } = await import(${built('index.js')});
  const { iris } = await import(${built('data.js')});
  const { useWasm } = await import(${built('wasm.js')});
  const { useFused, useThreads } = await import(${built('extras.js')});`;
const usual = (arithmetic: string) => run(`${libraryOfPage} useFused(); ${train(arithmetic)}`).result;

describe('a program whose host forbids compiling', () => {
  it('trains with a module that was compiled before, with the usual bits', () => {
    const { result, stderr } = run(
      `${compiledBefore} ${libraryOfPage} useWasm(module); ${train('portable')}`,
    );
    expect(stderr).toBe('');
    expect(result).toEqual(usual('portable'));
    expect(result.backend).toBe('wasm');
  });

  it('trains with the fused module, of which the page has no copy', () => {
    const { result } = run(
      `${compiledBefore} ${libraryOfPage} useWasm(module); if (fused) useWasm(fused); else useFused(); ${train('fused')}`,
    );
    expect(result).toEqual(usual('fused'));
  });

  it('starts when the module comes after a draw that found none', () => {
    const { result } = run(
      `${compiledBefore} ${libraryOfPage} new Rng(1).normal(1); try { new MLP({ inputSize: 1, layers: [{ units: 1 }] }); } catch {} useWasm(module); ${train('portable')}`,
    );
    expect(result).toEqual(usual('portable'));
  });

  const runtimes = ['workerd', 'edge-light'];
  it.each(
    runtimes.flatMap((runtime) =>
      ['index', 'theory', 'lab', 'interchange', 'onnx'].map((entry) => [entry, runtime]),
    ),
  )('has the module from the start if it imports the entry %s as %s does', async (entry, runtime) => {
    const use = entry === 'index' ? '' : `import * as used from 'evenkeel/${entry}'; globalThis.used = used;`;
    const { outputFiles } = await build({
      stdin: {
        contents: `import { MLP, Rng } from 'evenkeel${entry === 'index' ? '' : '/wasm-free'}'; ${use} import { iris } from 'evenkeel/data'; ${compiledBefore.replace("import { readFileSync } from 'node:fs';", '').replace(/const (module|fused) = .*/g, '')} ${train('portable')}`,
        resolveDir: fileURLToPath(root),
      },
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      conditions: [runtime!],
      write: false,
      plugins: [
        {
          name: 'modules of the runtime',
          setup({ onResolve, onLoad }) {
            // The root as a page imports it, which brings no module.
            onResolve({ filter: /^evenkeel\/wasm-free$/ }, () => ({
              path: fileURLToPath(new URL('build/js/index.js', root)),
            }));
            onLoad({ filter: /\.wasm$/ }, ({ path }) => ({
              contents: `import { readFileSync } from 'node:fs'; export default new WebAssembly.Module(readFileSync(${JSON.stringify(path)}));`,
            }));
          },
        },
      ],
      external: ['node:fs'],
    });
    const { result, stderr } = run(outputFiles[0]!.text);
    expect(stderr).toBe('');
    expect(result).toEqual(usual('portable'));
  });
});

describe('useWasm', () => {
  let port = 0;
  beforeAll(async () => {
    const server = createServer((request, response) => {
      if (request.url !== '/evenkeel.wasm') response.writeHead(404);
      response.end(bytesOf('evenkeel'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
    return () => void server.close();
  });
  const url = (name: string) => `http://127.0.0.1:${port}/${name}`;

  it('takes a module, bytes, a response, a URL, or a promise of one', async () => {
    const bytes = bytesOf('evenkeel');
    const { buffer } = bytes;
    for (const source of [
      new host.WebAssembly!.Module(bytes),
      host.WebAssembly!.compile(bytes),
      bytes,
      Buffer.from(bytes),
      bytes.buffer,
      Promise.resolve(buffer),
      await fetch(url('evenkeel.wasm')),
      fetch(url('evenkeel.wasm')),
      url('evenkeel.wasm'),
      new URL(url('evenkeel.wasm')),
      new URL('build/wasm/evenkeel.wasm', root),
    ])
      await expect(useWasm(untyped(source)), String(source).slice(0, 60)).resolves.toBeUndefined();
  });

  const stale = bytesOf('evenkeel');
  stale[stale.length - 1]! ^= 1;
  it.each([
    ['nothing', undefined, TypeError, /^source: expected a WebAssembly\.Module, .* got undefined/],
    ['null', null, TypeError, /^source: expected .* got null/],
    ['floats', new Float32Array(4), TypeError, /^source: expected /],
    ['an empty file', new Uint8Array(0), Error, /^source: WebAssembly\.compile/],
    ['a text', Buffer.from('<!doctype html>'), Error, /^source: WebAssembly\.compile/],
    [
      'another module',
      bytesOf('predictor'),
      RangeError,
      /^source: expected evenkeel\.wasm or evenkeel-fused\.wasm .* got another module/,
    ],
    ['another version', stale, RangeError, /^source: .* got that of another version/],
    [
      'half of the fused file',
      bytesOf('evenkeel-fused').slice(0, 30_000),
      Error,
      /^source: WebAssembly\.compile/,
    ],
    ['a missing file', new URL('none.wasm', import.meta.url), Error, /^source: file:.*none\.wasm: ENOENT/],
  ])('refuses %s', async (_, source, kind, message) => {
    const error = await useWasm(untyped(source)).catch((error: Error) => error);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });

  it('says what a server answered', async () => {
    await expect(useWasm(url('gone.wasm'))).rejects.toThrow(
      /^source: http\S*gone\.wasm: the server answered 404$/,
    );
    await expect(useWasm(fetch(url('gone.wasm')))).rejects.toThrow(
      /^source: the response: the server answered 404$/,
    );
  });

  describe('with the fused file', () => {
    const files = `import { readFileSync } from 'node:fs'; const fused = ${ownWasm('evenkeel-fused')};`;
    /** Makes an engine without relaxed SIMD. */
    const without = `
      const { compile, validate } = WebAssembly;
      const isFused = (bytes) => bytes.length === fused.length;
      WebAssembly.validate = (bytes) => !isFused(bytes) && validate(bytes);
      WebAssembly.compile = async (bytes) => { if (isFused(bytes)) throw new WebAssembly.CompileError('unknown operation'); return compile(bytes); };`;
    const report = `import { backendInfo } from ${built('index.js')}; await useWasm(fused); const { fused: state } = backendInfo().binaries;`;

    it('needs no useFused, and gives the bits of the library itself', () => {
      const { result } = run(`${files} ${libraryOfPage} await useWasm(fused); ${train('fused')}`);
      expect(result).toEqual(usual('fused'));
    });

    it('runs portable where the engine has no relaxed SIMD, and says so', () => {
      const { result, stderr } = run(
        `${files} ${without} ${libraryOfPage} await useWasm(fused); ${train('fused')}`,
      );
      expect(result).toEqual(usual('portable'));
      expect(stderr).toMatch(/no relaxed SIMD; arithmetic 'fused' runs as 'portable'/);
      expect(
        run(`${files} ${without} ${libraryOfPage} ${report} console.log(JSON.stringify({ state }))`).result,
      ).toEqual({
        state: 'no relaxed SIMD',
      });
    });
  });

  it('gives threads their module too, with the same bits', () => {
    const body = (start: string) => `
      import { readFileSync } from 'node:fs'; ${libraryOfPage} useThreads(); ${start}
      const model = new MLP({ inputSize: 300, layers: [{ units: 300 }, { units: 10 }], threads: 2, seed: 1 });
      const x = new Rng(1).normal(300 * 512);
      console.log(JSON.stringify({ threads: model.threads, y: Array.from(await model.predictAsync(x)) }));`;
    const { result } = run(body(`await useWasm(${ownWasm('evenkeel')});`));
    expect(result).toEqual(run(body('')).result);
    expect(result.threads).toEqual({ count: 2 });
  });
});
