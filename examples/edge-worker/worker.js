/** Worker that answers POST { "x": [[5.1, 3.5, 1.4, 0.2], …] } with the class and the probabilities of every row. */
import { loadPredictorWith } from 'evenkeel/predictor';
import wasm from 'evenkeel/predictor.wasm'; // a compiled module, because the runtime compiles no bytes
import model from './iris.safetensors'; // an ArrayBuffer

const MAX_ROWS = 1000;

// At global scope, so that all requests of an isolate share one predictor.
const predictor = loadPredictorWith(wasm, model);

export default {
  async fetch(request) {
    if (request.method !== 'POST') return refuse(405, 'method: expected POST', { allow: 'POST' });
    let body;
    try {
      body = await request.json();
    } catch (error) {
      return refuse(400, `body: ${error.message}`);
    }
    if (!Array.isArray(body?.x)) return refuse(400, 'x: expected an array of rows');
    if (body.x.length > MAX_ROWS) {
      return refuse(413, `x: expected at most ${MAX_ROWS} rows, got ${body.x.length}`);
    }
    try {
      return Response.json({ predictions: predict(body.x) });
    } catch (error) {
      return refuse(400, error.message); // The predictor checks every value, and its messages open with x.
    }
  },
};

function predict(x) {
  const { classNames, units } = predictor;
  const outputs = predictor.predict(x);
  return x.map((_, row) => {
    const probabilities = Array.from(outputs.subarray(row * units, (row + 1) * units));
    return { className: classNames[probabilities.indexOf(Math.max(...probabilities))], probabilities };
  });
}

function refuse(status, error, headers = {}) {
  return Response.json({ error }, { status, headers });
}
