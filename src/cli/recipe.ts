/** Command `npm start -- --recipe NAME`: one network, epoch by epoch, beside PyTorch's figures for the same network. */
import Table from 'cli-table3';
import { formatCount, formatLoss, formatNumber, formatShare } from '../format.js';
import { type ExpectedRun, expectedFashion } from '../lab/expected/fashion.js';
import type { FiveStartsData } from '../lab/five-starts.js';
import {
  BATCH_SIZE,
  isFashionMnist,
  type RecipeEpoch,
  type RecipeName,
  type RecipeOptions,
  recipeModel,
  recipeNames,
  recipes,
  trainRecipe,
} from '../lab/recipes.js';
import { progressBar } from '../node/index.js';
import { layout } from './layout.js';
import { fail, print } from './output.js';
import { interruptible } from './signals.js';

/** Lists names and what they show, one line each. */
export function listRecipes(): string {
  const width = Math.max(...recipeNames.map((name) => name.length));
  return recipeNames.map((name) => `${name.padEnd(width)}  ${recipes[name].about}\n`).join('');
}

/** Trains a recipe and prints its epochs. A signal ends it after the current batch and keeps the completed epochs. */
export async function runRecipe(
  name: RecipeName,
  data: FiveStartsData,
  options: Required<RecipeOptions>,
): Promise<void> {
  const expected: ExpectedRun | undefined = isFashionMnist(data.train) ? expectedFashion[name] : undefined;
  print(heading(name, data, options));
  const epochs: RecipeEpoch[] = [];
  try {
    await interruptible(async (interrupt) => {
      try {
        await trainRecipe(name, data, options, {
          onGradients: (norms) => print(gradientLine(norms, expected)),
          onEpoch: (epoch) => epochs.push(epoch),
          callbacks: [progressBar()],
          signal: interrupt.signal,
        });
      } catch (error) {
        if (!interrupt.caused(error)) throw error;
        print('Interrupted. Results until then:\n');
        process.exitCode = interrupt.status;
      }
    });
  } catch (error) {
    // An overflow or an error of the library is reported in one line. Any other error is a bug and shows its stack.
    if (!(error instanceof RangeError)) throw error;
    print(epochTable(epochs, expected));
    return fail(error);
  }
  print(epochTable(epochs, expected));
}

function heading(
  name: RecipeName,
  { train, test }: FiveStartsData,
  options: Required<RecipeOptions>,
): string {
  const { hidden, activation, batchNorm, kernelInitializer, optimizer, about } = recipes[name];
  const { inputScaling } = recipeModel(name, train.inputSize).config;
  const { epochs, seed, backend, arithmetic } = options;
  const scaling = typeof inputScaling === 'string' ? inputScaling : 'zScore per dataset';
  const start = kernelInitializer?.config.name ?? "PyTorch's start";
  return [
    `${name}: ${about}`,
    `${train.inputSize}-${hidden.join('-')}-10, ${activation}${batchNorm ? ' with batch norm' : ''}, ${start}, inputs ${scaling}`,
    `${optimizer.name}, learning rate ${optimizer.learningRate}, batch ${BATCH_SIZE}, epochs ${epochs}, seed ${seed}, ${backend}, ${arithmetic}`,
    `${formatCount(train.count)} training and ${formatCount(test.count)} test images`,
    '',
  ].join('\n');
}

function gradientLine(norms: readonly number[], expected: ExpectedRun | undefined): string {
  const ends = (values: readonly number[]) => [values[0]!, values.at(-1)!].map(formatNumber);
  const [first, last] = ends(norms);
  const theirs = expected ? `; PyTorch's ${ends(expected.gradientNorms).join(' and ')}` : '';
  return `First gradient: layer 1 ${first}, last layer ${last}${theirs}\n\n`;
}

function epochTable(epochs: readonly RecipeEpoch[], expected: ExpectedRun | undefined): string {
  const head = ['epoch', 'train\nloss', 'train\naccuracy', 'test\naccuracy'];
  if (expected) head.push("PyTorch's\ntrain loss", '\ntrain acc.', '\ntest acc.');
  const table = new Table({ ...layout, head, colAligns: head.map(() => 'right' as const) });
  for (const { epoch, trainLoss, trainAccuracy, testAccuracy } of epochs) {
    const ours = [`${epoch}`, formatLoss(trainLoss), formatShare(trainAccuracy), formatShare(testAccuracy)];
    const at = (values: readonly number[]) => values[epoch - 1] ?? Number.NaN;
    const theirs = expected && [
      formatLoss(at(expected.trainLoss)),
      formatShare(at(expected.trainAccuracy)),
      formatShare(at(expected.testAccuracy)),
    ];
    table.push([...ours, ...(theirs ?? [])]);
  }
  const note = expected ? '' : "PyTorch's figures belong to Fashion-MNIST; these images are others.\n";
  return `${table.toString()}\nMeasured after each epoch over all images.\n${note}`;
}
