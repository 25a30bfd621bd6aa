/** Engines that lack something, each in a process of its own, on the built package. */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listening } from '../support/listening.js';

const library = new URL('../../build/js/index.node.js', import.meta.url).href;
const theory = new URL('../../build/js/theory.node.js', import.meta.url).href;
const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a module that sets `result`, after `before` has removed something from the engine.
 *
 * @param shell  shell command that runs before the process starts, such as setting a limit
 */
function runIn(before: string, body: string, { flags = [] as readonly string[], shell = ':' } = {}) {
  const script = `${before}\nconst { MLP, Rng, recommended, heNormal, orthogonal, gain } = await import(${JSON.stringify(library)});\nconst { propagate } = await import(${JSON.stringify(theory)});\n${body}\nprocess.stdout.write(JSON.stringify(result));`;
  const { stdout, stderr, status } = spawnSync(
    'sh',
    ['-c', `${shell}; exec "$@"`, 'sh', process.execPath, ...flags, '--input-type=module', '-e', script],
    { cwd: root, encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  // A flag may make Node itself print a warning.
  const said = stderr.split('\n').filter((line) => !line.startsWith('Warning: disabling flag'));
  return { result: JSON.parse(stdout) as unknown, stderr: said.join('\n') };
}

const makeTwoFused = `
  const options = { inputSize: 3, layers: [{ units: 2 }], arithmetic: 'fused', seed: 5 };
  const models = [new MLP(options), new MLP(options)];`;

describe('an engine', () => {
  it('runs fused as portable and says so once if it lacks relaxed SIMD', () => {
    const { result, stderr } = runIn(
      'WebAssembly.validate = () => false;',
      `${makeTwoFused} const result = models.map((model) => model.arithmetic);`,
    );
    expect(result).toEqual(['portable', 'portable']);
    expect(stderr.match(/arithmetic 'fused' runs as 'portable'/g)).toHaveLength(1);
  });

  it('says so if it has no memory for another model', () => {
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
    const options = { encoding: 'utf8', timeout: 300_000 } as const;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], options)).toBe('done');
  });
});

