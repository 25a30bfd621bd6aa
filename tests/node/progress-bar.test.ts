import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Callback, MLP } from '../../src/index.js';
import { progressBar } from '../../src/node/index.js';

const ESCAPE = '\u001b';
const x = Float32Array.from({ length: 24 }, (_, i) => ((i * 7) % 24) / 24 - 0.5);
const y = Uint8Array.from({ length: 12 }, (_, i) => i % 3);

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** Creates a stream that records what a terminal with so many columns, or a file, receives. */
function sink(isTTY: boolean, columns = 80) {
  const writes: string[] = [];
  return {
    isTTY,
    columns,
    write(text: string) {
      writes.push(text);
      return true;
    },
    writes,
    /** Drawn bars, in order. */
    get bars() {
      return writes.filter((text) => text.startsWith('epoch') && !text.endsWith('\n'));
    },
    get lines() {
      return writes.filter((text) => text.endsWith('\n')).join('');
    },
    /** Text that is visible at the end: of each line the part written after it was last cleared. */
    get screen() {
      const lines = writes.join('').split('\n');
      const visible = lines.map((line) => line.slice(line.lastIndexOf(`${ESCAPE}[2K`) + 1));
      return visible.map((line) => line.replace(/^\[2K/, '')).join('\n');
    },
  };
}

function compiled(): MLP {
  const layers = [
    { units: 4, activation: 'tanh' },
    { units: 3, activation: 'softmax' },
  ] as const;
  const model = new MLP({ inputSize: 2, layers, seed: 4 });
  model.compile({ loss: 'crossEntropy', metrics: ['accuracy'] });
  return model;
}

/** Advances the clock by `milliseconds` at every batch. */
function slowly(milliseconds: number): Callback {
  vi.useFakeTimers({ toFake: ['performance', 'Date', 'setTimeout', 'clearTimeout'] });
  return {
    onBatchEnd: () => {
      vi.advanceTimersByTime(milliseconds);
    },
  };
}

const number = '[\\d.e-]+';

describe('on a terminal', () => {
  it('draws epoch, bar, batches, mean loss, rate and time left, and leaves one line per epoch', async () => {
    const stream = sink(true);
    const losses: number[] = [];
    const clock = slowly(500);
    const noting: Callback = { onBatchEnd: ({ loss }) => void losses.push(loss) };
    const history = await compiled().fit(x, y, {
      epochs: 2,
      batchSize: 3,
      validationData: [x, y],
      callbacks: [clock, noting, progressBar({ stream })],
    });

    // Three rows take half a second; two of eight batches are done, and the other six take half a second each.
    const mean = ((losses[0]! + losses[1]!) / 2).toPrecision(3);
    expect(stream.bars).toContain(`epoch 1/2 ██████░░░░░░ 2/4 loss ${mean} 6 samples/s 3 s left`);
    expect(stream.bars.at(-1)).toMatch(/^epoch 2\/2 █{12} 4\/4 loss .* 0 s left$/);
    const { loss, validation } = history;
    const share = new RegExp(
      `^epoch 1/2  loss ${loss[0]!.toPrecision(3)}  accuracy ${number}  validation: loss ${validation.loss[0]!.toPrecision(3)}  accuracy ${number}\n` +
        `epoch 2/2  loss ${loss[1]!.toPrecision(3)}  accuracy ${number}  validation: loss ${number}  accuracy ${number}\n$`,
    );
    expect(stream.screen).toMatch(share);
  });

  it('changes no setting of it, so that a killed program leaves nothing to restore', async () => {
    const stream = sink(true);
    await compiled().fit(x, y, { epochs: 2, callbacks: [progressBar({ stream })] });
    // A hidden cursor, disabled wrapping and another screen are private modes.
    expect(stream.writes.join('')).not.toContain(`${ESCAPE}[?`);
  });

  it('stays within its columns', async () => {
    const stream = sink(true, 30);
    await compiled().fit(x, y, {
      epochs: 2,
      batchSize: 3,
      callbacks: [slowly(500), progressBar({ stream })],
    });
    expect(stream.bars.length).toBeGreaterThan(4);
    for (const bar of stream.bars) expect(bar.length).toBeLessThanOrEqual(30);
  });

  it('counts the batches of a stream of unknown length', async () => {
    const stream = sink(true);
    function* batches() {
      for (let i = 0; i < 4; i++) yield { x: x.subarray(6 * i, 6 * i + 6), y: y.subarray(3 * i, 3 * i + 3) };
    }
    await compiled().fit(batches, { epochs: 2, callbacks: [slowly(500), progressBar({ stream })] });
    expect(stream.bars).toContainEqual(
      expect.stringMatching(new RegExp(`^epoch 1/2 batch 2 loss ${number} 6 samples/s$`)),
    );
    expect(stream.screen).toMatch(/^epoch 1\/2 {2}loss .*\nepoch 2\/2 {2}loss .*\n$/);
  });

  it('says where an aborted fit stopped, and continues from there', async () => {
    const stream = sink(true);
    const model = compiled();
    const callback = progressBar({ stream });
    const controller = new AbortController();
    const clock = slowly(500);
    const aborting: Callback = {
      onBatchEnd: ({ epoch, batch }) => {
        if (epoch === 2 && batch === 2) controller.abort(new Error('enough'));
      },
    };
    const { signal } = controller;
    const options = { epochs: 3, batchSize: 3 };
    const callbacks = [clock, aborting, callback];
    await expect(model.fit(x, y, { ...options, callbacks, signal })).rejects.toThrow('enough');
    expect(stream.screen).toMatch(
      /^epoch 1\/3 {2}loss .*\nepoch 2\/3 {2}ended at batch 2 of 4 {2}loss .*\n$/,
    );
    expect(vi.getTimerCount()).toBe(0);

    await model.fit(x, y, { ...options, epochs: 1, callbacks: [clock, callback] });
    // The rate covers only this fit, which begins at batch 3.
    expect(stream.bars.at(-1)).toMatch(/^epoch 2\/2 █{12} 4\/4 loss .* 6 samples\/s 0 s left$/);
    expect(stream.lines.split('\n').at(-2)).toMatch(/^epoch 2\/2 {2}loss .*accuracy/);
  });

  it.each(['onFitBegin', 'onBatchEnd', 'onEpochEnd'] as const)(
    'clears up after an %s that throws',
    async (name) => {
      const stream = sink(true);
      slowly(0);
      const failing: Callback = {
        [name]: () => {
          throw new Error('no');
        },
      };
      const callbacks = [progressBar({ stream }), failing];
      await expect(compiled().fit(x, y, { epochs: 2, batchSize: 3, callbacks })).rejects.toThrow('no');
      expect(stream.screen).toMatch(/^(epoch .*\n)?$/);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('draws nothing for a fit of no epochs', async () => {
    const stream = sink(true);
    await compiled().fit(x, y, { epochs: 0, callbacks: [progressBar({ stream })] });
    expect(stream.writes).toEqual([]);
  });
});

describe('on a stream without a cursor', () => {
  it.each([
    ['a file', false, 'xterm'],
    ['a terminal that cannot move its cursor', true, 'dumb'],
  ])('writes one line per epoch to %s, and nothing else', async (_, isTTY, term) => {
    vi.stubEnv('TERM', term);
    const stream = sink(isTTY);
    const model = compiled();
    const callback = progressBar({ stream });
    const { loss } = await model.fit(x, y, { epochs: 2, callbacks: [callback] });
    await model.fit(x, y, { epochs: 1, validationData: [x, y], callbacks: [callback] });
    const measures = `loss ${number}  accuracy ${number}`;
    expect(stream.writes.join('')).toMatch(
      new RegExp(
        `^epoch 1/2  loss ${loss[0]!.toPrecision(3)}  accuracy ${number}\nepoch 2/2  ${measures}\nepoch 3/3  ${measures}  validation: ${measures}\n$`,
      ),
    );
  });

  it('leaves no line for an aborted epoch', async () => {
    const stream = sink(false);
    const stopping: Callback = { onBatchEnd: () => 'stop' };
    await compiled().fit(x, y, { epochs: 2, batchSize: 3, callbacks: [progressBar({ stream }), stopping] });
    expect(stream.writes).toEqual([]);
  });
});

it('refuses what is not a stream', () => {
  expect(() => progressBar({ stream: 'stderr' as never })).toThrow(
    new TypeError("stream: expected a stream to write to, got 'stderr'"),
  );
  expect(() => progressBar({ strem: process.stderr } as never)).toThrow(/^options\.strem: .*'stream'/);
});
