/**
 * Server that answers with a model and replaces it every night by one trained on the table as it is then. SIGHUP retrains at once.
 *
 * POST /predict  [{ "petalLength": 1.4, … }, …] → { "classes": ["setosa", …], "model": "…" }
 * GET  /model    → { "model": "…", "retrained": { … } }
 */
import { createServer } from 'node:http';
import { readModel, replaceFile, retrain, untilHour } from './models.js';

const HOUR = 3;
const MAX_BODY = 1_000_000; // characters
const file = process.env.MODEL ?? 'model.safetensors';
const tables = { training: 'training.csv', heldOut: 'held-out.csv', target: 'species' };

let present = await readModel(file);
let retrained; // outcome of the last training
let running;

/** Retrains and swaps, unless a training runs already. Never rejects, since the present model goes on serving. */
function renew() {
  running ??= attempt().finally(() => {
    running = undefined;
  });
  return running;
}

async function attempt() {
  const time = new Date().toISOString();
  try {
    const { model, accuracy, before } = await retrain({ ...tables, present });
    if (model) {
      await replaceFile(file, model.bytes);
      present = model; // Requests that have begun hold the old model until they are answered.
    }
    retrained = { time, accuracy, before, swapped: model !== undefined };
  } catch (error) {
    retrained = { time, error: error.message };
  }
  console.log('retrained', JSON.stringify(retrained));
}

function renewNightly() {
  setTimeout(() => renew().then(renewNightly), untilHour(HOUR)).unref();
}

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function bodyOf(request) {
  let text = '';
  // The rest of a body that is too long is read and dropped, because the client listens only after it has sent everything.
  for await (const chunk of request.setEncoding('utf8')) if (text.length <= MAX_BODY) text += chunk;
  if (text.length > MAX_BODY) throw new Refusal(413, `body: expected at most ${MAX_BODY} characters`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, `body: ${error.message}`);
  }
}

const routes = {
  'GET /model': async () => ({ model: present.id, retrained }),
  'POST /predict': async (request) => {
    const model = present; // Before the first await: the model at the time of the request answers it.
    const rows = await bodyOf(request);
    if (!Array.isArray(rows) || rows.length === 0) throw new Refusal(400, 'body: expected an array of rows');
    try {
      return { classes: model.predict(rows), model: model.id };
    } catch (error) {
      throw new Refusal(400, error.message);
    }
  },
};

if (present === undefined) {
  await renew();
  if (present === undefined) throw new Error(retrained.error);
}

const server = createServer(async (request, response) => {
  const answer = (status, value) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  try {
    const route = routes[`${request.method} ${request.url}`];
    if (route === undefined) throw new Refusal(404, `${request.method} ${request.url}: no such route`);
    answer(200, await route(request));
  } catch (error) {
    answer(error.status ?? 500, { error: error.message });
  }
});
server.listen(Number(process.env.PORT ?? 3000), 'localhost', () => {
  console.log(`http://localhost:${server.address().port}`);
});

renewNightly();
process.on('SIGHUP', renew);
process.on('SIGTERM', () => server.close());
