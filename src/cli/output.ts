/** Standard output as a reader that may leave sees it. */

import { formatNumber } from '../format.js';
import type { Measures } from '../index.js';

const FAILED = 1;

/** `npm start | head`: who stops reading has read enough. A full disk, or the like, is said in a line. */
export function leaveQuietlyWithTheReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    fail(error);
  });
}

/** For what is wrong outside the program. */
export function fail({ message }: Error): never {
  process.stderr.write(`${message}\n`);
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
    .map(([name, value]) => `${name} ${formatNumber(value)}`)
    .join(', ');
}
