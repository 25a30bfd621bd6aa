/**
 * `npm run test:interop`: tests with other tools. It installs those of the package.json in this folder, apart from the project,
 * because they take 600 MB.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { npm } from '../../scripts/npm.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

const { status, stderr, error } = npm(['ci', '--ignore-scripts'], { cwd: here, encoding: 'utf8' });
if (status !== 0) {
  process.stderr.write(`npm ci in tests/interop failed\n${stderr || error}\n`);
  process.exit(1);
}
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/interop/vitest.config.ts'];
process.exitCode = spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit' }).status ?? 1;
