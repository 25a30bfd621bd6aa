import { spawnSync } from 'node:child_process';

/**
 * Returns the command line of the npm that runs this script. The npm on PATH may be another one: `npm run` puts the project's own
 * binaries first, and as-pect's dependencies include an npm of 2022.
 */
export function npmCommand(args) {
  const cli = process.env.npm_execpath;
  return cli ? [process.execPath, [cli, ...args]] : ['npm', args];
}

/** Runs the npm that runs this script. */
export function npm(args, options) {
  return spawnSync(...npmCommand(args), options);
}
