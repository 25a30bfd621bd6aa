import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './example.mjs';

const flower = { sepalLength: 5.1, sepalWidth: 3.5, petalLength: 1.4, petalWidth: 0.2 };
const CLIENTS = 8;

/** Starts the server and waits for its address. Each check has a file of its own for the model. */
async function started(example, model) {
  const { child, ended, printed } = example.start(['server.js'], { PORT: '0', MODEL: model });
  const [address] = await until('the address of the server', () => {
    if (child.exitCode !== null) throw new Error(`the server ended\n${printed()}`);
    return /http:\/\/localhost:\d+/.exec(printed());
  });
  const ask = async (path, init) => {
    const response = await fetch(address + path, init);
    return { status: response.status, body: await response.json() };
  };
  const predict = (rows) => ask('/predict', { method: 'POST', body: JSON.stringify(rows) });
  /** Retrains, and returns the outcome. */
  const retrain = async () => {
    const { retrained: before } = (await ask('/model')).body;
    child.kill('SIGHUP');
    return until('a training', async () => {
      const { retrained } = (await ask('/model')).body;
      return retrained?.time !== before?.time && retrained;
    });
  };
  return { address, child, ended, ask, predict, retrain };
}

/** Changes the training table, and returns a function that restores it. */
function changeTable({ folder }, change) {
  const path = join(folder, 'training.csv');
  const text = readFileSync(path, 'utf8');
  const [header, ...rows] = text.trimEnd().split('\n');
  writeFileSync(path, `${[header, ...change(rows)].join('\n')}\n`);
  return () => writeFileSync(path, text);
}

/** Gives every row the species of the next but fifty, so that all labels are wrong. */
const mislabelled = (rows) => {
  const species = rows.map((row) => row.slice(row.lastIndexOf(',')));
  return rows.map((row, i) => row.slice(0, row.lastIndexOf(',')) + species[(i + 50) % rows.length]);
};

