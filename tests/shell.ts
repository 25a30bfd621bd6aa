import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** The built command. */
export const program = fileURLToPath(new URL('../build/cli/evenkeel.js', import.meta.url));

/** The command as a shell runs it, in a folder of its own that goes with the tests of the file. */
export function shell() {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (...args: string[]) => {
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
    return { status, stdout, stderr };
  };
  return { folder, run };
}
