/**
 * Checks that run in the page, on the library as a user's bundler finds it. A check that throws has failed; its return value is shown.
 */

import * as library from 'evenkeel';
import { MLP, Rng, sgd } from 'evenkeel';
import { iris, readIdx } from 'evenkeel/data';
import { useEverything } from 'evenkeel/extras';
import { toHTML, toSVG } from 'evenkeel/report';
import pinned from '../golden/fingerprints.json';
import { differences, hasFused } from '../reproducibility/fingerprints.mjs';
import { breathes, caught, must, percent } from './helpers.mjs';
import { isolated, open as openThreads, workerless } from './threads.mjs';
import { open as openWorkers } from './workers.mjs';

/** Messages and draws of the page before it loads any part of the library. */
const untouched = {
  draws: [new Rng(5).normal(9), new Rng(5).truncatedNormal(9), new Rng(5).uniform(9)],
  javascript: await bareModel({ backend: 'javascript' }),
  fused: await bareModel({ arithmetic: 'fused' }),
  threads: await bareModel({ threads: 2 }),
  plain: await bareModel({}),
};
useEverything();

/** Creates and saves a model, and returns the error that stops it. */
function bareModel(options) {
  return caught(() => new MLP({ inputSize: 1, layers: [{ units: 1 }], ...options }).save());
}

function mustName(error, call) {
  must(error.name === 'StateError', `expected a StateError, got ${error}`);
  must(error.message.includes(`${call}()`), `expected the call ${call}(), got ${error.message}`);
}

/** Module with a single instruction of relaxed SIMD, i8x16.relaxed_swizzle. Only engines with relaxed SIMD validate it. */
const relaxedSwizzle = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0],
  ...[10, 15, 1, 13, 0, 0x41, 1, 0xfd, 15, 0x41, 2, 0xfd, 15, 0xfd, 0x80, 2, 11],
);

/** Checks for an ordinary page. */
const open = {
  'parts that are not loaded are named with the call that loads them': () => {
    mustName(untouched.javascript, 'useJavascript');
    mustName(untouched.fused, 'useFused');
    mustName(untouched.threads, 'useThreads');
    mustName(untouched.plain, 'useSaving');
  },

  'draws before the first model equal those after it': () => {
    const rng = new Rng(5);
    const after = [rng.normal(9), rng.truncatedNormal(9), rng.uniform(9)];
    must(`${untouched.draws}` === `${after}`, `before ${untouched.draws}, after ${after}`);
  },

  'portable: every fingerprint equals the pinned one': () => agree('portable'),

  'fused, if the browser has relaxed SIMD: first weights equal the pinned ones, the loss is close': () => {
    const can = WebAssembly.validate(relaxedSwizzle);
    must(hasFused(library) === can, `relaxed SIMD: the browser says ${can}, a model ${!can}`);
    return can ? agree('fused') : 'no relaxed SIMD';
  },

  'javascript: first weights equal the pinned ones': () => agree('javascript'),

  'iris is learned': async () => {
    const model = new MLP({
      inputSize: 4,
      layers: [
        { units: 16, activation: 'tanh' },
        { units: 3, activation: 'softmax' },
      ],
      inputScaling: 'zScore',
      seed: 1,
    });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }), metrics: ['accuracy'] });
    const before = model.evaluate(adapted(model, iris.x), iris.y).accuracy;
    const history = await model.fit(iris.x, iris.y, { epochs: 60, batchSize: 16 });
    const { accuracy } = model.evaluate(iris.x, iris.y);
    must(history.loss.length === 60, `expected 60 epochs, got ${history.loss.length}`);
    must(accuracy > 0.9, `expected over 90 %, got ${percent(accuracy)}`);
    return `${percent(before)} before, ${percent(accuracy)} after`;
  },

  'exclusive or is learned, which no line can separate': async () => {
    const x = new Rng(2).uniform(2 * 400, { low: -1 });
    const y = Uint8Array.from({ length: 400 }, (_, row) => (x[2 * row] > 0 !== x[2 * row + 1] > 0 ? 1 : 0));
    const accuracies = [];
    for (const hidden of [[], [{ units: 16, activation: 'relu' }]]) {
      const layers = [...hidden, { units: 2, activation: 'softmax' }];
      const model = new MLP({ inputSize: 2, layers, seed: 3 });
      model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.3 }), metrics: ['accuracy'] });
      await model.fit(x, y, { epochs: 100, batchSize: 20 });
      accuracies.push(model.evaluate(x, y).accuracy);
    }
    const [line, network] = accuracies;
    must(network > 0.95, `expected over 95 %, got ${percent(network)}`);
    must(line < 0.75, `a line has ${percent(line)}`);
    return `${percent(network)}, a line ${percent(line)}`;
  },

  'fit yields to the page': () => breathes(1),

  'a gzipped IDX file is read': async () => {
    const bytes = await (await fetch('/sample-idx3-ubyte.gz')).arrayBuffer();
    const { shape, data } = await readIdx(bytes, { name: 'sample' });
    must(`${shape}` === '3,4,5' && data instanceof Uint8Array, `came as ${data.constructor.name} [${shape}]`);
    must(
      data.every((value, i) => value === i),
      `values are ${data}`,
    );
  },

  'half a gzipped IDX file is refused with its name': async () => {
    const bytes = await (await fetch('/sample-idx3-ubyte.gz')).arrayBuffer();
    const error = await caught(() => readIdx(bytes.slice(0, 40), { name: 'sample' }));
    must(error instanceof RangeError && error.message.startsWith('sample: '), `${error}`);
  },

  ...openThreads,
  ...openWorkers,

  'a report is drawn': () => drawn(),

  'a report as a page escapes its title': () => {
    const html = toHTML({ kind: 'history', loss: [2, 1] }, { title: '<img src=x>' });
    const page = new DOMParser().parseFromString(html, 'text/html');
    must(page.querySelector('h1').textContent === '<img src=x>', 'the title differs');
    must(!page.querySelector('img,script'), 'the title became markup');
  },
};

