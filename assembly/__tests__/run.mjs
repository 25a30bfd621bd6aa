/**
 * `npm run test:assembly`: the specs beside this file, compiled as the portable and as the fused build, and a
 * last line that counts them. Fails where a test does, where nothing compiles and where nothing was found.
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
      // Not bin/asp.js, which takes another node from PATH and may end before its output is through.
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
  // A trap, a compile error or an empty folder leaves no test that could fail.
  if (!(Number(all) > 0) || (status !== 0 && good === all)) failed++;
}
process.stdout.write(`[Summary] ${passed} pass, ${failed} fail, ${passed + failed} total\n`);
process.exitCode = failed === 0 ? 0 : 1;
