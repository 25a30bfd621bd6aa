/**
 * Runs `npm test`: builds, lints, type-checks, compares the sizes of pages with their limits, runs the kernel tests inside WebAssembly and the unit tests, and ends with a line
 * that counts all of it. All steps run, so that one failure does not hide another, unless the build fails, which every other step
 * needs.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { npm } from './npm.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
const results = join(folder, 'vitest.json');
let passed = 0;
let failed = 0;

try {
  if (check('build')) {
    check('lint');
    check('typecheck');
    check('sizes');
    countAssembly();
    countUnit();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** Runs a step that passes or fails as a whole. */
function check(script) {
  const ok = run(script).status === 0;
  count(ok ? 1 : 0, ok ? 0 : 1);
  return ok;
}

function countAssembly() {
  const { status, output } = run('test:assembly', [], true);
  // as-pect colours its summary even in a pipe.
  const plain = stripVTControlCharacters(output);
  const [, fail, total] = /\[Summary\][\s\S]*?(\d+) fail,\s+(\d+) total/.exec(plain) ?? [];
  if (total === undefined) count(0, 1);
  else count(Number(total) - Number(fail), Number(fail) || (status === 0 ? 0 : 1));
}

function countUnit() {
  const { status } = run('test:unit', ['--reporter=default', '--reporter=json', `--outputFile=${results}`]);
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(results, 'utf8'));
    count(numPassedTests, numFailedTests || (status === 0 ? 0 : 1));
  } catch {
    count(0, 1);
  }
}

function count(good, bad) {
  passed += good;
  failed += bad;
}

function run(script, extra = [], capture = false) {
  process.stdout.write(`\n— ${script}\n`);
  const { status, stdout } = npm(['run', '--silent', script, '--', ...extra], {
    stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
  });
  if (capture) process.stdout.write(stdout ?? '');
  return { status, output: stdout ?? '' };
}
