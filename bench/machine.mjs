/** Describes where and on what code a benchmark runs. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Paths whose content can change a figure. RESULTS.md, the history and the charts cannot: the benchmark writes them. */
const MEASURED = ['src', 'assembly', 'package-lock.json', 'asconfig.json', 'bench/*.mjs', 'bench/peers'];

/** Describes the machine and the checked-out commit. */
export function machine() {
  const { node, v8 } = process.versions;
  return { processor: processor(), cores: cpus().length, node, v8, ...checkout() };
}

/**
 * Names the processor. Virtual machines hide its full name. Therefore family, model and the widest vectors are added, as Linux
 * reports them: they decide which kernels PyTorch chooses.
 */
export function processor() {
  const name = cpus()[0].model.trim();
  let described = '';
  try {
    described = readFileSync('/proc/cpuinfo', 'utf8').split('\n\n')[0];
  } catch {
    return name;
  }
  const field = (key) => new RegExp(`^${key}\\s*: (.*)$`, 'm').exec(described)?.[1];
  const [family, model] = [field('cpu family'), field('model')];
  if (family === undefined) return name;
  const flags = (field('flags') ?? '').split(' ');
  const vectors = [
    ['avx512f', 'AVX-512'],
    ['avx2', 'AVX2'],
  ].find(([flag]) => flags.includes(flag))?.[1];
  return `${name} (family ${family}, model ${model}${vectors ? `, ${vectors}` : ''})`;
}

/** Returns the version of a development dependency. */
export function installedVersion(name) {
  return createRequire(import.meta.url)(`${name}/package.json`).version;
}

/** Returns the commit, and whether measured files differ from it; undefined outside a repository. */
function checkout() {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  try {
    return {
      commit: git('rev-parse', '--short=10', 'HEAD'),
      changed: git('status', '--porcelain', '--', ...MEASURED) !== '',
    };
  } catch {
    return { commit: undefined, changed: true };
  }
}
