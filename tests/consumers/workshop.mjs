/**
 * Folders with the packed package, and the tools that run in them. A consumer finds the package in the `node_modules` of the folder
 * above its own, as in any project.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { npm } from '../../scripts/npm.mjs';
import { packInto } from '../../scripts/pack.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const STEP_TIMEOUT_MS = 300_000;
const LINES_OF_A_FAILURE = 25;

/** Packs the package into a new folder. Returns the folder, the path of the tarball, and a function that removes the folder. */
export function pack() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'evenkeel-consumers-')));
  return {
    folder,
    tarball: packInto(folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Installs the packed package into a folder, and beside it the tools of the package.json here. Without `withTools`, commands come from
 * the project's own tools.
 */
export function workshop({ folder, tarball }, { withTools }) {
  const place = join(folder, withTools ? 'tools' : 'plain');
  mkdirSync(place);
  if (withTools) {
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(here, name), join(place, name));
    runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], place);
    // Its script links the binary of this platform. No other tool needs its scripts.
    execFileSync(process.execPath, ['install.js'], { cwd: join(place, 'node_modules/bun') });
  } else {
    writeFileSync(join(place, 'package.json'), '{ "private": true }');
  }
  runNpm(
    ['install', '--no-save', '--no-audit', '--no-fund', '--offline', '--ignore-scripts', tarball],
    place,
  );
  const tools = withTools ? place : root;
  return {
    /** Version of a tool, by the name of its package. */
    version: (tool) =>
      JSON.parse(readFileSync(join(tools, 'node_modules', tool, 'package.json'), 'utf8')).version,
    /** Makes the folder of a consumer with the given files. */
    consumer(name, files) {
      const own = join(place, name.toLowerCase().replaceAll(/\W+/g, '-'));
      const all = { 'package.json': '{ "private": true, "type": "module" }', ...files };
      for (const [path, text] of Object.entries(all)) {
        mkdirSync(dirname(join(own, path)), { recursive: true });
        writeFileSync(join(own, path), text);
      }
      return consumerIn(own, tools);
    },
  };
}

/** What a consumer can do in its folder. */
function consumerIn(folder, tools) {
  const spawned = ([command, ...given]) => {
    const path = command === 'node' ? process.execPath : join(tools, 'node_modules/.bin', command);
    // A group of its own, so that a server's helpers end with it.
    return spawn(path, given, {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  };
  return {
    path: (name) => join(folder, name),
    /** Copies the installed package into the folder, for a page without a bundler. Returns the folder. */
    withPackage() {
      cpSync(join(folder, '../node_modules/evenkeel'), join(folder, 'node_modules/evenkeel'), {
        recursive: true,
      });
      return folder;
    },
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    /** Writes a file unless the folder has it. */
    writeMissing(name, text) {
      if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), text);
    },
    /** Path of a file of a tool's package. */
    toolPath: (name) => join(tools, 'node_modules', name),
    /** Loads a tool. */
    tool: (name) => import(pathToFileURL(createRequire(join(tools, 'package.json')).resolve(name))),
    /** Runs a command of a tool, or Node, and returns what it printed. Fails if the command fails. */
    run: (...command) => printed(spawned(command)),
    /** Runs a server while `use` runs with the first address that the server prints. */
    async whileServing(command, use) {
      const server = spawned(command);
      try {
        return await use(await address(server));
      } finally {
        process.kill(-server.pid);
      }
    },
  };
}

/** Environment of commands: without what npm and a test program set, in a terminal without colours. */
function environment() {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|EVENKEEL_|VITEST)/.test(name));
  return {
    ...Object.fromEntries(own),
    CI: '1',
    NO_COLOR: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    DENO_NO_UPDATE_CHECK: '1',
    // No proxy stands between a test and the server that it starts.
    no_proxy: 'localhost,127.0.0.1',
  };
}

function printed(child) {
  return new Promise((resolve, reject) => {
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (text) => (output[name] += text));
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), STEP_TIMEOUT_MS);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(output.stdout.trim());
      const end = `${output.stdout}\n${output.stderr}`
        .trim()
        .split('\n')
        .slice(-LINES_OF_A_FAILURE)
        .join('\n');
      reject(new Error(`${child.spawnargs.slice(0, 3).join(' ')}: ended with ${signal ?? code}\n${end}`));
    });
  });
}

function address(server) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(
      () => reject(new Error(`no address in ${STEP_TIMEOUT_MS} ms\n${text}`)),
      STEP_TIMEOUT_MS,
    );
    const listen = (chunk) => {
      text += chunk;
      const found = /http:\/\/(?:localhost|127\.0\.0\.1):\d+\/?/.exec(text);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[0]);
    };
    server.stdout.on('data', listen);
    server.stderr.on('data', listen);
    server.once('error', reject);
    server.once('close', () => reject(new Error(`the server ended\n${text}`)));
  });
}

function runNpm(command, cwd) {
  const { status, stdout, stderr, error } = npm(command, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${command[0]}: ${stderr || error}`);
  return stdout;
}
