import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, onTestFinished } from 'vitest';

/** Path of the built command. */
export const program = fileURLToPath(new URL('../../build/cli/evenkeel.js', import.meta.url));

/** Runs the command as a shell does, in a folder that is deleted after the tests of the file. */
export function shell() {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (...args: string[]) => {
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
    return { status, stdout, stderr };
  };
  /** Starts the command without waiting for its end. */
  const start = (...args: string[]) =>
    new Running(spawn(process.execPath, [...TELL, program, ...args], { cwd: folder }));
  return { folder, run, start };
}

const LISTENING = 'listening for signals';

/** Makes the command write to standard error once it listens for signals; an earlier signal would end Node itself. */
const TELL = [
  '--import',
  `data:text/javascript,const { on } = process; process.on = (name, ...rest) => { on.call(process, name, ...rest); if (name === 'SIGHUP') process.stderr.write('${LISTENING}\\n'); return process; };`,
];

/** A running command. Tests wait for its output, never for a time. */
export class Running {
  stdout = '';
  stderr = '';
  readonly child: ChildProcess;
  /** Exit status, or the name of the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly #waiting = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.child = child;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]!.setEncoding('utf8').on('data', (part: string) => {
        this[name] += part;
        for (const look of this.#waiting) look();
      });
    }
    // A failed test may have left it running.
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    this.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  }

  /** Resolves as soon as standard error, or standard output, matches; rejects if the command ends before. */
  async says(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stderr'): Promise<void> {
    let look = () => {};
    const said = new Promise<true>((resolve) => {
      look = () => {
        if (pattern.test(this[stream])) resolve(true);
      };
      this.#waiting.add(look);
      look();
    });
    const first = await Promise.race([said, this.ended]);
    this.#waiting.delete(look);
    if (first !== true) throw new Error(`ended with ${first} before it said ${pattern}:\n${this.stderr}`);
  }

  /** Resolves when the command listens for signals. */
  listens(): Promise<void> {
    return this.says(new RegExp(LISTENING));
  }
}
