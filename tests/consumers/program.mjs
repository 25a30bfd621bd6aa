/**
 * The program that every consumer runs. It trains iris with a fixed seed, saves and loads the model, and returns the backend with a
 * hash of the weights.
 */
import { hash } from '../reproducibility/fingerprints.mjs';

/** Result of the program in WebAssembly. `tests/consumers/program.test.ts` computes it from the sources. */
export const EXPECTED = 'wasm 526e35a668c9a0b4';

/** Names that the program takes from each entry. */
export const imported = {
  evenkeel: ['MLP', 'adam'],
  'evenkeel/data': ['iris'],
  'evenkeel/extras': ['useSaving'],
};
const names = Object.values(imported).flat().join(', ');

/** Trains, saves and loads a model. It must not use any other name of this file, because its text is copied. */
export async function train({ MLP, adam, iris, useSaving: loadSaving }, hash) {
  loadSaving();
  const model = new MLP({
    inputSize: 4,
    layers: [
      { units: 8, activation: 'tanh' },
      { units: 3, activation: 'softmax' },
    ],
    inputScaling: 'zScore',
    seed: 17,
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 0.02 }), metrics: ['accuracy'] });
  await model.fit(iris.x, iris.y, { epochs: 20, batchSize: 16 });
  const { accuracy } = model.evaluate(iris.x, iris.y);
  if (!(accuracy > 0.9)) throw new Error(`iris: expected an accuracy over 0.9, got ${accuracy}`);
  const loaded = MLP.load(model.save());
  return `${model.backend} ${hash(...loaded.getWeights().flatMap(({ kernel, bias }) => [kernel, bias]))}`;
}

/** How a program gets the names of an entry. */
const forms = {
  import: (entry, names) => `import { ${names} } from '${entry}';`,
  require: (entry, names) => `const { ${names} } = require('${entry}');`,
  script: (_, names) => `const { ${names} } = evenkeel;`,
};

/** Text that defines `run`, below the imports. */
const body = [`${hash}`, `${train}`, `const run = () => train({ ${names} }, hash);`].join('\n');

/**
 * Text of a program that gets the library in one of the forms. It defines `run()`, which returns a promise of the result; `ends` are
 * the statements that follow.
 */
export function program(form, ...ends) {
  const heads = Object.entries(imported).map(([entry, names]) => forms[form](entry, names.join(', ')));
  return [...heads, body, ...ends, ''].join('\n');
}

/** Ends of programs: one prints the result, one leaves its promise in a page, one exports the function. */
export const PRINT = 'run().then((result) => console.log(result));';
export const IN_PAGE = 'globalThis.outcome = run();';
export const EXPORT = 'export { run };';
