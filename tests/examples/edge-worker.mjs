import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const flowers = [
  [5.1, 3.5, 1.4, 0.2],
  [5.9, 3, 4.2, 1.5],
  [6.3, 3.3, 6, 2.5],
];

/** Kinds of modules that wrangler writes, by the ending of the file. */
const kinds = { '.js': 'ESModule', '.wasm': 'CompiledWasm', '.safetensors': 'Data' };

/** Starts the bundled worker in the runtime that wrangler installed. */
async function served({ folder }) {
  const wrangler = createRequire(join(folder, 'package.json')).resolve('wrangler/package.json');
  const { Miniflare } = createRequire(wrangler)('miniflare');
  const dist = join(folder, 'dist');
  const files = readdirSync(dist).flatMap((path) => {
    const type = kinds[/\.\w+$/.exec(path)?.[0]];
    return type ? [{ type, path: join(dist, path), contents: readFileSync(join(dist, path)) }] : [];
  });
  // The first module is the worker.
  files.sort((a, b) => Number(b.path.endsWith('worker.js')) - Number(a.path.endsWith('worker.js')));
  const runtime = new Miniflare({ modules: files, modulesRoot: dist, compatibilityDate: '2026-04-01' });
  const ask = async (init) => {
    const response = await runtime.dispatchFetch('http://localhost/', init);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.json(),
    };
  };
  return { ask, post: (body) => ask({ method: 'POST', body }), end: () => runtime.dispose() };
}

export const checks = {
  'answers what the model predicts': async (example) => {
    const { MLP } = await example.import('evenkeel');
    const model = MLP.load(readFileSync(join(example.folder, 'iris.safetensors')));
    const { post, end } = await served(example);
    try {
      const { status, type, body } = await post(JSON.stringify({ x: flowers }));
      assert.deepEqual([status, type], [200, 'application/json']);
      assert.deepEqual(
        body.predictions.map(({ className }) => className),
        ['setosa', 'versicolor', 'virginica'],
      );
      assert.deepEqual(
        body.predictions.flatMap(({ probabilities }) => probabilities),
        Array.from(model.predict(flowers)),
      );
      assert.deepEqual((await post('{"x": []}')).body, { predictions: [] });
    } finally {
      await end();
    }
  },
  'refuses wrong requests in JSON': async (example) => {
    const { ask, post, end } = await served(example);
    try {
      const rows = (row, count) => JSON.stringify({ x: Array.from({ length: count }, () => row) });
      const refusals = [
        [ask({ method: 'GET' }), 405, 'method: expected POST'],
        [post('{"x": [[1, 2'), 400, 'body: '],
        [post(''), 400, 'body: '],
        [post('null'), 400, 'x: expected an array of rows'],
        [post('{"rows": []}'), 400, 'x: expected an array of rows'],
        [post('{"x": "abcd"}'), 400, 'x: expected an array of rows'],
        [post('{"x": [[1, 2, 3]]}'), 400, 'x[0]: expected a row of 4 values, got 3'],
        [post('{"x": [[1, 2, 3, 4], null]}'), 400, 'x[1]: expected a row of 4 values'],
        [post('{"x": [[1, 2, 3, "4"]]}'), 400, 'x[0][3]: expected a number, got String'],
        [post('{"x": [[1, 2, 3, 1e999]]}'), 400, 'x: row 0, column 3 is not finite'],
        [post(rows(flowers[0], 1001)), 413, 'x: expected at most 1000 rows, got 1001'],
      ];
      for (const [answer, status, error] of refusals) {
        const { status: given, type, body } = await answer;
        assert.deepEqual([given, type, Object.keys(body)], [status, 'application/json', ['error']]);
        assert.ok(body.error.startsWith(error), body.error);
      }
      assert.equal((await post(rows(flowers[0], 1000))).body.predictions.length, 1000);
    } finally {
      await end();
    }
  },
};
