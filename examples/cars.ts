/** Predicts fuel consumption from a CSV file with a category and missing cells. The target is a number, and early stopping ends the fit. */
import { readFileSync } from 'node:fs';
import { adam, constant, MLP } from 'evenkeel';
import { readCsv, trainTestSplit } from 'evenkeel/data';

const SEEDS = 5;

const text = readFileSync(new URL('cars.csv', import.meta.url), 'utf8');
const cars = readCsv(text, { name: 'cars.csv', target: 'mpg', onMissing: 'skip' });
console.log(`${cars.rows} cars, ${cars.skipped} more lack a value; ${cars.featureNames.join(', ')}\n`);

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Trains on four fifths of the cars. The seed selects the cars and the initial weights. */
async function regress(seed: number) {
  const { inputSize } = cars;
  const { xTrain, yTrain, xTest, yTest } = trainTestSplit(cars.x, cars.y, { inputSize, seed });
  const model = new MLP({
    inputSize,
    layers: [
      { units: 16, activation: 'tanh' },
      // The bias starts at the mean target; from 0 the network would spend the first epochs on finding it.
      { units: 1, biasInitializer: constant({ value: mean(yTrain) }) },
    ],
    inputScaling: 'zScore',
    seed,
  });
  model.compile({
    loss: 'meanSquaredError',
    optimizer: adam({ learningRate: 0.01 }),
    metrics: ['rootMeanSquaredError', 'r2'],
  });
  // A fifth of the training cars decides when to stop and which epoch is best. The test cars have no influence.
  const { bestEpoch, loss } = await model.fit(xTrain, yTrain, {
    epochs: 300,
    batchSize: 16,
    validationSplit: 0.2,
    earlyStopping: { patience: 20 },
  });
  const { rootMeanSquaredError: rmse = Number.NaN, r2 = Number.NaN } = model.evaluate(xTest, yTest);
  return { rmse, r2, best: `${bestEpoch} of ${loss.length}` };
}

console.log('seed   rmse in mpg      r2   best epoch');
const line = (head: string, rmse: number, r2: number, epoch = '') =>
  console.log(
    `${head.padStart(4)}${rmse.toFixed(2).padStart(14)}${r2.toFixed(3).padStart(8)}${epoch.padStart(13)}`.trimEnd(),
  );
const results: { rmse: number; r2: number }[] = [];
for (let seed = 0; seed < SEEDS; seed++) {
  const { rmse, r2, best } = await regress(seed);
  results.push({ rmse, r2 });
  line(String(seed), rmse, r2, best);
}
line('mean', mean(results.map(({ rmse }) => rmse)), mean(results.map(({ r2 }) => r2)));