export const checks = {
  'answers as a model of its file does, and refuses wrong requests in JSON': async (example) => {
    const { ask, predict } = await started(example, 'first.safetensors');
    const { MLP, savedMetadata } = await example.import('evenkeel');
    const bytes = readFileSync(join(example.folder, 'first.safetensors'));
    const model = MLP.load(bytes);
    const { readCsv } = await example.import('evenkeel/data');
    const heldOut = readFileSync(join(example.folder, 'held-out.csv'), 'utf8');
    const [header, ...rows] = heldOut.trimEnd().split('\n');
    const names = header.split(',').slice(0, 4);
    const { x, classNames } = readCsv(heldOut, {
      like: { columns: JSON.parse(savedMetadata(bytes).columns) },
    });
    const outputs = model.predict(x);
    const expected = rows.map((_, r) => {
      const row = outputs.slice(3 * r, 3 * r + 3);
      return classNames[row.indexOf(Math.max(...row))];
    });
    const objects = rows.map((row) =>
      Object.fromEntries(
        row
          .split(',')
          .slice(0, 4)
          .map((cell, c) => [names[c], Number(cell)]),
      ),
    );
    const { status, body } = await predict(objects);
    assert.equal(status, 200);
    assert.deepEqual(body.classes, expected);
    const species = rows.map((row) => row.split(',')[4]);
    assert.ok(body.classes.filter((name, r) => name === species[r]).length >= 45);

    const refusals = [
      [ask('/nowhere'), 404, /^GET \/nowhere: no such route/],
      [ask('/predict'), 404, /^GET \/predict: no such route/],
      [ask('/predict', { method: 'POST', body: '[{' }), 400, /^body: /],
      [predict({ ...flower }), 400, /^body: expected an array of rows/],
      [predict([]), 400, /^body: expected an array of rows/],
      [predict([flower, { ...flower, petalWidth: 'wide' }]), 400, /^row\.petalWidth: .*wide/],
      [predict([{ sepalLength: 5 }]), 400, /^row: .*sepalWidth|^row\.sepalWidth: /],
      [predict([7]), 400, /^row: expected an object/],
      [
        ask('/predict', { method: 'POST', body: ' '.repeat(1_000_001) }),
        413,
        /^body: expected at most 1000000/,
      ],
    ];
    for (const [answer, status, error] of refusals) {
      const refused = await answer;
      assert.equal(refused.status, status);
      assert.deepEqual(Object.keys(refused.body), ['error']);
      assert.match(refused.body.error, error);
    }
  },
  'swaps under load without a failed request, and answers begun requests with the old model': async (
    example,
  ) => {
    const { address, ask, predict, retrain } = await started(example, 'load.safetensors');
    const { model: old } = (await ask('/model')).body;

    const begun = request(`${address}/predict`, { method: 'POST' });
    const answer = new Promise((resolve, reject) => {
      begun.on('error', reject).on('response', async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve(JSON.parse(text));
      });
    });
    begun.write(JSON.stringify([flower]).slice(0, 20));
    // The server has surely read the head of the request once a later one is answered.
    await predict([flower]);

    let loaded = true;
    const clients = Array.from({ length: CLIENTS }, async () => {
      const models = [];
      while (loaded) {
        const { status, body } = await predict([flower]);
        assert.equal(status, 200);
        assert.deepEqual(body.classes, ['setosa']);
        models.push(body.model);
      }
      return models;
    });
    const restore = changeTable(example, (rows) => rows.slice(1));
    const { swapped, accuracy, before } = await retrain();
    restore();
    assert.equal(swapped, true);
    assert.ok(accuracy >= before && before > 0.9);
    await sleep(100);
    loaded = false;
    const { model: fresh } = (await ask('/model')).body;
    assert.notEqual(fresh, old);
    for (const models of await Promise.all(clients)) {
      // A client sees the old model, then the new one, and never the old one again.
      const switched = models.indexOf(fresh);
      assert.ok(switched > 0, `requests before the swap: ${switched}`);
      assert.deepEqual([...new Set(models.slice(0, switched))], [old]);
      assert.deepEqual([...new Set(models.slice(switched))], [fresh]);
    }

    begun.end(JSON.stringify([flower]).slice(20));
    assert.deepEqual(await answer, { classes: ['setosa'], model: old });
  },
  'refuses a worse model and a broken table': async (example) => {
    const { ask, predict, retrain } = await started(example, 'refused.safetensors');
    const path = join(example.folder, 'refused.safetensors');
    const bytes = readFileSync(path);
    const { model } = (await ask('/model')).body;
    for (const [change, expected] of [
      [mislabelled, ({ swapped, accuracy, before }) => swapped === false && accuracy < before],
      [(rows) => [...rows, '1,2,three,4,setosa'], ({ error }) => /training\.csv: .*three/.test(error)],
      [() => [], ({ error }) => /training\.csv/.test(error)],
    ]) {
      const restore = changeTable(example, change);
      const outcome = await retrain();
      restore();
      assert.ok(expected(outcome), JSON.stringify(outcome));
      assert.deepEqual((await predict([flower])).body, { classes: ['setosa'], model });
      assert.deepEqual(readFileSync(path), bytes);
    }
  },
  'serves the last model after a restart': async (example) => {
    const first = await started(example, 'restart.safetensors');
    const { model } = (await first.ask('/model')).body;
    first.child.kill('SIGTERM');
    assert.deepEqual(await first.ended, [0, null]);
    const { ask } = await started(example, 'restart.safetensors');
    // Without a training, so that there is no outcome of one.
    assert.deepEqual((await ask('/model')).body, { model });
  },
  'waits for the next full hour': async (example) => {
    const { untilHour } = await example.module('models.js');
    const hours = (now) => untilHour(3, new Date(now)) / 3_600_000;
    assert.equal(hours('2026-11-28T01:30:00'), 1.5);
    assert.equal(hours('2026-11-28T03:00:00'), 24);
    assert.equal(hours('2026-12-31T23:00:00'), 4);
  },
};
