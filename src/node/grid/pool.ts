/** Workers of this machine, each of which trains one fit at a time. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { brotliDecompressSync } from 'node:zlib';
import { reasonOf, throwIfAborted } from '../../abort.js';
import { binaries } from '../../backend/binary.js';
import { fused } from '../../backend/fused-binary.js';
import type { Fold } from '../../data/index.js';
import { messageOf } from '../../errors.js';
import type { AbortSignalLike } from '../../index.js';
import { warn } from '../../platform.js';
import { type JobResult, runJob, type SearchData } from './job.js';
import type { GridBase } from './plan.js';
import type { JobAnswer, JobMessage } from './worker.js';
import { workerText } from './worker-text.js';

export interface Job {
  readonly options: GridBase;
  /** Rows to train on and rows to measure on. */
  readonly rows: Fold;
}

export const availableWorkers = availableParallelism;

/**
 * Runs all jobs, one per worker at a time. A single worker is this thread itself. If no worker can start, this thread does the work
 * and one warning says why.
 *
 * @param onResult  called with each result, in any order
 * @throws the error of a job, or the signal's reason; running jobs are ended first
 */
export async function runJobs(
  data: SearchData,
  jobs: readonly Job[],
  workers: number,
  onResult: (job: number, result: JobResult) => void,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  throwIfAborted(signal);
  const pool = workers > 1 && jobs.length > 1 ? startWorkers(data, Math.min(workers, jobs.length)) : [];
  if (pool.length > 0) {
    await inWorkers(pool, jobs, onResult, signal);
    return;
  }
  for (const [j, { options, rows }] of jobs.entries()) {
    throwIfAborted(signal);
    onResult(j, await runJob(data, options, rows));
  }
  // The signal may have aborted during the last result, which counts as with workers.
  throwIfAborted(signal);
}

/** Starts the workers. @returns an empty array if the host refuses them, as Node's permission model does */
function startWorkers(data: SearchData, count: number): Worker[] {
  const pool: Worker[] = [];
  try {
    const program = brotliDecompressSync(Buffer.from(workerText, 'base64')).toString();
    while (pool.length < count) {
      // The process's own flags are dropped, because some of them change how Node reads a program that comes as text.
      pool.push(new Worker(program, { eval: true, workerData: { ...data, binaries, fused }, execArgv: [] }));
    }
    return pool;
  } catch (cause) {
    for (const worker of pool) void worker.terminate();
    warn(
      `evenkeel: workers: trains in one thread, because ${count} workers cannot start: ${messageOf(cause)}`,
    );
    return [];
  }
}

async function inWorkers(
  pool: readonly Worker[],
  jobs: readonly Job[],
  onResult: (job: number, result: JobResult) => void,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  let next = 0;
  let onAbort = () => {};
  try {
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(reasonOf(signal!));
      signal?.addEventListener?.('abort', onAbort);
    });
    const all = pool.map(
      (worker) =>
        new Promise<void>((resolve, reject) => {
          const send = () => {
            const job = next++;
            if (job >= jobs.length) return resolve();
            const { options, rows } = jobs[job]!;
            worker.postMessage({ job, options, rows } satisfies JobMessage);
          };
          worker.on('error', reject);
          worker.on('exit', (code) => reject(new Error(`workers: a worker ended with exit code ${code}`)));
          worker.on('message', (answer: JobAnswer) => {
            try {
              if ('error' in answer) throw answer.error;
              onResult(answer.job, answer.result);
              send();
            } catch (error) {
              reject(error);
            }
          });
          send();
        }),
    );
    await Promise.race([Promise.all(all), aborted]);
  } finally {
    signal?.removeEventListener?.('abort', onAbort);
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
}
