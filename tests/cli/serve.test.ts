/** Tests of `evenkeel serve` over HTTP. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { MLP } from '../../src/index.js';
import { table } from '../support/iris-table.js';
import { type Running, shell } from '../support/shell.js';

const { folder, run, start } = shell();
const golden = fileURLToPath(new URL('../golden/interop/', import.meta.url));
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
const network = new MLP({
  inputSize: 2,
  layers: [
    { units: 3, activation: 'tanh' },
    { units: 2, activation: 'softmax' },
  ],
  seed: 3,
});
write('classes', network.save({ metadata: { classNames: '["__proto__","yes"]' } }));
const line = new MLP({ inputSize: 2, layers: [{ units: 1 }], seed: 3 });
write('numbers', line.save());

interface Served {
  readonly url: string;
  readonly server: Running;
}

/** Starts the command on a free port. It ends with the test. */
async function served(...args: string[]): Promise<Served> {
  const server = start('serve', ...args, '--port', '0');
  await server.says(/answers at \S+\/predict/, 'stdout');
  return { server, url: /answers at (\S+)\/predict/.exec(server.stdout)![1]! };
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const post = (url: string, body: string | Uint8Array, headers: Record<string, string> = JSON_HEADERS) =>
  fetch(`${url}/predict`, { method: 'POST', body: body as string, headers });

async function answered(response: Response) {
  return { status: response.status, json: JSON.parse(await response.text()) };
}

describe('answers', () => {
  it('gives a class and the probability of each, also of one that is called __proto__', async () => {
    const { url } = await served('classes');
    const rows = [
      [1, 2],
      [-3, 0.5],
    ];
    const { status, json } = await answered(await post(url, JSON.stringify(rows)));
    expect(status).toBe(200);
    const expected = network.predict(rows);
    for (const [r, prediction] of json.predictions.entries()) {
      const both = [...expected.subarray(2 * r, 2 * r + 2)];
      expect(Object.keys(prediction.probabilities)).toEqual(['__proto__', 'yes']);
      expect(Object.values(prediction.probabilities).map((value) => Math.fround(value as number))).toEqual(
        both,
      );
      expect(prediction.class).toBe(both[0]! >= both[1]! ? '__proto__' : 'yes');
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('gives numbers for a model of numbers, and the predictions of several requests on one connection', async () => {
    const { url } = await served('numbers');
    for (const row of [
      [1, 2],
      [3, 4],
    ]) {
      const { json } = await answered(await post(url, JSON.stringify([row])));
      expect(json.predictions).toHaveLength(1);
      expect(json.predictions[0].values.map(Math.fround)).toEqual([...line.predict([row])]);
    }
    expect((await answered(await post(url, '[]'))).json).toEqual({ predictions: [] });
  });

  it('reads objects by the columns of the training table', async () => {
    write('iris.csv', table);
    expect(run('train', 'iris.csv', '--target', 'kind', '--epochs', '3', '--ensemble', '1').status).toBe(0);
    const { url } = await served('model.safetensors');
    const flower = { a: 5.1, b: '3.5', c: 1.4, d: 0.2 };
    write('one.jsonl', JSON.stringify(flower));
    const told = JSON.parse(run('predict', 'model.safetensors', 'one.jsonl').stdout);
    const { json } = await answered(await post(url, JSON.stringify([flower])));
    expect(json.predictions[0].class).toBe(told.kind);
    for (const [name, value] of Object.entries(json.predictions[0].probabilities)) {
      expect(value).toBe(told[`kind=${name}`]);
    }
    const flawed = await answered(await post(url, JSON.stringify([flower, { ...flower, c: 'x' }])));
    expect(flawed).toEqual({
      status: 400,
      json: { error: "rows[1]: column 'c': expected a number, got 'x'" },
    });
    const misspelt = await answered(await post(url, '[{"__proto__": {"a": 1}, "constructor": 2}]'));
    expect(misspelt.status).toBe(400);
  });

  it('serves the file of another tool', async () => {
    const { url } = await served(join(golden, 'onnx', 'sklearn', 'pipeline-standard.onnx'));
    const { inputs } = JSON.parse(readFileSync(join(golden, 'onnx', 'sklearn.json'), 'utf8'));
    expect(inputs).toBeDefined();
    const { json } = await answered(await post(url, '[[0, 0, 0, 0]]'));
    expect(Object.keys(json.predictions[0].probabilities)).toEqual(['0', '1', '2']);
  });

  it('is healthy, and says how to ask', async () => {
    const { url } = await served('classes');
    const health = await fetch(`${url}/healthz`);
    expect(await answered(health)).toEqual({ status: 200, json: { status: 'ok' } });
    expect(health.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const text = await (await fetch(`${url}/?a=1`)).text();
    expect(text).toContain(`curl ${url}/predict -H 'content-type: application/json' -d '[[0,0]]'`);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('refusals', () => {
  let url = '';
  let server: Running;
  beforeAll(async () => {
    write('served', line.save());
  });

  const cases: [string, string | Uint8Array, Record<string, string>, number, string][] = [
    ['no JSON', '[[1, 2', JSON_HEADERS, 400, 'body: expected JSON; '],
    ['nothing', '', JSON_HEADERS, 400, 'body: expected JSON; '],
    ['no UTF-8', Uint8Array.of(0x5b, 0xff, 0x5d), JSON_HEADERS, 400, 'body: expected UTF-8'],
    [
      'an object',
      '{"rows": []}',
      JSON_HEADERS,
      400,
      'body: expected an array of rows, got an object (Object)',
    ],
    [
      'a row that is a number',
      '[1]',
      JSON_HEADERS,
      400,
      'rows[0]: expected an array of 2 numbers, since the model has no names for its inputs, got 1',
    ],
    [
      'a second row of another kind',
      '[[1, 2], {"a": 1}]',
      JSON_HEADERS,
      400,
      'rows[1]: expected an array as in rows[0], got an object (Object)',
    ],
    ['a short row', '[[1, 2], [1]]', JSON_HEADERS, 400, 'rows[1]: expected 2 numbers, got 1'],
    ['a text', '[[1, "2"]]', JSON_HEADERS, 400, "rows[0][1]: expected a number, got '2'"],
    ['null', '[[1, null]]', JSON_HEADERS, 400, 'rows[0][1]: expected a number, got null'],
    ['infinity', '[[1, 1e999]]', JSON_HEADERS, 400, 'rows[0][1]: expected a number, got Infinity'],
    ['a number beyond 32 bits', '[[1, 1e300]]', JSON_HEADERS, 400, 'rows: '],
    ['deep nesting', '['.repeat(100_000), JSON_HEADERS, 400, 'body: expected JSON; '],
    [
      'a form',
      'a=1',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'content-type: expected application/json, got "application/x-www-form-urlencoded"',
    ],
    [
      'another charset',
      '[]',
      { 'content-type': 'application/json; charset=latin1' },
      415,
      'content-type: expected application/json, got ',
    ],
    [
      'compression',
      '[]',
      { ...JSON_HEADERS, 'content-encoding': 'gzip' },
      415,
      'content-encoding: expected none, got "gzip"',
    ],
    [
      'too many rows',
      JSON.stringify(new Array(6).fill([1, 2])),
      JSON_HEADERS,
      413,
      'body: expected at most 5 rows, got 6; --max-rows allows more',
    ],
    [
      'too many bytes',
      ' '.repeat(200_001),
      JSON_HEADERS,
      413,
      'body: expected at most 200000 bytes; --max-body allows more',
    ],
  ];

  it('answers each fault with its status and a reason', async () => {
    ({ url, server } = await served('served', '--max-rows', '5', '--max-body', '200000'));
    for (const [what, body, headers, status, error] of cases) {
      const came = await answered(await post(url, body, headers));
      expect([what, came.status, Object.keys(came.json)]).toEqual([what, status, ['error']]);
      expect(came.json.error, what).toContain(error);
      expect(came.json.error).not.toMatch(/\bat .*:\d+:\d+|\.js\b/);
    }
    const missing = await fetch(`${url}/predict/`);
    expect(await answered(missing)).toEqual({
      status: 404,
      json: { error: 'path: expected one of /, /healthz, /predict, got "/predict/"' },
    });
    const method = await fetch(`${url}/predict`);
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(`${url}/healthz`, { method: 'DELETE' })).headers.get('allow')).toBe('GET, HEAD');
    // A body in chunks has no length that could be checked before.
    const chunked = await fetch(`${url}/predict`, {
      method: 'POST',
      headers: JSON_HEADERS,
      duplex: 'half',
      body: new ReadableStream({
        start(controller) {
          for (let i = 0; i < 8; i++) controller.enqueue(new Uint8Array(50_000).fill(0x20));
          controller.close();
        },
      }),
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect(await raw(url, 'NONSENSE\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 Bad Request[\s\S]*"the request is not HTTP"/,
    );
    expect(await raw(url, `GET / HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    // After all that it still answers.
    expect((await post(url, '[[1, 2]]')).status).toBe(200);
    expect(server.stderr.replace('listening for signals\n', '')).toBe('');
  });

  it('reports wrong options and files in one line', async () => {
    for (const [args, status, message] of [
      [['served', '--port', '70000'], 2, 'Expected a port from 0 to 65535.'],
      [
        ['served', '--port', '0', '--host', '203.0.113.1'],
        1,
        '--host 203.0.113.1: cannot listen, EADDRNOTAVAIL',
      ],
      [['none'], 1, 'none: expected a readable file, got ENOENT'],
    ] as const) {
      const { status: came, stderr } = run('serve', ...args);
      expect([came, stderr.trimEnd().split('\n').length]).toEqual([status, 1]);
      expect(stderr).toContain(message);
    }
    const { url: taken } = await served('served');
    const { port } = new URL(taken);
    const second = run('serve', 'served', '--port', port);
    expect([second.status, second.stderr]).toEqual([
      1,
      `--port ${port}: cannot listen, EADDRINUSE (address already in use)\n`,
    ]);
  });
});

/** Sends bytes over a connection of their own and returns all that comes back. */
async function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

describe('stopping', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('answers the running request after %s, and takes no other', async (signal, status) => {
    const { url, server } = await served('numbers');
    await server.listens();
    const body = '[[1, 2]]';
    const running = httpRequest(`${url}/predict`, {
      method: 'POST',
      headers: { ...JSON_HEADERS, 'content-length': String(body.length), expect: '100-continue' },
    });
    running.flushHeaders();
    // The server has begun the request when it asks for the body.
    await once(running, 'continue');
    server.child.kill(signal);
    await refused(url);
    running.end(body);
    const [response] = await once(running, 'response');
    expect([response.statusCode, response.headers.connection]).toEqual([200, 'close']);
    response.resume();
    expect(await server.ended).toBe(status);
  });

  it('listens on this machine only, unless told otherwise', async () => {
    const { url } = await served('numbers');
    expect(new URL(url).hostname).toBe('127.0.0.1');
  });
});

/** Resolves when no new connection is accepted any longer. */
async function refused(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = connect(Number(port), hostname);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (!isOpen) return;
  }
}
