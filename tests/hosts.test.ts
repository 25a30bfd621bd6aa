/** Engines that lack something, each in a process of its own, on the built package. */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const library = new URL('../build/js/index.js', import.meta.url).href;
const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a module that ends in an expression `result`, after `before` has crippled the engine. */
function runIn(before: string, body: string) {
  const script = `${before}\nconst { MLP, Rng } = await import(${JSON.stringify(library)});\n${body}\nprocess.stdout.write(JSON.stringify(result));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return { result: JSON.parse(stdout) as unknown, stderr };
}

const makeTwoFused = `
  const options = { inputSize: 3, layers: [{ units: 2 }], arithmetic: 'fused', seed: 5 };
  const models = [new MLP(options), new MLP(options)];`;

describe('an engine', () => {
  it('without relaxed SIMD runs fused as portable, and says so once', () => {
    const { result, stderr } = runIn(
      'WebAssembly.validate = () => false;',
      `${makeTwoFused} const result = models.map((model) => model.arithmetic);`,
    );
    expect(result).toEqual(['portable', 'portable']);
    expect(stderr.match(/arithmetic 'fused' runs as 'portable'/g)).toHaveLength(1);
  });

  it('without WebAssembly has the JavaScript backend, the same draws, and a clear word for wasm', () => {
    const body = `
      const kernel = (backend) => Array.from(new MLP({ inputSize: 3, layers: [{ units: 2 }], seed: 5, backend }).getWeights()[0].kernel);
      let refusal = '';
      try { kernel('wasm'); } catch ({ message }) { refusal = message; }
      const result = { kernel: kernel('javascript'), draws: Array.from(new Rng(1).normal(5)), refusal };`;
    const { result: crippled } = runIn('delete globalThis.WebAssembly;', body);
    const { result: whole } = runIn('', body);
    expect(crippled).toMatchObject({
      refusal: expect.stringMatching(/^backend: 'wasm' cannot be had here.*'javascript'/),
    });
    expect(whole).toMatchObject({ refusal: '' });
    expect({ ...(crippled as object), refusal: '' }).toEqual(whole);
  });

  it('that has no memory left for another model says so', () => {
    const { result } = runIn(
      '',
      `const { Instance } = WebAssembly;
      new Rng(1).normal(1);
      WebAssembly.Instance = function () { throw new RangeError('WebAssembly.Instance(): Out of memory'); };
      let result;
      try { new MLP({ inputSize: 3, layers: [{ units: 2 }] }); } catch ({ name, message }) { result = [name, message]; }
      WebAssembly.Instance = Instance;`,
    );
    expect(result).toEqual([
      'RangeError',
      expect.stringMatching(/^memory: the engine has none left for another model/),
    ]);
  });

  it('compiles nothing and prints nothing before it is used', () => {
    const { result, stderr } = runIn(
      'let compiled = 0; WebAssembly.Module = class extends WebAssembly.Module { constructor(bytes) { super(bytes); compiled++; } };',
      'const result = compiled;',
    );
    expect(result).toBe(0);
    expect(stderr).toBe('');
  });

  it('shows the class by its name', () => {
    const { result } = runIn('', 'const result = [MLP.name, Rng.name];');
    expect(result).toEqual(['MLP', 'Rng']);
  });

  it('ends by itself after a fit', () => {
    const script = `
      import { MLP } from ${JSON.stringify(library)};
      const model = new MLP({ inputSize: 1, layers: [{ units: 1 }] });
      model.compile({ loss: 'meanSquaredError' });
      await model.fit([[1], [2]], [[1], [2]], { epochs: 20000 });
      process.stdout.write('done');`;
    const options = { encoding: 'utf8', timeout: 30_000 } as const;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], options)).toBe('done');
  });
});
