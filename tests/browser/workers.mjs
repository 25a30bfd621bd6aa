/** The library in workers of each kind and in a frame without an origin, and many models in one page. */
import { MLP, Rng } from 'evenkeel';
import { EXPECTED } from '../consumers/program.mjs';
import { hash } from '../reproducibility/fingerprints.mjs';
import { must } from './helpers.mjs';

const MODELS = 200;

/** Scopes that run worker.mjs, and how each sends the first message to the page. */
const scopes = {
  'a module worker': () => fromWorker(new Worker('/worker.mjs', { type: 'module' })),
  'a classic worker': () => fromWorker(new Worker('/worker.js')),
  'a shared worker': () => {
    const worker = new SharedWorker('/worker.js');
    return answer(worker.port, worker);
  },
  'a service worker': async () => {
    const registration = await navigator.serviceWorker.register('/worker.js', { scope: '/scope/' });
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    const { port1, port2 } = new MessageChannel();
    worker.postMessage('start', [port2]);
    try {
      return await answer(port1, worker);
    } finally {
      await registration.unregister();
    }
  },
  'a sandboxed frame': async () => {
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts';
    frame.src = '/frame';
    document.body.append(frame);
    try {
      return await answer(globalThis, frame);
    } finally {
      frame.remove();
    }
  },
};

export const open = {
  ...Object.fromEntries(
    Object.entries(scopes).map(([scope, run]) => [
      `${scope} trains iris to the pinned weights`,
      async () => {
        const result = await run();
        must(result === EXPECTED, `expected ${EXPECTED}, got ${result}`);
      },
    ]),
  ),

  [`${MODELS} models live at once, and each keeps its own bits`]: () => {
    const x = new Rng(1).normal(784);
    const results = (model) => hash(model.predict(x), ...model.getWeights().map(({ kernel }) => kernel));
    const alone = Array.from({ length: MODELS }, (_, seed) => {
      const model = sized(seed);
      const result = results(model);
      model.close();
      return result;
    });
    const models = alone.map((_, seed) => sized(seed));
    const wrong = models.filter((model, seed) => results(model) !== alone[seed]);
    for (const model of models) model.close();
    must(new Set(alone).size === MODELS, 'two seeds gave one model');
    must(wrong.length === 0, `${wrong.length} models changed`);
  },
};

function sized(seed) {
  const layers = [
    { units: 128, activation: 'relu' },
    { units: 10, activation: 'softmax' },
  ];
  return new MLP({ inputSize: 784, layers, seed });
}

/** Returns the first message of a dedicated worker and ends it. */
function fromWorker(worker) {
  return answer(worker, worker).finally(() => worker.terminate());
}

/** Returns the first message that arrives at a target; rejects if its source fails to load. */
function answer(target, source) {
  return new Promise((resolve, reject) => {
    target.addEventListener('message', ({ data }) => resolve(data), { once: true });
    source.addEventListener('error', (event) => reject(new Error(event.message ?? 'no script')), {
      once: true,
    });
    target.start?.();
  });
}
