/** Program for Node that computes the numbers on the screen: it prints the same losses to the last digit. */
import { viewEngine } from '../views/engines.js';
import { type DataSet, type Part, splitLines } from './data/data-set.js';
import { DRAWN_ROWS, drawn, isDrawn } from './data/drawn.js';
import { compileOptions, hiddenLayer, outputLayer, scalingOf } from './model-options.js';
import type { Runner } from './runner.js';
import { letters, type State } from './state.js';

/**
 * Returns the text of the program.
 *
 * @param address  address of the page with its state, for the first line
 */
export function program(state: State, data: DataSet, runners: readonly Runner[], address: string): string {
  const lines = [
    `// ${address}`,
    '// In a folder of its own: npm install evenkeel, then node with this file.',
    "import { MLP, Rng } from 'evenkeel';",
    `import { ${isDrawn(data.name) ? 'take, trainTestSplit' : 'readCsv, take, trainTestSplit'} } from 'evenkeel/data';`,
    '',
    ...dataLines(state, data),
    '',
    training(data),
    ...runners.flatMap((runner, n) => networkLines(state, data, runner, n)),
  ];
  return `${lines.join('\n')}\n`;
}

function dataLines(state: State, data: DataSet): string[] {
  if (!isDrawn(data.name)) return [...(data.lines ?? [])];
  const text = drawn[data.name].text.trim().replace('export function', 'function');
  return [
    text,
    '',
    `const { x, y } = ${data.name}(new Rng(${state.seed}), ${DRAWN_ROWS}, ${state.noise});`,
    ...splitLines(state, data.inputSize),
  ];
}

function training({ inputSize }: DataSet): string {
  return `
/** Trains in batches. Each epoch has its own order; rows that do not fill a batch are left out. */
function train(model, { seed, batchSize, compile, rates }) {
  const batches = Math.floor(yTrain.length / batchSize);
  let order;
  let step = 0;
  for (const { steps, learningRate } of rates) {
    model.compile({ ...compile, optimizer: { ...compile.optimizer, learningRate } });
    for (const end = step + steps; step < end; step++) {
      const at = (step % batches) * batchSize;
      if (at === 0) order = new Rng(seed).split('order').split(step / batches).permutation(yTrain.length);
      const rows = order.slice(at, at + batchSize);
      model.trainOnBatch(take(xTrain, rows, ${inputSize}), take(yTrain, rows, 1));
    }
  }
}`.trim();
}

function networkLines(state: State, data: DataSet, runner: Runner, n: number): string[] {
  const { options, batchSize, stretches, step, failure } = runner;
  const { depth, seed } = options;
  const view = viewEngine(state.view);
  const scaling = scalingOf(state, data);
  const { targetScaling } = data;
  const { optimizer, ...compile } = compileOptions(options, data);
  const { learningRate: _, ...kind } = optimizer as { readonly learningRate: number };
  const rates = stretches.map(({ from, rate }, i) => ({
    steps: (stretches[i + 1]?.from ?? step) - from,
    learningRate: rate,
  }));
  const run = show({ seed, batchSize, compile: { ...compile, optimizer: kind }, rates });
  return [
    '',
    `{ // Network ${letters[n]}`,
    `  const hidden = ${show(hiddenLayer(options))};`,
    '  const model = new MLP({',
    `    inputSize: ${data.inputSize},`,
    `    layers: [...Array(${depth}).fill(hidden), ${show(outputLayer(options, data))}],`,
    `    inputScaling: ${show(scaling)},`,
    ...(targetScaling ? [`    targetScaling: ${show(targetScaling)},`] : []),
    `    seed: ${seed},`,
    '  });',
    ...adaptLines(scaling !== 'none', targetScaling !== undefined),
    ...(view?.program?.(state, options, n) ?? []).map((line) => `  ${line}`),
    `  train(model, ${run});`,
    ...(failure === undefined ? [] : [`  // The next step ends with: ${failure}`]),
    `  console.log('${letters[n]}', ${JSON.stringify(`step ${step}:`)}, 'training', model.evaluate(${rowsOf('Train', data.train, runner.measured, data)}), 'test', model.evaluate(${rowsOf('Test', data.test, runner.measuredTest, data)}));`,
    '}',
  ];
}

/** Returns the line that fits the scalings to the training rows. */
function adaptLines(hasInputs: boolean, hasTargets: boolean): string[] {
  if (hasTargets) return ['  model.adapt(xTrain, yTrain);'];
  return hasInputs ? ['  model.adapt(xTrain);'] : [];
}

/** Returns the arguments of evaluate; a large network is measured on the first rows. */
function rowsOf(name: string, all: Part, measured: Part, { inputSize }: DataSet): string {
  const { rows } = measured;
  return rows === all.rows
    ? `x${name}, y${name}`
    : `x${name}.subarray(0, ${rows * inputSize}), y${name}.subarray(0, ${rows})`;
}

/** Returns plain data as JavaScript, in one line. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  const pairs = Object.entries(value).filter(([, part]) => part !== undefined);
  return pairs.length === 0
    ? '{}'
    : `{ ${pairs.map(([name, part]) => `${name}: ${show(part)}`).join(', ')} }`;
}
