import { spawnSync } from 'node:child_process';

/**
 * Runs the npm that runs us. The one on PATH may be another: within `npm run` the project's own binaries come first, and
 * as-pect's dependencies bring an npm of 2022 along.
 */
export function npm(args, options) {
  const cli = process.env.npm_execpath;
  return cli ? spawnSync(process.execPath, [cli, ...args], options) : spawnSync('npm', args, options);
}
