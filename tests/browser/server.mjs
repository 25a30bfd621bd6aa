/** Server of the pages that check the library. It bundles them as a user would, and receives what they report. */
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Headers that let threads share memory. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
/** Kinds of pages: their headers, and the refusals that each is meant to meet, which a browser reports. */
export const kinds = {
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
  // The policy of docs/hosts.md, which allows everything that the library can do.
  policy: {
    headers: {
      ...isolation,
      'content-security-policy': "script-src 'self' 'wasm-unsafe-eval'; worker-src blob:",
    },
  },
};

/** Bundles for a browser. Nothing is external, so that an import of Node's modules would fail. */
async function bundle(name, format) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    bundle: true,
    minify: true,
    format,
    platform: 'browser',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].contents;
}

/** Starts the server. `onReport` is called with each report of a page. */
export async function serve(onReport) {
  const html = (script) => `<!doctype html><meta charset="utf-8"><title>evenkeel</title>${script}`;
  const page = html('<script type="module" src="/main.js"></script>');
  const answers = {
    ...Object.fromEntries(
      Object.entries(kinds).map(([kind, { headers }]) => [`/${kind}`, ['text/html', page, headers]]),
    ),
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
  return {
    url: (kind) => `http://localhost:${server.address().port}/${kind}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Makes an IDX file of three images of 4 × 5 bytes: 0, 1, 2 … 59. */
function sampleIdx() {
  const header = Buffer.alloc(16);
  [0x0803, 3, 4, 5].forEach((word, i) => {
    header.writeUInt32BE(word, 4 * i);
  });
  return Buffer.concat([header, Uint8Array.from({ length: 60 }, (_, i) => i)]);
}