/** Ways in which an engine has no WebAssembly or a policy forbids it, with the reason that each gives. */
const without: [
  name: string,
  cripple: { before?: string; flags?: string[]; shell?: string },
  reason: RegExp,
][] = [
  ['no WebAssembly at all', { before: 'delete globalThis.WebAssembly;' }, /the engine has no WebAssembly/],
  ['no compiler', { flags: ['--jitless'] }, /the engine has no WebAssembly/],
  // WebAssembly's SIMD needs the processor's SSE4.1.
  ...(process.arch === 'x64'
    ? (
        [['no SIMD', { flags: ['--no-enable-sse4-1'] }, /the engine has no SIMD in WebAssembly/]] as const
      ).map(([name, { flags }, reason]): (typeof without)[number] => [name, { flags: [...flags] }, reason])
    : []),
  [
    'a policy that forbids compiling, like that of Cloudflare or of a page',
    {
      before: `WebAssembly.Module = class { constructor() {
        throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
      } };`,
    },
    /a policy of the page or the host forbids it \(.*disallowed by embedder/,
  ],
  [
    'a policy that forbids only instances, like that of WebKit',
    { before: "WebAssembly.Instance = class { constructor() { throw new EvalError('unsafe-eval'); } };" },
    /a policy of the page or the host forbids it \(unsafe-eval/,
  ],
  [
    'stubs in place of WebAssembly',
    { before: 'globalThis.WebAssembly = {};' },
    /not a constructor|not a function/,
  ],
  [
    'no memory of any size',
    { before: "WebAssembly.Memory = class { constructor() { throw new RangeError('Out of memory'); } };" },
    /Out of memory/,
  ],
  // Node 20 and 22 reserve 10 GB of addresses for a memory. Later versions see the limit and do not.
  ...(Number(process.versions.node.split('.')[0]) < 24
    ? ([['a limit on addresses', { shell: 'ulimit -v 4000000' }, /could not allocate memory/]] as const).map(
        ([name, cripple, reason]): (typeof without)[number] => [name, cripple, reason],
      )
    : []),
];

describe.each(without)('an engine with %s', (_, { before = '', ...how }, reason) => {
  const options = "{ inputSize: 3, layers: [{ units: 4, activation: 'relu' }, { units: 2 }], seed: 5 }";

  it('draws the same bits in JavaScript', () => {
    const body = `
      const draws = [
        ...['normal', 'uniform', 'truncatedNormal', 'bits', 'permutation'].map((name) => new Rng(1)[name](50)),
        new Rng(2).integers(9, 7),
        heNormal()([30, 20], new Rng('w')),
        orthogonal()([6, 5], new Rng(3)),
        new MLP({ ...${options}, backend: 'javascript' }).getWeights()[0].kernel,
      ].map((values) => Array.from(values));
      const result = { draws, gain: gain('gelu') };`;
    const crippled = runIn(before, body, how);
    expect(crippled.stderr).toBe('');
    const [ours, theirs] = [crippled, runIn('', body)].map(
      ({ result }) => result as { draws: number[][]; gain: number },
    );
    expect(ours!.draws).toEqual(theirs!.draws);
    expect(ours!.gain).toBeCloseTo(theirs!.gain, 6);
  });

  it('runs models without a named backend in JavaScript, which the model says, and warns once', () => {
    const body = `
      const models = [
        new MLP(${options}),
        new MLP(${options}),
        recommended({ inputSize: 3, classes: 2 }),
        MLP.load(new MLP({ ...${options}, backend: 'javascript' }).save()),
        new MLP(${options}).folded(),
      ];
      const said = models.map(({ backend, config }) => [backend, config.backend]);
      const own = new MLP({ ...${options}, backend: 'javascript' });
      const x = new Rng(8).normal(30);
      const fit = async (model) => {
        model.compile({ loss: 'meanSquaredError' });
        await model.fit(x, x.subarray(0, 20), { epochs: 3 });
        return Array.from(model.predict(x));
      };
      const { layers } = propagate({ depth: 2, width: 4, activation: 'relu', networks: 3 });
      const result = { said, same: String(await fit(models[0])) === String(await fit(own)), layers: layers.length };`;
    const { result, stderr } = runIn(before, body, how);
    expect(result).toEqual({ said: Array(5).fill(['javascript', 'javascript']), same: true, layers: 2 });
    const lines = stderr.trim().split('\n');
    expect(lines).toEqual([expect.stringMatching(/^evenkeel: the slower backend 'javascript' runs/)]);
    expect(lines[0]).toMatch(reason);
  });

  it('refuses the backend wasm if it is requested, and says what to use', () => {
    const body = `
      const refusals = [
        () => new MLP({ ...${options}, backend: 'wasm' }),
        () => recommended({ inputSize: 3, classes: 2, backend: 'wasm' }),
        () => propagate({ depth: 2, width: 4, activation: 'relu', backend: 'wasm' }),
        () => MLP.load(new MLP({ ...${options}, backend: 'javascript64' }).save(), { backend: 'wasm' }),
      ];
      const result = refusals.map((run) => {
        try { run(); } catch ({ name, message }) { return [name, message]; }
      });`;
    const { result, stderr } = runIn(before, body, how);
    const refusal = [
      'Error',
      expect.stringMatching(/^backend: 'wasm' is unavailable here.*use 'javascript'/s),
    ];
    expect(result).toEqual([refusal, refusal, refusal, refusal]);
    expect((result as string[][])[0]![1]).toMatch(reason);
    expect(stderr).toBe('');
  });
});

describe('an engine that lacks nothing', () => {
  it('runs WebAssembly if no backend is named, and prints nothing', () => {
    const { result, stderr } = runIn(
      '',
      `const used = [new MLP({ inputSize: 1, layers: [{ units: 1 }] }), recommended({ inputSize: 3, classes: 2 })];
      const result = used.map(({ backend }) => backend);`,
    );
    expect(result).toEqual(['wasm', 'wasm']);
    expect(stderr).toBe('');
  });
});

/** Code for an engine that lets a shared memory grow to so many pages and no further; 0 pages mean no shared memory. */
const sharing = (pages: number) => `
  const { Memory } = WebAssembly;
  const asked = [];
  WebAssembly.Memory = class {
    constructor(limits) {
      if (limits.shared) asked.push(limits.maximum);
      if (limits.shared && limits.maximum > ${pages}) throw new RangeError('Out of memory');
      return new Memory(limits);
    }
  };`;
const threaded = `
  ${listening}
  const options = { inputSize: 400, layers: [{ units: 400 }, { units: 2, activation: 'softmax' }], seed: 1 };
  const x = new Rng(8).normal(64 * 400);
  const y = new Uint8Array(64).map((_, i) => i % 2);
  const fit = async (model) => {
    model.compile({ loss: 'crossEntropy' });
    await model.predictAsync(x);
    await listening();
    await model.fit(x, y, { epochs: 2 });
    return String(model.getWeights()[0].kernel);
  };`;

describe('an engine that shares less memory than requested', () => {
  it.each([
    [65536, [65536]],
    [40000, [65536, 32768]],
    [4096, [65536, 32768, 16384, 8192, 4096]],
    [1024, [65536, 32768, 16384, 8192, 4096, 2048, 1024]],
  ])('gives threads a memory of at most %i pages', (pages, maxima) => {
    const { result, stderr } = runIn(
      sharing(pages),
      `${threaded}
      const model = new MLP({ ...options, threads: 2 });
      const result = { threads: model.threads, asked, same: (await fit(model)) === (await fit(new MLP(options))) };`,
    );
    expect(result).toEqual({ threads: { count: 2 }, asked: maxima, same: true });
    expect(stderr).toBe('');
  });

  it('refuses a model that does not fit, and says how much it may have', () => {
    const { result } = runIn(
      sharing(1024),
      `let result;
      try { new MLP({ inputSize: 10000, layers: [{ units: 10000 }], threads: 2 }); } catch ({ message }) { result = message; }`,
    );
    expect(result).toMatch(
      /^memory: \d+ MB are needed, but a memory shared by threads on this engine ends at 64 MB/,
    );
  });

  it.each([
    ['too little', sharing(512), 'Out of memory'],
    ['none', sharing(0), 'Out of memory'],
    [
      'no shared module',
      `const { Module } = WebAssembly;
      WebAssembly.Module = class {
        constructor(bytes) {
          if (bytes.join().includes('3,101,110,118,6,109,101,109,111,114,121,2,3')) throw new Error('no threads in modules');
          return new Module(bytes);
        }
      };`,
      'no threads in modules',
    ],
  ])('runs one thread and says why: %s', (_, before, why) => {
    const { result, stderr } = runIn(
      before,
      `${threaded}
      const models = [new MLP({ ...options, threads: 2 }), new MLP({ ...options, threads: 2 })];
      const result = {
        threads: models.map(({ threads }) => threads),
        backend: models[0].backend,
        same: (await fit(models[0])) === (await fit(new MLP(options))),
      };`,
    );
    const reason = `no memory can be shared: ${why}`;
    const threads = { count: 1, reason };
    expect(result).toEqual({ threads: [threads, threads], backend: 'wasm', same: true });
    expect(stderr).toBe(`evenkeel: one thread runs instead of the requested 2: ${reason}\n`);
  });
});

describe('a host without', () => {
  it.each([
    'performance',
    'console',
    'FinalizationRegistry',
    'setImmediate',
    'MessageChannel',
    'WorkerGlobalScope',
  ])('%s trains with threads and without, and behaves like others', (name) => {
    const body = `${threaded}
      const two = new MLP({ ...options, threads: 2 });
      const same = (await fit(new MLP(options))) === (await fit(two));
      const alone = new MLP({ ...options, backend: 'javascript', threads: 2 });
      const result = [same, two.threads.count, alone.threads.count];`;
    expect(runIn(`delete globalThis.${name};`, body).result).toEqual([true, 2, 1]);
  });
});
