/**
 * Creates, trains and drops many models in one process. The garbage collector must free them, whatever happened to their threads.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { listening } from '../support/listening.js';

const library = new URL('../../build/js/index.node.js', import.meta.url).href;

/**
 * Program that makes models with half a megabyte of parameters, gradients and states; each stays reachable until the next one.
 */
const script = (kept: boolean, pauses: boolean) => `
  const { MLP, adam } = await import(${JSON.stringify(library)});
  const x = new Float32Array(64 * 100).fill(0.5);
  const y = new Uint8Array(64);
  const kept = [];
  for (let i = 1; i <= 1000; i++) {
    const model = new MLP({
      inputSize: 100,
      layers: [{ units: 256, activation: 'relu', batchNorm: true, dropout: 0.2 }, { units: 10, activation: 'softmax' }],
    });
    model.compile({ loss: 'crossEntropy', optimizer: adam() });
    model.trainOnBatch(x, y);
    if (${kept}) kept.push(model);
    if (i % 100 === 0) {
      // Pauses like a program between two steps, because finalizers run when the stack is empty.
      if (${pauses}) await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(Math.round(process.memoryUsage.rss() / 1e6));
    }
  }`;

/** Runs the program and returns the RSS in MB after 100, 200 … models. */
function run(kept: boolean, pauses = true): number[] {
  return node(script(kept, pauses)).trim().split('\n').map(Number);
}

function node(program: string, flags: readonly string[] = []): string {
  const parameters = [...flags, '--input-type=module', '-e', program];
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** Expects the memory to level off: a thousand models take little more than three hundred. */
function expectLevel(megabytes: readonly number[]): void {
  expect(megabytes, megabytes.join(', ')).toHaveLength(10);
  const [early, late] = [Math.max(...megabytes.slice(0, 3)), Math.min(...megabytes.slice(-3))];
  expect(late, `MB after each hundred: ${megabytes.join(', ')}`).toBeLessThan(1.5 * early + 50);
}

describe('a thousand models', () => {
  it('take no more memory than a few hundred if they are dropped', () => expectLevel(run(false)));

  it('take no more memory if they are made and dropped within one task', () =>
    expectLevel(run(false, false)));

  it('take more memory if they are kept, which the test notices', () => {
    expect(() => expectLevel(run(true))).toThrow(/MB after each hundred/);
  });
});

/** Number of models that a register or the stack may still hold. */
const ON_THE_STACK = 3;

/** Counts those of 12 models with threads that are still held after they were fitted, ended in some way, and dropped. */
function survivors({ before = '', after = '', flags = [] as readonly string[], kept = false }): number {
  const program = `
    import { MLP, adam } from ${JSON.stringify(library)};
    console.warn = () => {};
    ${listening}
    const x = new Float32Array(64 * 512).fill(0.5);
    const y = new Uint8Array(64);
    const settle = () => new Promise((resolve) => setTimeout(resolve, 30));
    ${before}
    const kept = [];
    async function use() {
      const model = new MLP({
        inputSize: 512,
        layers: [{ units: 512, activation: 'relu' }, { units: 5, activation: 'softmax' }],
        threads: 2,
      });
      model.compile({ loss: 'crossEntropy', optimizer: adam() });
      await model.fit(x, y);
      await listening();
      await model.fit(x, y);
      ${after}
      if (${kept}) kept.push(model);
      return new WeakRef(model);
    }
    const models = [];
    for (let i = 0; i < 12; i++) models.push(await use());
    const held = () => models.filter((model) => model.deref() !== undefined).length;
    // Workers end, and finalizers run, in turns of their own.
    for (let i = 0; i < ${kept ? 5 : 1000} && held() > ${ON_THE_STACK}; i++) {
      await settle();
      gc();
    }
    // Without waiting for the workers to end, because a running worker may be what holds a model.
    process.stdout.write(String(held()));
    process.exit();`;
  return Number(node(program, ['--expose-gc', ...flags]));
}

const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';
/** Code with which a test replaces the class that the library gets from the process. */
const threadsOfNode = "const threads = process.getBuiltinModule('node:worker_threads');";

describe('a model with threads is collected', () => {
  it.each([
    { name: 'closed', after: 'model.close();' },
    { name: 'not closed' },
    {
      name: 'that was closed before its first fit',
      after: `new MLP({ inputSize: 2, layers: [{ units: 2 }], threads: 2 }).close();`,
    },
    {
      name: 'whose workers were refused by an error',
      before: `${threadsOfNode} threads.Worker = class { constructor() { throw new Error('no workers here'); } };`,
    },
    { name: 'whose workers were refused by a permission', flags: [permission, '--allow-fs-read=*'] },
    {
      name: 'of which a worker died',
      before: `
        ${threadsOfNode}
        let last;
        threads.Worker = class extends threads.Worker { constructor(...given) { super(...given); last = this; } };`,
      after: `
        if (model.threads.count !== 2) throw new Error('it ran as one thread before');
        last.emit('error', new Error('out of luck'));
        await model.fit(x, y);
        if (model.threads.count !== 1) throw new Error('nobody died');`,
    },
    {
      name: 'that gave up its worker',
      before: `
        const { wait } = Atomics;
        let stuck = false;
        Atomics.wait = (...given) => (stuck ? 'timed-out' : wait(...given));
        const { load } = Atomics;
        Atomics.load = (words, i) => (stuck && i === 1 ? 1 : load(words, i));`,
      after: `
        stuck = true;
        let failure;
        // A worker gets no work until it listens.
        while (failure === undefined) {
          failure = await model.fit(x, y).then(() => settle(), ({ message }) => message);
        }
        stuck = false;
        if (!/given up/.test(failure)) throw new Error(failure);`,
    },
  ])('$name', (use) => {
    expect(survivors(use)).toBeLessThanOrEqual(ON_THE_STACK);
  });

  it('is not collected if it is kept, which the test notices', () => {
    expect(survivors({ kept: true })).toBe(12);
  });
});
