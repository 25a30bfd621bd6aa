/** Standard output and standard error, whose readers may close them. */
import { once } from 'node:events';
import { formatNumber } from '../format.js';
import type { Measures } from '../index.js';
import { visible } from '../visible.js';
import { inCommandWords } from './wording.js';

const FAILED = 1;
/** Error codes of a closed pipe or terminal. */
const GONE: readonly (string | undefined)[] = ['EPIPE', 'EIO', 'ECONNRESET'];

/** True if there are files to write, for which work continues after the output is closed. */
let filesWanted = false;

/** Declares that the program writes files, which it finishes even if its output is closed. */
export function finishFiles(): void {
  filesWanted = true;
}

/**
 * Handles errors of an output. If its reader closes it, as in `evenkeel random | head`, the program ends, unless there are files to
 * write. Any other error, such as a full disk, is reported in one line and gives status 1.
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
  // Standard error itself failed, so nothing can be reported.
  process.stderr.on('error', () => {});
}

/** Prints text, in which users' text must be escaped already, to standard output. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** Prints parts like `print`, and waits while the reader is behind. */
export async function printParts(parts: AsyncIterable<string>): Promise<void> {
  for await (const part of parts) {
    if (!process.stdout.write(part)) await once(process.stdout, 'drain');
  }
}

/** Prints text, in which users' text must be escaped already, to standard error. */
export function note(text: string): void {
  process.stderr.write(text);
}

/** Reports a fault outside the program in one line, and ends the program with status 1. */
export function fail({ message }: Error): never {
  note(`${visible(message)}\n`);
  process.exit(FAILED);
}

/**
 * Runs a command and reports an error in its files or options in one line, with status 1.
 *
 * @param inWords  translates the message; the second argument is true for errors about files, which open with a path
 */
export async function reporting(
  run: () => Promise<void>,
  inWords: (message: string, isAboutFile: boolean) => string = inCommandWords,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { message, cause } = error as Error;
    // Only errors about files have a cause.
    fail(new Error(inWords(message, cause !== undefined)));
  }
}

/** Formats measures as `loss 0.123, accuracy 0.95`. */
export function listed(measures: Measures): string {
  return Object.entries(measures)
    .map(([name, value]) => `${visible(name)} ${formatNumber(value)}`)
    .join(', ');
}
