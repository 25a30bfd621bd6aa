/** `npm run bench:quick` leaves nothing behind when it is stopped while it builds the other commit. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildCommit } from '../../bench/quick/builds.mjs';

const builds = new URL('../../bench/quick/builds.mjs', import.meta.url).href;
const stopping = new URL('../../scripts/stopping.mjs', import.meta.url).href;

let scratch: string;
let repository: string;
let finished: string;

/** A repository whose build tells its process and then takes forever, or ends at once. */
function commit({ forever }: { forever: boolean }): string {
  const wait = 'setInterval(() => {}, 1000);';
  writeFileSync(
    join(repository, 'scripts/build.mjs'),
    `import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(join(scratch, 'builder'))}, String(process.pid));
     ${forever ? wait : ''}`,
  );
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, encoding: 'utf8' });
  git('add', '.');
  git('-c', 'user.name=test', '-c', 'user.email=test@example.org', 'commit', '-q', '-m', 'State');
  return git('rev-parse', 'HEAD').trim();
}

beforeEach(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'evenkeel-stopped-')));
  [repository, finished] = [join(scratch, 'repository'), join(scratch, 'finished')];
  for (const folder of ['scripts', 'src', 'node_modules'])
    mkdirSync(join(repository, folder), { recursive: true });
  writeFileSync(join(repository, '.gitignore'), 'node_modules\n');
  writeFileSync(join(repository, 'package-lock.json'), '{}');
  writeFileSync(join(repository, 'src/index.ts'), 'export const answer: number = 42;\n');
  execFileSync('git', ['init', '-q'], { cwd: repository });
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** Starts a process that builds a commit, and waits until its build runs. */
async function building(
  hash: string,
): Promise<{ child: ChildProcess; builder: number; ended: Promise<number | null> }> {
  const program = `
    import { buildCommit } from ${JSON.stringify(builds)};
    import { stopSignal } from ${JSON.stringify(stopping)};
    const signal = stopSignal();
    const options = ${JSON.stringify({ repository, finished })};
    await buildCommit(${JSON.stringify(hash)}, ['index'], { ...options, signal }).catch((error) => {
      if (error !== signal.reason) throw error;
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let builder = 0;
  while (builder === 0) {
    if (child.exitCode !== null) throw new Error('ended before its build ran');
    await new Promise((resolve) => setTimeout(resolve, 20));
    builder = builderIn(join(scratch, 'builder'));
  }
  return { child, builder, ended };
}

/** Returns the process of the build, 0 before it has written its number. */
function builderIn(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s, twice as npm sends it', async (name) => {
  const { child, builder, ended } = await building(commit({ forever: true }));
  child.kill(name);
  child.kill(name);
  expect(await ended).toBe(128 + constants.signals[name]);
  expect(isRunning(builder)).toBe(false);
  expect(readdirSync(finished)).toEqual([]);
  expect(
    execFileSync('git', ['worktree', 'list'], { cwd: repository, encoding: 'utf8' }).match(/\n/g),
  ).toHaveLength(1);
});

it('SIGKILL: the next build removes what is left', async () => {
  const hash = commit({ forever: true });
  const { child, builder, ended } = await building(hash);
  child.kill('SIGKILL');
  await ended;
  process.kill(builder, 'SIGKILL');
  expect(readdirSync(finished)).toHaveLength(1);
  const next = commit({ forever: false });
  const { signal } = new AbortController();
  const folder = await buildCommit(next, ['index'], { signal, repository, finished });
  expect(await import(join(folder, 'index.js'))).toMatchObject({ answer: 42 });
  expect(readdirSync(finished)).toEqual([next]);
});
