/** Tests of the workers of a grid search: results equal to one thread's, their end, and their place in a bundled program. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type GridProgress, gridSearch } from '../../src/node/index.js';
import { untyped } from '../support/refusals.js';
import { base, model, options, ownFolder, x, y } from '../support/searches.js';

const folder = ownFolder();

/** Node's own workers, which a test can watch end, or the reason why there are none. */
const { workers, refusing } = vi.hoisted(() => ({
  workers: [] as Worker[],
  refusing: { reason: undefined as Error | undefined },
}));
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  class Watched extends real.Worker {
    constructor(...given: ConstructorParameters<typeof real.Worker>) {
      if (refusing.reason !== undefined) throw refusing.reason;
      super(...given);
      workers.push(this);
    }
  }
  // This replaces both the imported class and the one that a model gets from the process.
  Object.assign(process.getBuiltinModule('node:worker_threads'), { Worker: Watched });
  return { ...real, Worker: Watched };
});
/** Returns true for a worker that has ended, which has no id. */
const running = () => workers.filter(({ threadId }) => threadId !== -1).length;
beforeEach(() => {
  workers.length = 0;
});

describe('workers', () => {
  it('give the result of one thread', async () => {
    const one = await gridSearch(x, y, options);
    expect(await gridSearch(x, y, { ...options, workers: 3 })).toEqual(one);
    // There are more workers than fits; only as many start as there are fits.
    workers.length = 0;
    expect(await gridSearch(x, y, { ...options, workers: 40 })).toEqual(one);
    expect(workers).toHaveLength(12);
  });

  it('have ended when the search is complete', async () => {
    await gridSearch(x, y, { ...options, workers: 2 });
    expect(workers).toHaveLength(2);
    expect(running()).toBe(0);
  });

  it('have ended when it was aborted', async () => {
    const controller = new AbortController();
    const stop = gridSearch(x, y, {
      ...options,
      workers: 2,
      signal: controller.signal,
      onResult: () => controller.abort('enough'),
    });
    await expect(stop).rejects.toBe('enough');
    expect(workers).toHaveLength(2);
    expect(running()).toBe(0);
  });

  it('do not start if the signal is already aborted', async () => {
    const signal = AbortSignal.abort('early');
    await expect(gridSearch(x, y, { ...options, workers: 2, signal })).rejects.toBe('early');
    expect(workers).toHaveLength(0);
  });

  it('leave no listener on a signal', async () => {
    const listeners = new Set<unknown>();
    const signal = {
      aborted: false,
      addEventListener: (_: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
    };
    let most = 0;
    const onResult = () => {
      most = Math.max(most, listeners.size);
    };
    await gridSearch(x, y, { ...options, workers: 2, signal: untyped(signal), onResult });
    expect(most).toBe(1);
    expect(listeners.size).toBe(0);
  });

  it('have ended after a callback threw', async () => {
    const onResult = () => {
      throw new Error('no more');
    };
    await expect(gridSearch(x, y, { ...options, workers: 2, onResult })).rejects.toThrow('no more');
    expect(running()).toBe(0);
  });

  it('end the search if one dies, and the results so far are kept', async () => {
    const file = join(folder, 'death.jsonl');
    const found = gridSearch(x, y, {
      ...options,
      workers: 2,
      file,
      onResult: ({ done }) => {
        if (done === 3) workers[0]!.terminate();
      },
    });
    await expect(found).rejects.toThrow(/^workers: a worker ended with exit code/);
    expect(running()).toBe(0);
    const kept = readFileSync(file, 'utf8').trimEnd().split('\n').length - 1;
    expect(kept).toBeGreaterThanOrEqual(3);
    // Nothing is trained twice, and the result equals that of an uninterrupted search.
    let first: GridProgress | undefined;
    const rest = await gridSearch(x, y, {
      ...options,
      file,
      onResult: (progress) => {
        first ??= progress;
      },
    });
    expect(first!.done).toBe(kept);
    expect(rest).toEqual(await gridSearch(x, y, options));
  });

  it('pass on the error of a fit', async () => {
    // A batch norm over one row is refused only once the folds are known.
    const layers = [{ units: 2, batchNorm: true }, model.layers[1]!];
    const refused = {
      ...options,
      base: { ...base, model: { ...model, layers }, fit: { batchSize: 79 } },
      grid: {},
    };
    await expect(gridSearch(x, y, refused)).rejects.toThrow(/^batchSize: the last batch of 80 rows/);
    await expect(gridSearch(x, y, { ...refused, workers: 2 })).rejects.toThrow(
      /^batchSize: the last batch of 80 rows/,
    );
    expect(workers).toHaveLength(2);
    expect(running()).toBe(0);
  });

  it('leave the fits to this thread if they cannot start, with one warning', async () => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
    refusing.reason = new Error('Access to this API has been restricted');
    const found = await gridSearch(x, y, { ...options, workers: 3 });
    refusing.reason = undefined;
    expect(found).toEqual(await gridSearch(x, y, options));
    expect(said.mock.calls).toEqual([
      [
        'evenkeel: workers: trains in one thread, because 3 workers cannot start: Access to this API has been restricted',
      ],
    ]);
    said.mockRestore();
  });

  it('end with their fits if a model has threads', async () => {
    const wide = { ...model, layers: [{ units: 64 }, model.layers[1]!], threads: 2 };
    await gridSearch(x, y, { ...options, base: { ...base, model: wide }, grid: {} });
    expect(workers).toHaveLength(3);
    await vi.waitFor(() => expect(running()).toBe(0), { timeout: 300_000 });
  });
});

describe('a bundled program', () => {
  const program = `
    import { gridSearch } from 'evenkeel/node';
    const options = ${JSON.stringify(options)};
    const x = Float32Array.of(${[...x].join()});
    const y = [${y.join()}];
    gridSearch(x, y, { ...options, workers: 2 }).then((found) => console.log(JSON.stringify(found)));`;

  it.each(['esm', 'cjs'] as const)('has workers as one file in another folder (%s)', async (format) => {
    const outfile = join(folder, format, format === 'esm' ? 'program.mjs' : 'program.cjs');
    const resolveDir = fileURLToPath(new URL('../..', import.meta.url));
    await build({
      stdin: { contents: program, resolveDir },
      bundle: true,
      platform: 'node',
      minify: true,
      format,
      outfile,
      logLevel: 'silent',
    });
    const { stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8', cwd: folder });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(await gridSearch(x, y, options));
  });

  // Flags that tell Node how to read a program apply to a worker's text too, unless the pool drops them.
  it.each([[], ['--experimental-default-type=module'], ['--input-type=module']].filter(isKnown))(
    'has them under %s too',
    (...flags) => {
      const parameters = [...flags, '--input-type=module', '-e', program];
      const settings = { encoding: 'utf8', cwd: fileURLToPath(new URL('../..', import.meta.url)) } as const;
      const { stdout, stderr } = spawnSync(process.execPath, parameters, settings);
      expect(
        stderr
          .replace(/^.*ExperimentalWarning.*$/gm, '')
          .replace(/^\(Use `node.*$/gm, '')
          .trim(),
      ).toBe('');
      expect(JSON.parse(stdout).points).toHaveLength(4);
    },
  );
});

/** Returns true if this Node knows the flags. */
function isKnown(flags: readonly string[]): boolean {
  return spawnSync(process.execPath, [...flags, '-e', '']).status === 0;
}
