/** Standard output as a reader that may leave sees it. */
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
