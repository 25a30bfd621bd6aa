/** Worker side of a search: trains the jobs that it receives. */
import type { Fold } from '../../data/index.js';
import { useFused, useJavascript, useNames } from '../../extras/index.js';
import { type JobResult, runJob, type SearchData } from './job.js';
import type { GridBase } from './plan.js';

export interface JobMessage {
  readonly job: number;
  readonly options: GridBase;
  readonly rows: Fold;
}

export type JobAnswer = { readonly job: number } & (
  | { readonly result: JobResult }
  | { readonly error: Error }
);

// This program runs as text, and the flags of the process decide whether it has `require` or `import`.
const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');

// A job needs no other parts: it has one thread, saves nothing, and its options are checked before it is sent.
useJavascript();
useFused();
useNames();
const data = workerData as SearchData;
parentPort!.on('message', async ({ job, options, rows }: JobMessage) => {
  const answer: JobAnswer = await runJob(data, options, rows).then(
    (result) => ({ job, result }),
    (error: Error) => ({ job, error }),
  );
  parentPort!.postMessage(answer);
});
