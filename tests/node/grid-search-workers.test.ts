/** Workers of a grid search: the result of one thread, their end, and how they come along with a bundled program. */
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

/** Node's own workers, so that a test sees them end; or why there are none. */
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
  // Both the class that is imported and the one that a model asks the process for.
  Object.assign(process.getBuiltinModule('node:worker_threads'), { Worker: Watched });
  return { ...real, Worker: Watched };
});
/** A worker that has ended has no id any more. */
const running = () => workers.filter(({ threadId }) => threadId !== -1).length;
beforeEach(() => {
  workers.length = 0;
});

describe('workers', () => {
  it('come to the result of one thread', async () => {
    const one = await gridSearch(x, y, options);
    expect(await gridSearch(x, y, { ...options, workers: 3 })).toEqual(one);
    // More workers than fits: no more begin than there is work for.
    workers.length = 0;
    expect(await gridSearch(x, y, { ...options, workers: 40 })).toEqual(one);
    expect(workers).toHaveLength(12);
  });

  it('have ended when the search is through', async () => {
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

  it('do not begin for a signal that came before', async () => {
    const signal = AbortSignal.abort('early');
    await expect(gridSearch(x, y, { ...options, workers: 2, signal })).rejects.toBe('early');
    expect(workers).toHaveLength(0);
  });

  it('leave no listener at a signal', async () => {
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

  it('have ended when a callback threw', async () => {
    const onResult = () => {
      throw new Error('no more');
    };
    await expect(gridSearch(x, y, { ...options, workers: 2, onResult })).rejects.toThrow('no more');
    expect(running()).toBe(0);
  });

  it('end the search when one dies, and what was found is kept', async () => {
    const file = join(folder, 'death.jsonl');
    const found = gridSearch(x, y, {
      ...options,
      workers: 2,
      file,
      onResult: ({ done }) => {
        if (done === 3) workers[0]!.terminate();
      },
    });
    await expect(found).rejects.toThrow(/^workers: one ended with exit code/);
    expect(running()).toBe(0);
    const kept = readFileSync(file, 'utf8').trimEnd().split('\n').length - 1;
    expect(kept).toBeGreaterThanOrEqual(3);
    // Nothing is trained twice, and the result is that of a search that nothing ended.
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

  it('hand back what a fit refuses', async () => {
    // A batch norm of one row is refused only once the folds are known.
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

  it('that cannot be had leave the fits to this thread, and one warning says so', async () => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
    refusing.reason = new Error('Access to this API has been restricted');
    const found = await gridSearch(x, y, { ...options, workers: 3 });
    refusing.reason = undefined;
    expect(found).toEqual(await gridSearch(x, y, options));
    expect(said.mock.calls).toEqual([
      [
        'evenkeel: workers: one thread trains where 3 workers were to: Access to this API has been restricted',
      ],
    ]);
    said.mockRestore();
  });

  it('end with the fits that began them where a model has threads', async () => {
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

  it.each(['esm', 'cjs'] as const)('as one file in another folder (%s) has workers', async (format) => {
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

  // What tells Node how to read a program goes for a worker's text too, unless the pool sees to it.
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

/** True where this Node has the flags. */
function isKnown(flags: readonly string[]): boolean {
  return spawnSync(process.execPath, [...flags, '-e', '']).status === 0;
}
