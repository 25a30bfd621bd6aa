/** Debian's Python, with a package that a machine need not have. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Returns the path of a Python that has a package; undefined if there is none. */
export function pythonWith(name: string): string | undefined {
  return ['/usr/bin/python3', 'python3'].find(
    (path) => spawnSync(path, ['-c', `import ${name}`], { encoding: 'utf8' }).status === 0,
  );
}

/** Runs a program in a folder. @throws Error with what it wrote, if it fails */
export function runPython(python: string, program: string, args: readonly string[], folder: string): string {
  const { status, stdout, stderr } = spawnSync(python, ['-c', program, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Runs a function with a folder that exists only meanwhile. */
export function inFolder<T>(run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-interop-'));
  try {
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
