/** The training that brain.js can do too: one step per row, sigmoid, squared error. */
import { model } from './contestants.mjs';
import { race } from './harness.mjs';
import { prepareNet } from './nets.mjs';
import { raceTable } from './report.mjs';

/** Tolerance of f32 sums against brain.js's sums in f64, after a pass over the rows. */
const TOLERANCE = 1e-4;
const LEARNING_RATE = 0.1;

export async function online({ settings, runners, peers, print }) {
  const others = peers.filter((peer) => peer.online);
  if (others.length === 0) return { races: [] };
  const net = await prepareNet({
    sizes: [784, 256, 10],
    rows: settings.quick ? 32 : 128,
    learningRate: LEARNING_RATE,
  });
  const entrants = [...(await Promise.all(runners.map((runner) => steps(runner, net))))];
  for (const other of others) entrants.push(other.online(net));
  const title = '784-256-10, sigmoid, batch 1';
  const results = await race(entrants, { ...settings, tolerance: TOLERANCE });
  print(`${title}: done`);
  const races = [{ id: 'online', title, results }];
  const what =
    'brain.js has only this kind of training: plain SGD row by row, sigmoid in every layer, squared error. The predictions after a pass are compared.';
  return { races, report: ['## Training row by row', what, raceTable(races, 'step')].join('\n\n') };
}

async function steps(runner, net) {
  const { model: trained, reset } = await model(runner, {
    ...net,
    activation: 'sigmoid',
    output: 'sigmoid',
    loss: 'squaredError',
    // The gradient of Σ d² is twice the gradient in brain.js.
    learningRate: LEARNING_RATE / 2,
  });
  const [inputSize, classes] = [net.sizes[0], net.sizes.at(-1)];
  const [{ floats, y }] = net.batches;
  const kind = runner.backend === 'javascript64' ? Float64Array : Float32Array;
  const rows = Array.from(y, (label, r) => ({
    x: kind.from(floats.subarray(r * inputSize, (r + 1) * inputSize)),
    y: kind.from({ length: classes }, (_, c) => (c === label ? 1 : 0)),
  }));
  return {
    name: runner.name,
    units: rows.length,
    prepare: reset,
    work: () => {
      for (const row of rows) trained.trainOnBatch(row.x, row.y);
    },
    output: () => trained.predict(rows.at(-1).x),
  };
}
