/** Server of the pages that check the library. It bundles them as a user would, and receives what they report. */
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Headers that let threads share memory. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
/** Policy that forbids WebAssembly, and the refusal that it leads to. */
const strict = {
  headers: { 'content-security-policy': "default-src 'self'; script-src 'self'" },
  refusal: /WebAssembly.*(Content Security Policy|unsafe-eval)/is,
};
/**
 * Kinds of pages: their headers, and the refusals that each is meant to meet, which a browser reports. A classic page loads the library
 * as one script, without a bundler.
 */
export const kinds = {
  open: {},
  strict,
  isolated: { headers: isolation },
  workerless: {
    headers: { ...isolation, 'content-security-policy': "script-src 'self' 'wasm-unsafe-eval'" },
    refusal: /worker.*Content Security Policy/is,
  },
  // The policy of docs/hosts.md, which allows everything that the library can do.
  policy: {
    headers: {
      ...isolation,
      'content-security-policy': "script-src 'self' 'wasm-unsafe-eval'; worker-src blob:",
    },
  },
  classic: { isClassic: true, headers: isolation },
  classicStrict: { isClassic: true, ...strict },
  // A page that is opened from its file, not from the server. It is meant to find that it cannot load other files.
  file: { isClassic: true, refusal: /CORS policy|net::ERR_FAILED/ },
};

/** The library as one script. */
const oneScript = fileURLToPath(new URL('../../build/script/evenkeel.js', import.meta.url));
/** esbuild plugin: a classic script takes the library from the global variable. */
const globalLibrary = {
  name: 'the global library',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^evenkeel$/ }, ({ path }) => ({ path, namespace: 'global' }));
    onLoad({ filter: /./, namespace: 'global' }, () => ({
      contents: 'module.exports = globalThis.evenkeel;',
    }));
  },
};

/** Bundles for a browser. Nothing is external, so that an import of Node's modules would fail. */
async function bundle(name, format, plugins = []) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    bundle: true,
    minify: true,
    format,
    platform: 'browser',
    target: 'es2022',
    plugins,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].contents;
}

/** Starts the server. `onReport` is called with each report of a page. */
export async function serve(onReport) {
  const html = (script) => `<!doctype html><meta charset="utf-8"><title>evenkeel</title>${script}`;
  const page = html('<script type="module" src="/main.js"></script>');
  const classic = html('<script src="evenkeel.js"></script><script src="script.js"></script>');
  const script = await bundle('script.mjs', 'iife', [globalLibrary]);
  const answers = {
    ...Object.fromEntries(
      Object.entries(kinds).map(([kind, { headers, isClassic }]) => [
        `/${kind}`,
        ['text/html', isClassic ? classic : page, headers],
      ]),
    ),
    '/evenkeel.js': ['text/javascript', readFileSync(oneScript)],
    '/script.js': ['text/javascript', script],
    '/classic-worker.js': ['text/javascript', "importScripts('/evenkeel.js', '/script.js');", isolation],
    '/main.js': ['text/javascript', await bundle('main.mjs', 'esm')],
    '/worker.js': ['text/javascript', await bundle('worker.mjs', 'iife')],
    '/worker.mjs': ['text/javascript', await bundle('worker.mjs', 'esm')],
    '/frame': ['text/html', html('<script src="/worker.js"></script>')],
    '/sample-idx3-ubyte.gz': ['application/gzip', gzipSync(sampleIdx())],
    '/favicon.ico': ['image/x-icon', ''],
  };
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      const parts = [];
      for await (const part of request) parts.push(part);
      onReport(JSON.parse(Buffer.concat(parts)));
      return response.writeHead(204).end();
    }
    const [type, body, headers] = answers[request.url] ?? [];
    response.writeHead(type ? 200 : 404, { 'content-type': type ?? 'text/plain', ...headers });
    response.end(body);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, 'localhost', resolve);
  });
  const origin = `http://localhost:${server.address().port}`;
  // The page from a file learns the server's origin from its own text, since WebKit's browser drops the query of a file's address.
  const folder = filesOf({ 'index.html': `${classic}<p id="server">${origin}</p>`, 'script.js': script });
  return {
    url: (kind) => (kind === 'file' ? pathToFileURL(join(folder, 'index.html')).href : `${origin}/${kind}`),
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writes files beside the library as one script. @returns their folder */
function filesOf(files) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'evenkeel-page-')));
  copyFileSync(oneScript, join(folder, 'evenkeel.js'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** Makes an IDX file of three images of 4 × 5 bytes: 0, 1, 2 … 59. */
function sampleIdx() {
  const header = Buffer.alloc(16);
  [0x0803, 3, 4, 5].forEach((word, i) => {
    header.writeUInt32BE(word, 4 * i);
  });
  return Buffer.concat([header, Uint8Array.from({ length: 60 }, (_, i) => i)]);
}
