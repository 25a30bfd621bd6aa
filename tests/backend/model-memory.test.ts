/** Models made, trained and dropped in one process: the garbage collector keeps up, whatever became of their threads. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { listening } from '../support/listening.js';

const library = new URL('../../build/js/index.js', import.meta.url).href;

/** A model of half a megabyte of parameters, gradients and states; each is reachable until the next is made. */
const script = (kept: boolean) => `
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
      // As between the steps of a program: finalizers run when the stack is empty.
      await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(Math.round(process.memoryUsage.rss() / 1e6));
    }
  }`;

/** RSS in MB after 100, 200 … models. */
function run(kept: boolean): number[] {
  return node(script(kept)).trim().split('\n').map(Number);
}

function node(program: string, flags: readonly string[] = []): string {
  const parameters = [...flags, '--input-type=module', '-e', program];
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** Levels off: what a thousand take is little more than what three hundred do. */
function expectLevel(megabytes: readonly number[]): void {
  expect(megabytes, megabytes.join(', ')).toHaveLength(10);
  const [early, late] = [Math.max(...megabytes.slice(0, 3)), Math.min(...megabytes.slice(-3))];
  expect(late, `MB after each hundred: ${megabytes.join(', ')}`).toBeLessThan(1.5 * early + 50);
}

describe('a thousand models', () => {
  it('dropped one after another do not pile up', () => expectLevel(run(false)));

  it('that are kept do, and the test sees it', () => {
    expect(() => expectLevel(run(true))).toThrow(/MB after each hundred/);
  });
});

/** Models that may still stand in a register or on the stack. */
const ON_THE_STACK = 3;

/** How many of 12 models with threads are still held after they were fitted, ended in some way, and dropped. */
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
    // Not by themselves: what holds a model may be a worker that runs.
    process.stdout.write(String(held()));
    process.exit();`;
  return Number(node(program, ['--expose-gc', ...flags]));
}

const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';
/** What a test replaces: the class that the library asks the process for. */
const threadsOfNode = "const threads = process.getBuiltinModule('node:worker_threads');";

describe('a model with threads is collected', () => {
  it.each([
    { name: 'closed', after: 'model.close();' },
    { name: 'not closed' },
    {
      name: 'closed before it was ever fitted',
      after: `new MLP({ inputSize: 2, layers: [{ units: 2 }], threads: 2 }).close();`,
    },
    {
      name: 'refused its workers by an error',
      before: `${threadsOfNode} threads.Worker = class { constructor() { throw new Error('no workers here'); } };`,
    },
    { name: 'refused its workers by a permission', flags: [permission, '--allow-fs-read=*'] },
    {
      name: 'left by a worker that died',
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
      name: 'that gave its worker up',
      before: `
        const { wait } = Atomics;
        let stuck = false;
        Atomics.wait = (...given) => (stuck ? 'timed-out' : wait(...given));
        const { load } = Atomics;
        Atomics.load = (words, i) => (stuck && i === 1 ? 1 : load(words, i));`,
      after: `
        stuck = true;
        let failure;
        // Until the worker listens nothing is handed to it.
        while (failure === undefined) {
          failure = await model.fit(x, y).then(() => settle(), ({ message }) => message);
        }
        stuck = false;
        if (!/given up/.test(failure)) throw new Error(failure);`,
    },
  ])('$name', (use) => {
    expect(survivors(use)).toBeLessThanOrEqual(ON_THE_STACK);
  });

  it('and not where it is kept, which the test sees', () => {
    expect(survivors({ kept: true })).toBe(12);
  });
});
