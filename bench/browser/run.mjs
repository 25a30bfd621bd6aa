/**
 * Runs `npm run bench:browser`: WebAssembly against plain JavaScript in Chromium, and two threads against one on a page's main
 * thread, with the files that Node runs, unbundled. Prints its tables. Run it after a build; `--quick` is shorter.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { launch } from '../../tests/browser/chromium.mjs';
import { bundleLibrary } from '../bundle.mjs';
import { BRIEF_WARM_UP, WARM_UP } from '../settling.mjs';

const quick = process.argv.includes('--quick');
/** Settings of the subjects. `quick` omits the larger products, which the tables of Node have. */
const settings = { rounds: quick ? 3 : 15, warmUp: quick ? BRIEF_WARM_UP : WARM_UP, quick: true };
const print = (line) => process.stdout.write(`${line}\n`);
const root = new URL('../..', import.meta.url);
/** Headers of an isolated page. Only there does the clock count microseconds, and only there can memory be shared by threads. */
const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
const html =
  '<!doctype html><meta charset="utf-8"><script type="module" src="/bench/browser/page.mjs"></script>';

await bundleLibrary();
const server = createServer(answer);
await new Promise((resolve) => server.listen(0, 'localhost', resolve));
const browser = await launch();
try {
  print(`Chromium ${browser.version()}`);
  const page = await browser.newPage();
  page.on('pageerror', (error) => print(error.message));
  await page.exposeFunction('print', print);
  await page.goto(`http://localhost:${server.address().port}/`);
  await page.waitForFunction(() => 'bench' in globalThis);
  print(`\n${await page.evaluate((given) => globalThis.bench(given, globalThis.print), settings)}`);
} finally {
  await browser.close();
  server.close();
}

/** Serves the page, the modules of the benchmark and the bundle of the library, and nothing else. */
async function answer({ url }, response) {
  const { pathname } = new URL(url, 'http://localhost');
  if (pathname === '/') return respond(response, 'text/html', html);
  if (!/^\/(bench|build\/bench)\/[\w/-]+\.m?js$/.test(pathname)) return response.writeHead(404).end();
  respond(response, 'text/javascript', await readFile(new URL(`.${pathname}`, root)));
}

function respond(response, type, body) {
  response.writeHead(200, { ...isolated, 'content-type': type }).end(body);
}
