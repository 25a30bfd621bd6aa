/**
 * Checks of the library as one script, build/script/evenkeel.js, in a page and in its classic worker. This program is a classic script
 * too. Its bundler takes the library from the global variable.
 */
import * as library from 'evenkeel';
import { iris, MLP, Rng, sgd } from 'evenkeel';
import pinned from '../golden/fingerprints.json';
import { differences, hasFused } from '../reproducibility/fingerprints.mjs';
import { caught, must, percent } from './helpers.mjs';
import { runChecks } from './run-checks.mjs';

/** Checks that hold with WebAssembly. */
const usual = {
  'portable: every fingerprint equals the pinned one': () => agree('portable'),

  'fused, if the browser has relaxed SIMD: first weights equal the pinned ones, the loss is close': () =>
    hasFused(library) ? agree('fused') : 'no relaxed SIMD',

  'iris is learned, saved and loaded': () => learned('wasm'),
};

const checks = {
  file: {
    ...usual,
    'there is no server here': async () => {
      must(location.protocol === 'file:', `the page is from ${location.protocol}`);
      must((await caught(() => fetch('script.js'))) instanceof TypeError, 'the page can load files');
    },

    'two threads become one, and the model says why': () => {
      const { count, reason } = new MLP({ inputSize: 1, layers: [{ units: 1 }], threads: 2 }).threads;
      must(count === 1 && /not cross-origin isolated/.test(reason), `${count}, ${reason}`);
    },
  },

  classic: {
    ...usual,
    'two threads have the bits of one': async () => {
      const x = new Rng(1).normal(300 * 512);
      const [one, two] = await Promise.all(
        [1, 2].map(async (threads) => {
          const model = new MLP({ inputSize: 300, layers: [{ units: 300 }, { units: 10 }], threads });
          must(model.threads.count === threads, JSON.stringify(model.threads));
          const y = await model.predictAsync(x);
          model.close();
          return y;
        }),
      );
      must(`${one}` === `${two}`, 'bits differ');
    },

    'a classic worker loads it by importScripts, with the pinned bits': async () => {
      const worker = new Worker('/classic-worker.js');
      const found = await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      });
      worker.terminate();
      must(found.length === 0, found.join('; '));
    },
  },

  classicStrict: {
    'javascript: draws and first weights equal those of WebAssembly': () => agree('javascript'),

    'a model without a named backend runs in JavaScript and learns iris': () => learned('javascript'),
  },
};

if ('document' in globalThis) {
  // A page from a file has the origin of the server in its text.
  const isFile = location.protocol === 'file:';
  const kind = isFile ? 'file' : location.pathname.slice(1);
  const run = () => runChecks(checks[kind], kind, document.querySelector('#server')?.textContent);
  if (isFile) addEventListener('DOMContentLoaded', run);
  else void run();
} else {
  void differences(library, pinned, 'portable').then((found) => postMessage(found));
}

async function learned(backend) {
  const model = new MLP({
    inputSize: 4,
    layers: [{ units: 3, activation: 'softmax' }],
    inputScaling: 'zScore',
  });
  must(model.backend === backend, `expected the backend '${backend}', got '${model.backend}'`);
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }), metrics: ['accuracy', 'f1'] });
  await model.fit(iris.x, iris.y, { epochs: 60, batchSize: 16 });
  const { accuracy } = model.evaluate(iris.x, iris.y);
  must(accuracy > 0.9, `expected over 90 %, got ${percent(accuracy)}`);
  const [saved, loaded] = [model, MLP.load(model.save())].map((one) => `${one.predict(iris.x)}`);
  must(saved === loaded, 'the loaded model predicts other values');
  return percent(accuracy);
}

async function agree(build) {
  const found = await differences(library, pinned, build);
  must(found.length === 0, found.join('; '));
}
