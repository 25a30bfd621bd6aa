import { spawnSync } from 'node:child_process';

/**
 * Runs the npm that runs this script. The npm on PATH may be another one: `npm run` puts the project's own binaries first, and
 * as-pect's dependencies include an npm of 2022.
 */
export function npm(args, options) {
  const cli = process.env.npm_execpath;
  return cli ? spawnSync(process.execPath, [cli, ...args], options) : spawnSync('npm', args, options);
}
