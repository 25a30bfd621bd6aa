/** Builds the library of the working tree and of another commit, a file per entry. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { npmCommand } from '../../scripts/npm.mjs';
import { run } from '../../scripts/stopping.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Folder of the builds of other commits, which do not change. `npm ci` empties it. */
const cache = join(root, 'node_modules/.cache/evenkeel-bench');
/** Beginning of the name of a folder in which a build is under way; the number of its process follows. */
const WORKING = 'building-';

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/**
 * Returns the commit to compare with: the given one, or the last tag. Before the first tag it is HEAD, or the commit before if the
 * sources are those of HEAD.
 *
 * @returns { name, hash }
 * @throws Error if there is no such commit
 */
export function findBase(given) {
  const name =
    given ?? lastTag() ?? (git('status', '--porcelain', '--', 'src', 'assembly') ? 'HEAD' : 'HEAD~1');
  try {
    return { name, hash: git('rev-parse', '--verify', '--short=10', `${name}^{commit}`) };
  } catch {
    throw new Error(`${name}: no such commit or tag`);
  }
}

function lastTag() {
  try {
    return git('describe', '--tags', '--abbrev=0');
  } catch {
    return undefined;
  }
}

/** Bundles the working tree, which is built already. @returns the folder */
export async function bundleWorkingTree(entries) {
  const folder = join(root, 'build/bench/quick');
  await bundle(root, folder, entries);
  return folder;
}

/**
 * Builds and bundles a commit, unless that has been done before. It works in a folder beside the finished builds, which it removes in
 * the end, also if the signal aborts. What a killed process has left is removed at the next build.
 *
 * @param {string} hash
 * @param {readonly string[]} entries
 * @param {{ signal: AbortSignal, repository?: string, finished?: string }} options  another repository and folder of builds, for tests
 * @returns {Promise<string>} the folder
 */
export async function buildCommit(hash, entries, { signal, repository = root, finished = cache }) {
  const folder = join(finished, hash);
  if (entries.every((entry) => existsSync(join(folder, `${entry}.js`)))) return folder;
  removeAbandoned(finished);
  const scratch = join(finished, `${WORKING}${process.pid}`);
  const [tree, bundles] = [join(scratch, 'tree'), join(scratch, 'bundles')];
  try {
    mkdirSync(tree, { recursive: true });
    // Git would remember a work tree that nobody removed.
    await run('git', ['archive', '--output', join(scratch, 'tree.tar'), hash], { cwd: repository, signal });
    await run('tar', ['-xf', '../tree.tar'], { cwd: tree, signal });
    await install(tree, repository, signal);
    await run(process.execPath, ['scripts/build.mjs', 'kernels'], { cwd: tree, signal });
    await bundle(tree, bundles, entries);
    signal.throwIfAborted();
    rmSync(folder, { recursive: true, force: true });
    renameSync(bundles, folder);
    return folder;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Removes the folders of builds whose process is gone. */
function removeAbandoned(finished) {
  if (!existsSync(finished)) return;
  for (const name of readdirSync(finished)) {
    if (name.startsWith(WORKING) && !isRunning(Number(name.slice(WORKING.length)))) {
      rmSync(join(finished, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be signalled, but it runs.
    return error.code === 'EPERM';
  }
}

/** Gives sources their packages: those of this repository if both have the same lock file. */
async function install(tree, repository, signal) {
  const lock = (folder) => readFileSync(join(folder, 'package-lock.json'), 'utf8');
  if (lock(tree) === lock(repository)) {
    return symlinkSync(join(repository, 'node_modules'), join(tree, 'node_modules'));
  }
  const [file, args] = npmCommand(['ci', '--ignore-scripts', '--silent']);
  await run(file, args, { cwd: tree, signal });
}

/** Bundles each entry that the sources have into one file, so that every import of the file is a new instance. */
async function bundle(tree, folder, entries) {
  for (const entry of entries) {
    const source = join('src', entry === 'index' ? '' : entry, 'index.ts');
    if (!existsSync(join(tree, source))) continue;
    await build({
      stdin: { contents: loaded(tree, `./${source}`), resolveDir: tree },
      outfile: join(folder, `${entry}.js`),
      bundle: true,
      format: 'esm',
      target: 'es2022',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      external: ['node:*'],
      logLevel: 'error',
    });
  }
}

/** Returns a module that exports an entry with all parts loaded, as Node does. Sources without extras have nothing to load. */
function loaded(tree, source) {
  const exported = `export * from '${source}';`;
  if (!existsSync(join(tree, 'src/extras/index.ts'))) return exported;
  return `import { useEverything } from './src/extras/index.ts'; useEverything(); ${exported}`;
}
