/** Finds the test files that could notice a change to a function. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Rooms whose tests run the built command or package in processes that the recording does not reach. */
const testedThroughBuild = /^src\/(cli|node|lab|report|data)\//;

/**
 * Runs the suite once and records which functions each test file calls.
 *
 * @param repository  copy in which mutations are made later: a test that fails in any copy would seem to notice all of them
 * @returns a function from a source and the name of one of its functions to the test files that call it, the fastest first
 * @throws Error if a test fails, because a failing test would notice every mutation
 */
export function recordTests(repository) {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-reach-'));
  try {
    const config = ['--config', 'scripts/mutants/vitest.config.mjs', '--root', '.'];
    const { status } = spawnSync(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', ...config, '--testTimeout=300000'],
      {
        cwd: repository,
        env: { ...process.env, REACH_FOLDER: folder },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    if (status !== 0) throw new Error('the tests have to pass before any mutation is made');
    return finder(readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function finder(records) {
  const tests = records
    .map(({ test, milliseconds, called }) => ({
      test,
      milliseconds,
      functions: new Set(called),
      files: new Set(called.map((name) => name.split(' ')[0])),
      runsBuild: /shell\.js|build\//.test(readFileSync(test, 'utf8')),
    }))
    .sort((a, b) => a.milliseconds - b.milliseconds);
  return (file, name) => {
    if (file.startsWith('assembly/')) return throughKernels(tests);
    const calling = tests.filter(({ functions }) => functions.has(`${file} ${name}`));
    const near = calling.length > 0 ? calling : tests.filter(({ files }) => files.has(file));
    const through = testedThroughBuild.test(file) ? tests.filter(({ runsBuild }) => runsBuild) : [];
    return [...new Set([...near, ...through])].map(({ test }) => test);
  };
}

/** Returns the kernels' own tests, then all others that use the wasm backend. */
function throughKernels(tests) {
  const users = tests.filter(({ files }) => files.has('src/backend/wasm.ts'));
  const own = users.filter(({ test }) => test.includes('kernels'));
  return [...new Set([...own, ...users])].map(({ test }) => test);
}
