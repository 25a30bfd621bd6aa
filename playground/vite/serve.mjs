/** Static server for tests. It serves the files of a folder under any sub-path and does nothing else. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { isolation } from './isolation.mjs';

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/**
 * Serves a folder under a path on a free port. Returns the address, and a function that stops the server.
 *
 * @param isolated  true to send the headers that isolate the page; default false
 */
export async function serveFolder(folder, base = '/', { isolated = false } = {}) {
  const server = createServer(({ url }, response) => {
    const path = decodeURIComponent(url.split('?')[0]);
    const inside = path.startsWith(base) ? normalize(path.slice(base.length)) : '..';
    const file = join(folder, inside === '' || inside === '.' ? 'index.html' : inside);
    if (inside.startsWith('..') || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      ...(isolated && isolation),
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, 'localhost', resolve);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://localhost:${server.address().port}${base}`, close };
}
