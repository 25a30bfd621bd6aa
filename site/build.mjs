/**
 * Builds the documentation site in build/site, as plain files that any server or folder can hold: documents and API by TypeDoc, and the
 * playground. `npm run build` comes first. `--base /folder/` is where the site will be; only its page for wrong addresses needs that.
 */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { npm } from '../scripts/npm.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const OUT = 'build/site';
const { base } = parseArgs({ options: { base: { type: 'string', default: '/' } } }).values;

await install();
const { render } = await import('./render.mjs');
await rm(OUT, { recursive: true, force: true });
await render(OUT);
await build({ configFile: 'playground/vite/vite.config.mjs', logLevel: 'warn' });
await cp('build/playground', join(OUT, 'playground'), { recursive: true });
await writeFile(join(OUT, '404.html'), notFound(await readFile(join(OUT, 'index.html'), 'utf8')));

/** Installs TypeDoc beside this file, unless the wanted versions are there. The main project has another TypeScript. */
async function install() {
  const { dependencies } = JSON.parse(await readFile('site/package.json', 'utf8'));
  const versions = await Promise.all(
    Object.keys(dependencies).map((name) =>
      readFile(`site/node_modules/${name}/package.json`, 'utf8').then(
        (text) => JSON.parse(text).version,
        () => undefined,
      ),
    ),
  );
  if (Object.values(dependencies).join() === versions.join()) return;
  const { status, error } = npm(['ci', '--ignore-scripts'], { cwd: 'site', stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ci in site/: status ${status}`);
}

/** Returns the page for addresses that lead nowhere: the frame of the home page, whose relative links need to know the site's place. */
function notFound(home) {
  const words = '<h1>There is no such page</h1><p>The menu and the search lead to all pages.</p>';
  return home
    .replace('<head>', `<head><base href="${base}">`)
    .replace(
      /(<div class="col-content" role="main">)[\s\S]*?(<\/div>\s*<div class="col-sidebar">)/,
      `$1${words}$2`,
    );
}
