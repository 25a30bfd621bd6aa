/** Workers of this machine that train one fit each at a time. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { reasonOf, throwIfAborted } from '../../abort.js';
import type { Fold } from '../../data/index.js';
import type { AbortSignalLike } from '../../index.js';
import { type JobResult, runJob, type SearchData } from './job.js';
import type { GridBase } from './plan.js';
import type { JobAnswer, JobMessage } from './worker.js';

export interface Job {
  readonly options: GridBase;
  readonly fold: Fold;
}

export const availableWorkers = availableParallelism;

/**
 * Runs all jobs, as many at a time as there are workers; one worker is this thread itself.
 *
 * @param onResult  told of each when it is through, in whatever order
 * @throws what a job throws, or the signal's reason; what runs then is ended
 */
export async function runJobs(
  data: SearchData,
  jobs: readonly Job[],
  workers: number,
  onResult: (job: number, result: JobResult) => void,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  if (workers > 1 && jobs.length > 1) {
    await inWorkers(data, jobs, Math.min(workers, jobs.length), onResult, signal);
    return;
  }
  for (const [j, { options, fold }] of jobs.entries()) {
    throwIfAborted(signal);
    onResult(j, await runJob(data, options, fold));
  }
  // Also where it came with the last result, as among workers.
  throwIfAborted(signal);
}

async function inWorkers(
  data: SearchData,
  jobs: readonly Job[],
  count: number,
  onResult: (job: number, result: JobResult) => void,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  throwIfAborted(signal);
  const pool: Worker[] = [];
  let next = 0;
  let onAbort = () => {};
  try {
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(reasonOf(signal!));
      signal?.addEventListener?.('abort', onAbort);
    });
    const all = Array.from({ length: count }, () => {
      // Without the process's own flags: what tells Node how to read its main program is refused for a file.
      const settings = { workerData: data, execArgv: [] };
      const worker = new Worker(new URL('./grid-worker.js', import.meta.url), settings);
      pool.push(worker);
      return new Promise<void>((resolve, reject) => {
        const send = () => {
          const job = next++;
          if (job >= jobs.length) return resolve();
          worker.postMessage({ job, ...jobs[job]! } satisfies JobMessage);
        };
        worker.on('error', reject);
        worker.on('exit', (code) => reject(new Error(`workers: one ended with exit code ${code}`)));
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
      });
    });
    await Promise.race([Promise.all(all), aborted]);
  } finally {
    signal?.removeEventListener?.('abort', onAbort);
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
}
