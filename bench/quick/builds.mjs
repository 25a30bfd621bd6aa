/** Builds the library of the working tree and of another commit, a file per entry. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { npm } from '../../scripts/npm.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Folder of the builds of other commits, which do not change. `npm ci` empties it. */
const cache = join(root, 'node_modules/.cache/evenkeel-bench');

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

/** Builds and bundles a commit in a temporary work tree, unless that has been done before. @returns the folder */
export async function buildCommit(hash, entries) {
  const folder = join(cache, hash);
  if (entries.every((entry) => existsSync(join(folder, `${entry}.js`)))) return folder;
  const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-base-'));
  const tree = join(scratch, 'tree');
  try {
    git('worktree', 'add', '--detach', tree, hash);
    installed(tree);
    execFileSync(process.execPath, ['scripts/build.mjs', 'kernels'], {
      cwd: tree,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await bundle(tree, folder, entries);
    return folder;
  } finally {
    try {
      git('worktree', 'remove', '--force', tree);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
}

/** Gives a work tree its packages: those of this one if both have the same lock file. */
function installed(tree) {
  const lock = (folder) => readFileSync(join(folder, 'package-lock.json'), 'utf8');
  if (lock(tree) === lock(root)) return symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  const { status } = npm(['ci', '--ignore-scripts', '--silent'], {
    cwd: tree,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`${tree}: npm ci failed`);
}

/** Bundles the entries that the sources have, each whole, so that every import of one is an instance of its own. */
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
