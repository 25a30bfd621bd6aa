/** Predictions of one row and of a thousand rows, against onnxruntime-web. */
import { predictor } from './contestants.mjs';
import { race, rate } from './harness.mjs';
import { prepareNet } from './nets.mjs';
import { raceTable, significant } from './report.mjs';

const nets = [
  { rows: 1, steps: 1000 },
  { rows: 1000, steps: 3 },
].map(({ rows, steps }) => ({ id: `inference ${rows}`, title: `784-256-10, batch ${rows}`, rows, steps }));
/** Tolerance of probabilities, relative to the largest. */
const TOLERANCE = 1e-5;

export async function inference({ settings, runners, peers, print }) {
  const races = [];
  for (const described of nets) {
    const net = await prepareNet({ ...described, sizes: [784, 256, 10] });
    const others = peers.filter(({ predict }) => predict);
    const entrants = await Promise.all([
      ...runners.map((runner) => predictor(runner, net)),
      ...others.map(({ predict }) => predict(net)),
    ]);
    const results = await race(entrants, { ...settings, tolerance: TOLERANCE });
    races.push({ ...described, results });
    print(`${net.id}: portable ${significant(rate(results.get('portable')))} predictions/s`);
  }
  const what =
    'ReLU and softmax. All probabilities are compared. onnxruntime-web gets a tensor that was made beforehand.';
  return { races, report: ['## Inference', what, raceTable(races, 'call')].join('\n\n') };
}
