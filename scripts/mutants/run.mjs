/**
 * Runs `npm run test:mutants`: makes small errors in src/ and assembly/, one at a time, and counts how many the tests notice.
 *
 * The errors are drawn with a seed, with a minimum for every room. Each is made in a copy of the repository, where the test files
 * that call the changed function then run. equivalent.json lists mutations that are known to change nothing, with reasons.
 *
 *   --count n   number of mutations (default 150)
 *   --seed n    seed of the draw (default 1)
 *   --room r    only this folder of src, `top` for the files beside the folders, or `assembly`
 *   --jobs n    copies at work at a time (default: cores)
 *   --tests n   test files per mutation, the fastest first (default: all that call the function); fewer: a lower bound
 *   --list      prints the mutations and makes none
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mutationsOf } from './sites.mjs';
import { recordTests } from './tests.mjs';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const { Rng } = await import('../../build/js/index.js');

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '150' },
    seed: { type: 'string', default: '1' },
    room: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    tests: { type: 'string', default: '1000' },
    list: { type: 'boolean', default: false },
  },
});

/** Sources that are data or are generated. They get no mutations. */
const passedOver =
  /^src\/(lab\/expected\/|(backend|predictor)\/binary\.ts|data\/iris\.ts)|__tests__|\.d\.ts$/;
/** One in so many mutations that add 1 to a number is kept: they are the most common kind and the least informative. */
const NUMBERS_KEPT = 4;
/** Smallest number of mutations of a room. */
const LEAST_IN_ROOM = 5;
/** Number of test files that run first. The fastest usually notice. */
const FIRST = 6;
/** Time after which a mutation that causes an endless loop counts as noticed. */
const LONGEST_MS = 15 * 60_000;

const equivalent = JSON.parse(readFileSync('scripts/mutants/equivalent.json', 'utf8'));
const mutations = choose();
if (options.list) {
  for (const mutation of mutations) process.stdout.write(`${inWords(mutation)}\n`);
} else {
  report(await runAll());
}

function roomOf(file) {
  const [, first, second] = /^(\w+)\/(?:([\w-]+)\/)?/.exec(file);
  return first === 'assembly' ? first : (second ?? 'top');
}

function choose() {
  const rng = new Rng(Number(options.seed));
  const rooms = new Map();
  const files = ['src', 'assembly'].flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((file) => join(folder, file).replaceAll('\\', '/')),
  );
  for (const file of files.filter((name) => name.endsWith('.ts') && !passedOver.test(name)).sort()) {
    const text = readFileSync(file, 'utf8');
    const lines = text.split('\n');
    const kept = rng.split(file).integers(mutationsOf(text).length || 1, NUMBERS_KEPT);
    const found = mutationsOf(text).filter(({ kind }, m) => kind !== 'add 1 to the number' || kept[m] === 0);
    const room = roomOf(file);
    if (!rooms.has(room)) rooms.set(room, []);
    for (const mutation of found) {
      rooms.get(room).push({ room, file, source: lines[mutation.line - 1].trim(), ...mutation });
    }
  }
  // Shares in proportion to the square root of a room's mutations, a compromise between equal shares and shares by number.
  const weight = (room) => Math.sqrt(rooms.get(room).length);
  const total = [...rooms.keys()].reduce((sum, room) => sum + weight(room), 0);
  return [...rooms].flatMap(([room, found]) => {
    if (options.room !== undefined && options.room !== room) return [];
    const share = Math.max(LEAST_IN_ROOM, Math.round((Number(options.count) * weight(room)) / total));
    const order = rng.split(`room ${room}`).permutation(found.length);
    return [...order.slice(0, share)].map((m) => found[m]);
  });
}

async function runAll() {
  const sandboxes = Array.from({ length: Number(options.jobs) }, copyOfRepository);
  try {
    const testsOf = recordTests(sandboxes[0]);
    const queue = [...mutations.entries()];
    const results = [];
    await Promise.all(
      sandboxes.map(async (sandbox) => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const [index, mutation] = next;
          const outcome = isEquivalent(mutation) ? 'equivalent' : await tryOut(sandbox, mutation, testsOf);
          results[index] = { ...mutation, outcome };
          process.stdout.write(`${outcome.padEnd(10)} ${inWords(mutation)}\n`);
        }
      }),
    );
    return results;
  } finally {
    for (const sandbox of sandboxes) rmSync(sandbox, { recursive: true });
  }
}

function copyOfRepository() {
  const sandbox = mkdtempSync(join(tmpdir(), 'evenkeel-mutant-'));
  for (const entry of readdirSync('.')) {
    if (entry === 'node_modules') symlinkSync(join(process.cwd(), entry), join(sandbox, entry));
    else if (entry !== '.git') cpSync(entry, join(sandbox, entry), { recursive: true });
  }
  return sandbox;
}

async function tryOut(sandbox, mutation, testsOf) {
  const { file, start, end, text, room } = mutation;
  const path = join(sandbox, file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, original.slice(0, start) + text + original.slice(end));
  try {
    const part = room === 'assembly' ? 'kernels' : 'bundles';
    if (!(await succeeds(sandbox, ['scripts/build.mjs', part]))) return 'invalid';
    const tests = testsOf(file, mutation.function).slice(0, Number(options.tests));
    if (tests.length === 0) return 'survived';
    for (const some of [tests.slice(0, FIRST), tests.slice(FIRST)]) {
      const settings = ['--bail=1', '--maxWorkers=1', '--testTimeout=300000'];
      const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...settings, ...some];
      if (some.length > 0 && !(await succeeds(sandbox, vitest))) return 'killed';
    }
    return 'survived';
  } finally {
    writeFileSync(path, original);
  }
}

/** Runs Node in a process group of its own, so that everything that the tests start can be ended with it. */
function succeeds(cwd, args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, stdio: 'ignore', detached: true });
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), LONGEST_MS);
    child.on('exit', (status) => {
      clearTimeout(timer);
      resolve(status === 0);
    });
  });
}

function isEquivalent({ file, source, kind }) {
  return equivalent.some((known) => known.file === file && known.source === source && known.kind === kind);
}

function inWords({ file, line, kind, source }) {
  return `${file}:${line}  ${kind}:  ${source}`;
}

function report(results) {
  const counted = results.filter(({ outcome }) => outcome === 'killed' || outcome === 'survived');
  const rooms = [...new Set(counted.map(({ room }) => room))];
  const line = (name, some) => {
    const killed = some.filter(({ outcome }) => outcome === 'killed').length;
    const share = `${((100 * killed) / some.length).toFixed(0)} %`;
    process.stdout.write(
      `${name.padEnd(14)} ${`${killed} of ${some.length}`.padStart(10)} ${share.padStart(6)}\n`,
    );
    return killed / some.length;
  };
  process.stdout.write('\n');
  for (const room of rooms)
    line(
      room,
      counted.filter((result) => result.room === room),
    );
  const rate = line('all', counted);
  const others = results.length - counted.length;
  if (others > 0) process.stdout.write(`${others} others change nothing or do not compile\n`);
  process.exitCode = rate >= 0.95 ? 0 : 1;
}
