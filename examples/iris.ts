/** Cross-validates a network on iris: each of five folds with ten flowers per class is tested by a network trained on the other four. */
import { adam, MLP } from 'evenkeel';
import { iris, kFold, take } from 'evenkeel/data';

const FOLDS = 5;
const SEEDS = 10;

/** Returns the accuracy on each fold. The seed shuffles the folds and draws the initial weights. */
async function crossValidate(seed: number): Promise<number[]> {
  const accuracies: number[] = [];
  for (const { train, test } of kFold(iris.y, { folds: FOLDS, seed, stratify: true })) {
    const model = new MLP({
      inputSize: 4,
      layers: [
        { units: 16, activation: 'tanh' },
        { units: 3, activation: 'softmax' },
      ],
      inputScaling: 'zScore', // fitted on the training rows only
      seed,
    });
    model.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 0.01 }), metrics: ['accuracy'] });
    await model.fit(take(iris.x, train, 4), take(iris.y, train), { epochs: 50, batchSize: 16 });
    accuracies.push(model.evaluate(take(iris.x, test, 4), take(iris.y, test)).accuracy ?? 0);
  }
  return accuracies;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`.padStart(8);

console.log(`seed  accuracy on each fold${' '.repeat(8 * FOLDS - 18)}mean`);
const means: number[] = [];
for (let seed = 0; seed < SEEDS; seed++) {
  const accuracies = await crossValidate(seed);
  means.push(mean(accuracies));
  console.log(`${String(seed).padStart(4)}${accuracies.map(percent).join('')}  ${percent(means[seed]!)}`);
}
console.log(`mean${' '.repeat(8 * FOLDS)}  ${percent(mean(means))}`);
