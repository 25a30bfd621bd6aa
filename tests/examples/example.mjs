/** Installed example, with what checks need to run it. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { serveFolder } from '../../playground/vite/serve.mjs';

const require = createRequire(import.meta.url);

export class Example {
  /** Errors and warnings in the console of a page. */
  complaints = [];
  #openBrowser;
  #endings = [];

  constructor(folder, openBrowser) {
    this.folder = folder;
    this.#openBrowser = openBrowser;
  }

  /** Runs a program of the example to its end. Returns what it printed; fails if its status is not 0. */
  run(...words) {
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      cwd: this.folder,
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${words.join(' ')}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Starts a program that runs until the check ends. Returns the process, and what it has printed so far. */
  start(words, env) {
    const child = spawn(process.execPath, words, { cwd: this.folder, env: { ...process.env, ...env } });
    const ended = once(child, 'exit');
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text;
      });
    }
    this.#endings.push(async () => {
      if (child.exitCode === null) child.kill('SIGKILL');
      await ended;
    });
    return { child, ended, printed: () => printed };
  }

  /** Imports what a program of the example would import. */
  import(specifier) {
    return import(pathToFileURL(createRequire(join(this.folder, 'package.json')).resolve(specifier)));
  }

  /** Imports a file of the example. */
  module(path) {
    return import(pathToFileURL(join(this.folder, path)));
  }

  /** Opens the built page of the example from a server of its own. */
  async visit(options = {}) {
    const server = await serveFolder(join(this.folder, 'dist'));
    const context = await (await this.#openBrowser()).newContext(options);
    this.#endings.push(
      () => server.close(),
      () => context.close(),
    );
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    await page.goto(server.address, { waitUntil: 'load' });
    return page;
  }

  async end() {
    for (const end of this.#endings.reverse()) await end();
  }
}

/** Waits until a function returns something truthy, and returns it. */
export async function until(what, ask) {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await ask();
    if (answer) return answer;
    await sleep(50);
  }
  throw new Error(`not within 30 s: ${what}`);
}

/** Checks a page in light and dark, wide and narrow: axe finds no fault, and the page is not wider than the window. */
export async function expectGoodLooks(page) {
  await page.addScriptTag({ path: require.resolve('axe-core') });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const { violations, overflow } = await page.evaluate(async () => {
        const { violations } = await globalThis.axe.run();
        const { scrollWidth, clientWidth } = document.documentElement;
        return {
          violations: violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
          overflow: scrollWidth - clientWidth,
        };
      });
      assert.deepEqual(
        { violations, overflow },
        { violations: [], overflow: 0 },
        `${colorScheme}, ${width} wide`,
      );
    }
  }
}
