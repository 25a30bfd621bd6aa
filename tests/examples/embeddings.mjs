import assert from 'node:assert/strict';

export const checks = {
  'sorts messages that it has not seen': (example) => {
    const printed = example.run('train.js');
    const [, count, accuracy] = /accuracy on (\d+) held-out messages: ([\d.]+)/.exec(printed);
    assert.equal(Number(count), 12);
    // Guessing gives a third.
    assert.ok(accuracy >= 0.8, printed);
    const answers = [...printed.matchAll(/→ (\w+)/g)].map(([, name]) => name);
    assert.deepEqual(answers, ['delivery', 'refund', 'account']);
    assert.equal(example.run('train.js'), printed);
  },
  'gives the predictor the probabilities of the model': async (example) => {
    const [{ MLP }, { loadPredictor }, { readFile }] = await Promise.all([
      example.import('evenkeel'),
      example.import('evenkeel/predictor'),
      import('node:fs/promises'),
    ]);
    const bytes = await readFile(`${example.folder}/head.safetensors`);
    const x = Float32Array.from({ length: 2 * 384 }, (_, i) => Math.sin(i) / 14);
    assert.deepEqual(loadPredictor(bytes).predict(x), MLP.load(bytes).predict(x));
  },
  'embeds texts as rows of length 1 that depend on their words alone': async (example) => {
    const { embed, SIZE } = await example.module('embed.js');
    const rows = await embed(['Where is my parcel?', 'parcel my is WHERE', 'password']);
    assert.equal(rows.length, 3 * SIZE);
    const row = (r) => Array.from(rows.subarray(r * SIZE, (r + 1) * SIZE));
    const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    for (const r of [0, 1, 2]) assert.ok(Math.abs(dot(row(r), row(r)) - 1) < 1e-5);
    assert.ok(dot(row(0), row(1)) > 0.999);
    assert.ok(Math.abs(dot(row(0), row(2))) < 0.2);
  },
};
