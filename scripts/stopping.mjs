/** Runs child processes so that a script that is stopped, as by Ctrl-C, ends them and cleans up before it ends itself. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Returns an AbortSignal that a signal to this process aborts, instead of ending it at once. The exit code becomes 128 plus the
 * signal's number, as shells expect. Ctrl-C arrives twice, from the terminal and from npm, so that later signals change nothing.
 */
export function stopSignal() {
  const controller = new AbortController();
  const stop = (name) => {
    if (controller.signal.aborted) return;
    process.exitCode = 128 + constants.signals[name];
    controller.abort(new Error(`Stopped by ${name}.`));
  };
  for (const name of NAMES) process.on(name, stop);
  return controller.signal;
}

/**
 * Runs a program and returns what it printed. If the signal aborts, it ends the program and waits for that, so that nothing
 * writes to a folder that is about to be removed.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, signal: AbortSignal }} options
 * @returns {Promise<string>}
 * @throws the signal's reason; or Error with what the program printed to its standard error, if it fails
 */
export function run(file, args, { cwd, signal }) {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = () => child.kill();
    signal.addEventListener('abort', end);
    let [out, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (status, killed) => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason);
      else if (status === 0) resolve(out);
      else reject(new Error(`${file} ${args.join(' ')}: ended with ${status ?? killed}\n${errors}`));
    });
  });
}
