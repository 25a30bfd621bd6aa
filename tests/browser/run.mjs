/**
 * Checks the built library in Chromium, bundled as a user would bundle it. page.mjs has the checks; this file has the bundler, a
 * server and the browser. Run `npm run build` first. CHROMIUM may name another executable.
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { launch } from './chromium.mjs';

const CHECK_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 30_000;
/** Limit of the whole run, for steps without a limit of their own, such as closing a browser that hangs; exit then ends it. */
const TOTAL_TIMEOUT_MS = 300_000;

/** Headers that let threads share memory. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
/** Kinds of pages: their headers, and the refusals that each is meant to meet, which Chromium reports. */
const kinds = {
  open: {},
  strict: {
    headers: { 'content-security-policy': "default-src 'self'; script-src 'self'" },
    refusal: /WebAssembly.*(Content Security Policy|unsafe-eval)/is,
  },
  isolated: { headers: isolation },
  workerless: {
    headers: { ...isolation, 'content-security-policy': "script-src 'self' 'wasm-unsafe-eval'" },
    refusal: /worker.*Content Security Policy/is,
  },
};

class LateError extends Error {}

const print = (line) => process.stdout.write(`${line}\n`);
const counts = { passed: 0, failed: 0 };

const watchdog = setTimeout(() => {
  report('the run ends in time', `still running after ${TOTAL_TIMEOUT_MS / 1000} s`);
  finish();
  process.exit();
}, TOTAL_TIMEOUT_MS);
try {
  await run();
} catch (error) {
  report('the run', error.message);
}
clearTimeout(watchdog);
finish();

async function run() {
  const library = fileURLToPath(new URL('../../build/js/index.js', import.meta.url));
  if (!existsSync(library)) throw new Error(`${library}: no such file; run npm run build first`);
  const server = await serve(await bundle());
  try {
    const browser = await launch();
    try {
      print(`Chromium ${browser.version()}`);
      const { port } = server.address();
      for (const kind of Object.keys(kinds)) await visit(browser, `http://localhost:${port}/${kind}`, kind);
    } finally {
      await browser.close();
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Bundles for a browser. Nothing is external, so that an import of Node's modules would fail. */
async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.mjs', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].contents;
}

async function serve(script) {
  const html =
    '<!doctype html><meta charset="utf-8"><title>evenkeel</title><script type="module" src="/page.js"></script>';
  const pages = Object.entries(kinds).map(([kind, { headers }]) => [
    `/${kind}`,
    ['text/html', html, headers],
  ]);
  const answers = {
    ...Object.fromEntries(pages),
    '/page.js': ['text/javascript', script],
    '/sample-idx3-ubyte.gz': ['application/gzip', gzipSync(sampleIdx())],
    '/favicon.ico': ['image/x-icon', ''],
  };
  const server = createServer(({ url }, response) => {
    const [type, body, headers] = answers[url] ?? [];
    response.writeHead(type ? 200 : 404, { 'content-type': type ?? 'text/plain', ...headers });
    response.end(body);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, 'localhost', resolve);
  });
  return server;
}

/** Makes an IDX file of three images of 4 × 5 bytes: 0, 1, 2 … 59. */
function sampleIdx() {
  const header = Buffer.alloc(16);
  [0x0803, 3, 4, 5].forEach((word, i) => {
    header.writeUInt32BE(word, 4 * i);
  });
  return Buffer.concat([header, Uint8Array.from({ length: 60 }, (_, i) => i)]);
}

/** Runs the checks of one kind of page in turn, then looks at the complaints of the page. */
async function visit(browser, url, kind) {
  const page = await browser.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url, { waitUntil: 'load', timeout: START_TIMEOUT_MS });
  const names = await inTime(
    page.evaluate((kind) => Object.keys(globalThis.checks?.[kind] ?? {}), kind),
    `${kind}: the script`,
  );
  if (names.length === 0) report(`${kind}: the script runs`, complaints.join('; ') || 'it has no checks');
  for (const name of names) {
    const began = performance.now();
    try {
      const run = page.evaluate(([kind, name]) => globalThis.checks[kind][name](), [kind, name]);
      const detail = await inTime(run, `${kind}: ${name}`);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      report(`${kind}: ${name}`, undefined, [detail, `${seconds} s`].filter(Boolean).join(', '));
    } catch (error) {
      // A page that does not answer one check will not answer the next.
      if (error instanceof LateError) throw error;
      // Without the stack, which names places in a minified bundle.
      const [message] = error.message.replace(/^page\.evaluate: (Error: )?/, '').split(/\n\s+at /);
      report(`${kind}: ${name}`, message);
    }
  }
  const { refusal } = kinds[kind];
  const unexpected = complaints.filter((text) => !refusal?.test(text));
  report(`${kind}: no errors in the console`, unexpected.length > 0 ? unexpected.join('; ') : undefined);
  const workers = await lingering(page);
  report(`${kind}: no worker outlives its model`, workers > 0 ? `there are ${workers}` : undefined);
  await page.close();
}

/** Counts workers that still run; the browser takes a moment to report an end. */
async function lingering(page) {
  for (let tries = 0; tries < 40 && page.workers().length > 0; tries++) await sleep(50);
  return page.workers().length;
}

async function inTime(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    const error = new LateError(`${what}: no answer in ${CHECK_TIMEOUT_MS / 1000} s`);
    timer = setTimeout(() => reject(error), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function report(name, problem, detail) {
  counts[problem === undefined ? 'passed' : 'failed'] += 1;
  if (problem === undefined) print(`ok      ${name}${detail ? ` (${detail})` : ''}`);
  else print(`failed  ${name}\n        ${problem.split('\n').join('\n        ')}`);
}

function finish() {
  print(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}
