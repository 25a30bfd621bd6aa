/** Pages in Chromium, from a server or a file. A page leaves the promise of its result in `globalThis.outcome`. */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from '../browser/chromium.mjs';

const TIMEOUT_MS = 60_000;
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.css': 'text/css',
};

/** Returns functions that open pages. The browser starts with the first page. */
export function pages() {
  let browser;

  /** Opens an address and returns the result of the page. */
  async function open(url) {
    browser ??= await launch();
    const page = await browser.newPage();
    const complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.setDefaultTimeout(TIMEOUT_MS);
    try {
      await page.goto(url);
      await page.waitForFunction(() => globalThis.outcome !== undefined);
      return await page.evaluate(() => globalThis.outcome);
    } catch ({ message }) {
      throw new Error([message.split('\n')[0], ...complaints].join('\n'));
    } finally {
      await page.close();
    }
  }

  return {
    open,
    /** Opens a page of a folder, whose files a server serves. */
    async openFolder(folder, page = 'index.html') {
      const server = await serve(folder);
      try {
        return await open(`http://localhost:${server.address().port}/${page}`);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    },
    openFile: (path) => open(pathToFileURL(path).href),
    version: async () => {
      browser ??= await launch();
      return browser.version();
    },
    close: () => browser?.close(),
  };
}

async function serve(folder) {
  const server = createServer(async ({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    try {
      const body = await readFile(join(folder, path));
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
      response.end(body);
    } catch {
      // Browsers ask for it, and a missing one is an error in the console.
      response.writeHead(path === '/favicon.ico' ? 204 : 404);
      response.end();
    }
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, 'localhost', resolve);
  });
  return server;
}
