/** Standard output and standard error, whose readers may leave. */
import { formatNumber } from '../format.js';
import type { Measures } from '../index.js';
import { visible } from '../visible.js';

const FAILED = 1;
/** A closed pipe, a terminal that is gone. */
const GONE: readonly (string | undefined)[] = ['EPIPE', 'EIO', 'ECONNRESET'];

/** Whether there are files to write, for which work goes on though nobody reads along. */
let filesWanted = false;

/** From here on the program ends with its files written, whatever becomes of its output. */
export function finishFiles(): void {
  filesWanted = true;
}

/**
 * `evenkeel random | head`: a reader that leaves has read enough, and ends the program, unless there are files to write. A full
 * disk or the like is said in a line and is status 1.
 */
export function watchOutput(): void {
  let failed = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (GONE.includes(error.code)) {
      if (!filesWanted) process.exit();
      return;
    }
    if (!filesWanted) fail(error);
    if (!failed) note(`${visible(error.message)}\n`);
    failed = true;
  });
  process.on('exit', (status) => {
    if (failed && status === 0) process.exitCode = FAILED;
  });
  // There is nowhere to say it.
  process.stderr.on('error', () => {});
}

/** Text for standard output. What comes of users in it has been made visible. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** The same for standard error. */
export function note(text: string): void {
  process.stderr.write(text);
}

/** Ends the program with status 1 and the reason in a line: for what is wrong outside of it. */
export function fail({ message }: Error): never {
  note(`${visible(message)}\n`);
  process.exit(FAILED);
}

/** Runs a command whose files and options may be wrong: that is said in a line, with status 1. */
export async function reporting(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    fail(error as Error);
  }
}

/** `loss 0.123, accuracy 0.95` */
export function listed(measures: Measures): string {
  return Object.entries(measures)
    .map(([name, value]) => `${visible(name)} ${formatNumber(value)}`)
    .join(', ');
}
