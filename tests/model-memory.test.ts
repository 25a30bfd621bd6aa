/** A thousand models made, trained and dropped in one process: the garbage collector keeps up, and nobody disposes. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const library = new URL('../build/js/index.js', import.meta.url).href;

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
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script(kept)],
    {
      encoding: 'utf8',
    },
  );
  expect(status, stderr).toBe(0);
  return stdout.trim().split('\n').map(Number);
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
