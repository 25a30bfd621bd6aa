/**
 * PyTorch on one thread in a Python process of its own. pytorch.py does the work and times it; a question and its answer are one
 * line of JSON each. PYTHON names another interpreter.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const NAME = 'PyTorch';
/** Interpreters to try. A distribution's own Python may have PyTorch if the first one on PATH has not. */
const interpreters = process.env.PYTHON ? [process.env.PYTHON] : ['python3', '/usr/bin/python3'];

export async function open() {
  const environment = oneThread(process.env);
  for (const interpreter of interpreters) {
    const python = await start(interpreter, environment);
    if (!python) continue;
    const { ask, close, version, blas } = python;
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
    const contestant = contestants(ask, folder);
    return {
      name: NAME,
      version: `${version} with ${blas}, one thread`,
      train: (net) => contestant('train', net, net.steps),
      epoch: (net) => contestant('epoch', net, 1),
      draw: (what, shape) => contestant('draw', { what, shape }, shape[0] * shape[1], { random: true }),
      close() {
        close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }
  const error = new Error(`pytorch: no torch in ${interpreters.join(' or ')}`);
  throw Object.assign(error, { code: 'ENOENT' });
}

/**
 * Returns an environment without settings of the numeric libraries, so that each chooses its kernels and block sizes for the
 * processor itself, and with one thread.
 */
function oneThread(environment) {
  const kept = Object.entries(environment).filter(
    ([name]) => !/^(OPENBLAS|GOTO|OMP|KMP|MKL|DNNL|ATEN)_/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
    MKL_NUM_THREADS: '1',
  };
}

/** Starts a Python process that answers questions in turn; returns undefined if there is no Python, or none with PyTorch. */
async function start(interpreter, env) {
  const script = fileURLToPath(new URL('pytorch.py', import.meta.url));
  const child = spawn(interpreter, ['-u', script], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  const absent = new Promise((resolve) => child.once('error', () => resolve({ done: true })));
  const next = async () => {
    const { value, done } = await Promise.race([lines.next(), absent]);
    return done ? undefined : JSON.parse(value);
  };
  const hello = await next();
  if (!hello) return undefined;
  return {
    version: hello.version,
    blas: hello.blas,
    close: () => child.stdin.end(),
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const answer = await next();
      if (!answer) throw new Error(`pytorch.py: ${complaint}`);
      return answer;
    },
  };
}

/** Makes contestants that exist in Python under a number. Arrays are passed as files. */
function contestants(ask, folder) {
  let count = 0;
  return async (kind, described, units, more = {}) => {
    const id = count++;
    await ask({ ...filed(described, join(folder, String(id))), do: 'make', id, kind });
    return {
      name: NAME,
      units,
      run: async (least) => (await ask({ do: 'run', id, ...least })).times,
      output: async () => (await ask({ do: 'output', id })).values,
      ...more,
    };
  };
}

/** Replaces each array of numbers in a value by a file. */
function filed(value, path) {
  if (ArrayBuffer.isView(value)) {
    const kind = { Float32Array: 'float32', Uint8Array: 'uint8', Uint32Array: 'uint32' }[
      value.constructor.name
    ];
    writeFileSync(path, value);
    return { file: path, kind };
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .filter(([name]) => name !== 'images')
    .map(([name, part]) => [name, filed(part, `${path}-${name}`)]);
  return Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}
