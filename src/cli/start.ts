/** Command `npm start`: the lectures' network on MNIST from five starts, or one recipe. */

import { useEverything } from '../extras/index.js';
import { formatCount } from '../format.js';
import { type BackendName, MLP } from '../index.js';
import {
  type FiveStartsCallbacks,
  type FiveStartsData,
  fiveStarts,
  type StartResult,
} from '../lab/five-starts.js';
import { readImageFolder } from '../node/index.js';
import { canMoveCursor } from '../node/progress-bar.js';
import { mnistFolder } from './mnist.js';
import { parseOptions, type StartOptions } from './options.js';
import { fail, watchOutput } from './output.js';
import { barProgress, lineProgress, type Progress } from './progress.js';
import { listRecipes, runRecipe } from './recipe.js';
import { endingSignals, SIGNAL_STATUS } from './signals.js';
import { formatResults } from './tables.js';

async function main(): Promise<void> {
  useEverything();
  watchOutput();
  const options = parseOptions(process.argv.slice(2));
  if (options.recipe === 'list') {
    process.stdout.write(listRecipes());
    return;
  }
  const { data, used } = await prepare(options);
  const { data: _, recipe, ...rest } = options;
  const all = { ...rest, ...used };
  if (recipe !== undefined) {
    const { epochs, seed, backend, arithmetic } = all;
    await runRecipe(recipe, data, { epochs, seed, backend, arithmetic });
    return;
  }
  process.stdout.write(heading(all, data));

  const work = { epochs: options.epochs, samples: data.train.count };
  const progress = canMoveCursor(process.stdout)
    ? barProgress(process.stdout, work)
    : lineProgress(process.stdout, work);
  const results: StartResult[] = [];
  for (const signal of endingSignals) {
    process.once(signal, () => {
      progress.stop();
      const finished = `Interrupted. Results until then:\n${formatResults(results)}`;
      process.stdout.write(finished, () => process.exit(SIGNAL_STATUS[signal]));
    });
  }

  try {
    await fiveStarts(data, all, collecting(results, progress));
  } catch (error) {
    progress.stop();
    // The library refuses options such as more units than fit in memory. Any other error is a bug and shows its stack.
    if (error instanceof RangeError) return fail(error);
    throw error;
  }
  progress.stop();
  process.stdout.write(`\n${formatResults(results)}`);
}

/** Reads options and data, and reports faults outside the program in one line. */
async function prepare(options: StartOptions) {
  try {
    return {
      used: whatIsUsed(options),
      data: await readImageFolder(options.data ?? mnistFolder()),
    };
  } catch (error) {
    return fail(error as Error);
  }
}

/** Returns the backend and arithmetic that are available. The library warns here, before a progress bar is shown. */
function whatIsUsed({ backend, arithmetic }: StartOptions) {
  const options = { inputSize: 1, layers: [{ units: 1 }], arithmetic };
  const model = new MLP<BackendName>(backend === undefined ? options : { ...options, backend });
  return { backend: model.backend, arithmetic: model.arithmetic };
}

/** Stores every start from its beginning, so that Ctrl-C can show the running one too. */
function collecting(results: StartResult[], { stop: _, ...callbacks }: Progress): FiveStartsCallbacks {
  return {
    ...callbacks,
    onStart(start) {
      results.push(start);
      callbacks.onStart?.(start);
    },
  };
}

function heading(options: StartOptions, { train, test }: FiveStartsData): string {
  const { units, activation, learningRate, batchSize, epochs, seed, backend, arithmetic } = options;
  return [
    `${train.inputSize}-${units.join('-')}-10, ${activation}: ${formatCount(train.count)} training and ${formatCount(test.count)} test images`,
    `SGD, learning rate ${learningRate}, batch ${batchSize}, epochs ${epochs}, seed ${seed}, ${backend}, ${arithmetic}`,
    '\n',
  ].join('\n');
}

await main();
