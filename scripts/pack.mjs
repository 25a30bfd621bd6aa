import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './npm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packs the built package into a folder that exists. Returns the path of the tarball. */
export function packInto(folder) {
  const options = { cwd: root, encoding: 'utf8' };
  const command = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { status, stdout, stderr, error } = npm(command, options);
  if (status !== 0) throw new Error(`npm pack failed\n${stderr || error}`);
  return join(folder, JSON.parse(stdout)[0].filename);
}
