/**
 * `npm run test:everywhere`: the tests that `npm test` leaves out because they take long or need other programs, and the repository's
 * own tests on each supported Node. These run in a clone of the last commit, whose path has blanks and umlauts, and by a user without
 * rights. What was found goes into docs/support.md, unless words choose steps: consumers, examples, browsers, engines, node20 …
 *
 * Debian needs: apt-get install chromium firefox-esr webkit2gtk-driver xvfb
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from '../../scripts/npm.mjs';
import engines from '../engines/package.json' with { type: 'json' };
import { outcomes, print } from '../support/outcomes.mjs';
import { writeLastRun } from './support-page.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The user `nobody` of Debian. */
const NOBODY = 65534;

const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-everywhere-'));
const steps = {
  consumers: () => program('tests/consumers/run.mjs'),
  examples: () => program('tests/examples/run.mjs'),
  browsers: () => program('tests/browser/run.mjs', 'chromium', 'firefox', 'webkit'),
  engines: () => program('tests/engines/run.mjs'),
  ...Object.fromEntries(Object.keys(engines.dependencies).map((name) => [name, () => ownTests(name)])),
};
const chosen = process.argv.slice(2);
const checks = [];
try {
  for (const [name, step] of Object.entries(steps)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    print(`\n— ${name}`);
    checks.push(...step());
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (chosen.length === 0) writeLastRun(checks);
print('');
const { add, finish } = outcomes();
for (const check of checks) add(check);
finish();

/** Runs a test program of its own and returns its checks. */
function program(path, ...given) {
  const file = join(scratch, 'checks.json');
  rmSync(file, { force: true });
  const env = { ...process.env, EVENKEEL_OUTCOMES: file };
  spawnSync(process.execPath, [path, ...given], { cwd: root, stdio: 'inherit', env });
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  return [{ tested: path, check: 'it reports its checks', passed: false }];
}

/** Runs `npm test` of a clone on a Node of tests/engines. */
function ownTests(name) {
  const install = npm(['ci', '--ignore-scripts'], { cwd: join(root, 'tests/engines'), encoding: 'utf8' });
  if (install.status !== 0) throw new Error(`npm ci in tests/engines failed\n${install.stderr}`);
  const clone = join(scratch, `Größe und Maß ${name}`);
  execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${root}`, clone]);
  // The Node is copied too, since the folders above the repository may be closed to others.
  const node = join(scratch, name, 'bin/node');
  cpSync(join(root, 'tests/engines/node_modules', name, 'bin/node'), node);
  const home = mkdtempSync(join(scratch, 'home-'));
  const isRoot = process.getuid?.() === 0;
  chmodSync(scratch, 0o755);
  if (isRoot) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, clone, home]);
  const options = {
    cwd: clone,
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
    env: { ...withoutNpm(process.env), HOME: home, PATH: [dirname(node), process.env.PATH].join(delimiter) },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  };
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1);
  const tested = `Node ${version}`;
  const { status, stdout } = spawnSync(node, [process.env.npm_execpath, 'ci'], options);
  if (status !== 0) return [{ tested, check: 'npm ci', passed: false }];
  const run = spawnSync(node, [process.env.npm_execpath, 'test'], options);
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(run.stdout ?? '') ?? [];
  process.stdout.write(run.stdout ?? stdout);
  const count = passed === undefined ? 'no count' : `${passed} passed, ${failed} failed`;
  return [{ tested, check: `the repository's own tests (${count})`, passed: run.status === 0 }];
}

/** Environment without what `npm run` set, such as the cache of another user. */
function withoutNpm(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('npm_')));
}
