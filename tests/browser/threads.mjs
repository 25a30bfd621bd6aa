/** Threads on the main thread of a page: in an isolated page, in an ordinary one, and under a policy without workers. */
import { adam, MLP, Rng } from 'evenkeel';
import { breathes, must } from './helpers.mjs';

const ROWS = 512;
const x = new Rng(1).normal(ROWS * 300);
const y = Uint8Array.from({ length: ROWS }, (_, row) => row % 10);

/** Workers that were made, so that a check can end one without telling the library. */
const workers = [];
globalThis.Worker = class extends globalThis.Worker {
  constructor(...given) {
    super(...given);
    workers.push(this);
  }
};

/** Number of dispatches. Waiting needs no counter, because Atomics.wait throws on the main thread of a page. */
let dispatches = 0;
const { notify } = Atomics;
Atomics.notify = (...given) => {
  dispatches += 1;
  return notify(...given);
};

export const isolated = {
  'two and three threads train to the bits of one thread': async () => {
    must(globalThis.crossOriginIsolated, 'this page is not isolated');
    const one = await everythingOf(build(1));
    for (const threads of [2, 3]) {
      const model = await listening(build(threads));
      must(model.threads.count === threads, `${JSON.stringify(model.threads)}`);
      const before = dispatches;
      same(await everythingOf(model), one);
      must(dispatches > before, 'no work was shared');
      model.close();
    }
  },

  'predict and evaluate stay on one thread': async () => {
    const model = await listening(build(2));
    const before = dispatches;
    model.predict(x);
    model.evaluate(x, y);
    must(dispatches === before, 'work was shared');
    model.close();
  },

  'a fit by two threads yields to the page': () => breathes(2),

  'a worker that ends silently leaves its rows to the page': async () => {
    const one = await everythingOf(build(1));
    const model = await listening(build(2));
    workers.at(-1).terminate();
    const before = dispatches;
    same(await everythingOf(model), one);
    must(dispatches > before, 'nothing was left to the worker');
    model.close();
  },

  'a worker that dies in the middle of a fit costs no batch': async () => {
    const options = { batchSize: 128, epochs: 3 };
    const one = build(1);
    await one.fit(x, y, options);
    const model = await listening(build(2));
    let deaths = 0;
    const onBatchEnd = ({ epoch, batch }) => {
      if (epoch !== 2 || batch !== 2) return;
      deaths += 1;
      workers.at(-1).dispatchEvent(new ErrorEvent('error', { message: 'out of luck' }));
    };
    await model.fit(x, y, { ...options, onBatchEnd });
    must(deaths === 1, 'no worker died');
    const reason = 'threads: worker 1 ended: out of luck';
    must(model.threads.count === 1 && model.threads.reason === reason, JSON.stringify(model.threads));
    same({ saved: model.save() }, { saved: one.save() });
  },
};

export const open = {
  'without isolation one thread runs, and the model says why': async () => {
    const model = build(2);
    const { count, reason } = model.threads;
    must(count === 1 && /not cross-origin isolated/.test(reason), `${count}, ${reason}`);
    same(await everythingOf(model), await everythingOf(build(1)));
  },
};

export const workerless = {
  'a fit goes on with one thread, and the model says why': async () => {
    const model = build(2);
    while (model.threads.count > 1) {
      await model.fit(x, y);
      await idle();
    }
    must(/^threads: worker 1 did not begin: /.test(model.threads.reason), model.threads.reason);
    return model.threads.reason;
  },
};

function build(threads) {
  const model = new MLP({
    inputSize: 300,
    layers: [
      { units: 130, activation: 'tanh' },
      { units: 129, activation: 'relu', batchNorm: true, dropout: 0.2 },
      { units: 10, activation: 'softmax' },
    ],
    threads,
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam(), metrics: ['accuracy'] });
  return model;
}

/** Waits until work is shared; before a worker listens, one thread does everything. */
async function listening(model) {
  const before = dispatches;
  while (dispatches === before) {
    await model.predictAsync(x);
    await idle();
  }
  return model;
}

/** Lets the page receive messages about its workers; a short call is over before that. */
function idle() {
  return new Promise((resolve) => setTimeout(resolve));
}

async function everythingOf(model) {
  const { loss, accuracy } = await model.fit(x, y, { epochs: 2, batchSize: 131 });
  const { loss: after } = await model.evaluateAsync(x, y);
  return {
    saved: model.save(),
    measured: new Float64Array([...loss, ...accuracy, after]),
    predicted: await model.predictAsync(x),
  };
}

function same(one, other) {
  for (const name of Object.keys(one)) must(isEqual(one[name], other[name]), `${name}: bits differ`);
}

/** Compares bit by bit. */
function isEqual(one, other) {
  const [these, those] = [one, other].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return these.length === those.length && these.every((byte, i) => byte === those[i]);
}