/** Checks for a page whose Content-Security-Policy forbids WebAssembly. */
const strict = {
  'the policy forbids WebAssembly here': async () => {
    const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    // WebKit lets the module through and refuses the instance.
    const error = await caught(() => new WebAssembly.Instance(new WebAssembly.Module(emptyModule)));
    must(!(error instanceof TypeError), `expected a refusal by the policy, got ${error}`);
  },

  "'wasm' says so, and what to use": async () => {
    for (const arithmetic of ['portable', 'fused']) {
      const layers = [{ units: 1 }];
      const error = await caught(() => new MLP({ inputSize: 1, layers, arithmetic, backend: 'wasm' }));
      const clear = /^backend: 'wasm' .*(Content Security Policy|CSP).*use 'javascript'/is.test(
        error?.message,
      );
      must(clear, `${arithmetic}: expected an error that names 'javascript', got ${error}`);
    }
  },

  'without the JavaScript backend a page draws, and a model names the call': () => {
    must(untouched.draws[0].every(Number.isFinite), `drew ${untouched.draws}`);
    mustName(untouched.plain, 'useJavascript');
  },

  'a model without a named backend runs in JavaScript': () => {
    const { backend } = new MLP({ inputSize: 1, layers: [{ units: 1 }] });
    must(backend === 'javascript', `expected the backend 'javascript', got '${backend}'`);
  },

  'javascript: draws and first weights equal those of WebAssembly': () => agree('javascript'),

  'javascript learns iris': async () => {
    const model = new MLP({
      inputSize: 4,
      layers: [{ units: 3, activation: 'softmax' }],
      inputScaling: 'zScore',
      backend: 'javascript',
    });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }), metrics: ['accuracy'] });
    await model.fit(iris.x, iris.y, { epochs: 60, batchSize: 16 });
    const { accuracy } = model.evaluate(iris.x, iris.y);
    must(accuracy > 0.9, `expected over 90 %, got ${percent(accuracy)}`);
    return percent(accuracy);
  },

  'a report is drawn, in light colours without styles': () => drawn('light'),
};

/** Checks for a page with the policy that docs/hosts.md recommends. */
const policy = {
  'portable: every fingerprint equals the pinned one': () => agree('portable'),
  ...isolated,
};

/** Checks by the kind of page; server.mjs has the headers of each. */
export const checks = { open, strict, isolated, workerless, policy };

/** Draws a report in a document of its own and checks that the page only reads the result. */
function drawn(theme = 'auto') {
  const history = { kind: 'history', loss: [2, 1, 0.5], validation: { loss: [2, 1.5, Number.NaN] } };
  const before = document.documentElement.outerHTML;
  const svg = new DOMParser().parseFromString(toSVG(history, { theme }), 'image/svg+xml');
  must(!svg.querySelector('parsererror'), svg.querySelector('parsererror')?.textContent);
  const lines = svg.querySelectorAll('[data-mark="line"] path').length;
  must(lines >= 2, `expected a line for training and one for validation, got ${lines}`);
  must(document.documentElement.outerHTML === before, 'the page has changed');
}

async function agree(build) {
  const found = await differences(library, pinned, build);
  must(found.length === 0, found.join('; '));
}

function adapted(model, x) {
  model.adapt(x);
  return x;
}
