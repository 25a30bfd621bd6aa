/**
 * `npm run sizes`: packs the package, installs it into an empty folder, bundles the pages of .size-limit.json with esbuild and with
 * rollup, and compares their gzipped sizes, and those of files of the package, with their limits. Fails if one is larger.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import filePlugin from '@size-limit/file';
import { build, transform } from 'esbuild';
import { rollup } from 'rollup';
import sizeLimit from 'size-limit';
import pages from '../.size-limit.json' with { type: 'json' };
import { npm } from './npm.mjs';
import { packInto } from './pack.mjs';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'evenkeel-sizes-')));
let bundled = 0;

try {
  install();
  const checks = [];
  for (const { name, limit, asked, ...page } of pages) {
    for (const [how, file] of Object.entries(await filesOf(page))) {
      checks.push({ name: name + how, asked, limit: 1000 * limit, files: [file], gzip: true });
    }
  }
  report(checks, await sizeLimit([filePlugin], { cwd: folder, checks }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Returns the files to measure, by a remark for the report: a file of the package, or the bundles of a page. */
async function filesOf({ file, code }) {
  if (file !== undefined) return { '': join(folder, 'page/node_modules/evenkeel', file) };
  const files = {};
  for (const [bundler, bundle] of Object.entries({ esbuild: byEsbuild, rollup: byRollup })) {
    files[` (${bundler})`] = join(folder, `${bundler}-${bundled++}.js`);
    writeFileSync(files[` (${bundler})`], await bundle(code.join('\n')));
  }
  return files;
}

/** Installs the package as a user gets it. */
function install() {
  const tarball = packInto(folder);
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page/package.json'), '{ "type": "module", "private": true }');
  run(['install', '--no-audit', '--no-fund', '--offline', tarball], join(folder, 'page'));
}

function run(command, cwd) {
  const { status, stdout, stderr } = npm(command, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${command[0]}: ${stderr}`);
  return stdout;
}

async function byEsbuild(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(folder, 'page'), loader: 'js' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    write: false,
  });
  return outputFiles[0].contents;
}

/** Bundles with rollup. It has no minifier of its own, so esbuild minifies the bundle. */
async function byRollup(contents) {
  const { exports, sideEffects } = createRequire(join(folder, 'page/'))('evenkeel/package.json');
  const base = pathToFileURL(join(folder, 'page/node_modules/evenkeel/'));
  const bundle = await rollup({
    input: 'page',
    onLog(_, { message }) {
      throw new Error(`rollup: ${message}`);
    },
    plugins: [
      {
        name: 'the installed package',
        resolveId(id, importer) {
          if (id === 'page') return id;
          const target = id.startsWith('.')
            ? new URL(id, pathToFileURL(importer))
            : new URL(exports[id.replace('evenkeel', '.')].default, base);
          const path = fileURLToPath(target);
          // Package.json says that only the entries of Node have effects, and a page has none of these.
          return { id: path, moduleSideEffects: !Array.isArray(sideEffects) };
        },
        load: (id) => (id === 'page' ? contents : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'es' });
  return (await transform(output[0].code, { minify: true, format: 'esm', target: 'es2022' })).code;
}

/**
 * Prints a line per page and bundler, and the size that was asked for where a page is larger. The process fails if a page is over
 * its limit, or far below, where the limit guards nothing.
 */
function report(checks, results) {
  for (const [c, { size }] of results.entries()) {
    const { name, limit, asked } = checks[c];
    const verdict = size > limit ? 'TOO LARGE' : size < 0.9 * limit ? 'LIMIT TOO LOOSE' : 'ok';
    if (verdict !== 'ok') process.exitCode = 1;
    const [kb, most] = [size, limit].map((bytes) => (bytes / 1000).toFixed(1).padStart(6));
    const wanted = asked && size > 1000 * asked ? ` (${asked} kB were asked for)` : '';
    process.stdout.write(`${kb} of ${most} kB  ${name.padEnd(62)} ${verdict}${wanted}\n`);
  }
}
