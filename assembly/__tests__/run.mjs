/**
 * Runs the specs of this folder for `npm run test:assembly`, compiled as the portable and as the fused build. The last line
 * counts them. It fails if a test fails, if nothing compiles, or if there are no tests.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

let passed = 0;
let failed = 0;
for (const build of ['portable', 'fused']) {
  process.stdout.write(`\n${build}\n`);
  const folder = 'assembly/__tests__';
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      // This is not bin/asp.js, because that runs another node from PATH and may exit before its output is written.
      'node_modules/@as-pect/cli/lib/test.js',
      `--config=${folder}/as-pect.config.js`,
      `--as-config=${folder}/${build}.asconfig.json`,
      '--summary',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  );
  process.stdout.write(stdout);
  const [, good, all] = /\[Tests\]: (\d+) \/ (\d+)/.exec(stripVTControlCharacters(stdout)) ?? [];
  passed += Number(good ?? 0);
  failed += Number(all ?? 0) - Number(good ?? 0);
  // A trap, a compile error and an empty folder leave no failed test.
  if (!(Number(all) > 0) || (status !== 0 && good === all)) failed++;
}
process.stdout.write(`[Summary] ${passed} pass, ${failed} fail, ${passed + failed} total\n`);
process.exitCode = failed === 0 ? 0 : 1;
