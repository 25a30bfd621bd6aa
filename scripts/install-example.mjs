/** Installs an example as a user would, with the packed library in place of the published one. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './npm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/**
 * Versions of everything that examples install. An example has no lock of its own, so that its folder can be copied.
 * `npm install --package-lock-only` in the folder of the lock writes it.
 */
const lock = fileURLToPath(new URL('../tests/examples/package-lock.json', import.meta.url));

/** Copies the example into a folder and installs it there. npm drops what the lock has for other examples. */
export function installExample(name, folder, tarball) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, 'examples', name), folder, { recursive: true });
  cpSync(lock, join(folder, 'package-lock.json'));
  run(['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], folder);
}

function run(args, cwd) {
  const { status, stdout, stderr, error } = npm(args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args[0]} in ${cwd} failed\n${stderr || error}`);
  return stdout;
}
