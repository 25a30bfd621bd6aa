/** Fuel consumption from a CSV file: numbers, a category, missing cells, and a target that is a number. */
import { readFileSync } from 'node:fs';
import { MLP, sgd } from 'evenkeel';
import { readCsv, trainTestSplit } from 'evenkeel/data';

const SEEDS = 5;

const text = readFileSync(new URL('cars.csv', import.meta.url), 'utf8');
const cars = readCsv(text, { name: 'cars.csv', target: 'mpg', onMissing: 'skip' });
console.log(`${cars.rows} cars, ${cars.skipped} more lack a value; ${cars.featureNames.join(', ')}\n`);

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: ArrayLike<number>) => {
  const centre = mean(values);
  return mean(Array.from(values, (value) => (value - centre) * (value - centre)));
};

/** Trains on four fifths of the cars; the seed says which, and starts the network. */
async function regress(seed: number): Promise<{ rmse: number; r2: number }> {
  const { inputSize } = cars;
  const { xTrain, yTrain, xTest, yTest } = trainTestSplit(cars.x, cars.y, { inputSize, seed });
  const model = new MLP({
    inputSize,
    layers: [{ units: 16, activation: 'tanh' }, { units: 1 }],
    inputScaling: 'zScore',
    seed,
  });
  model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.03 }) });

  // The target, too, is brought to mean 0 and deviation 1, by the training rows: that is where a network starts.
  const centre = mean(yTrain);
  const deviation = Math.sqrt(variance(yTrain));
  const scaled = (y: ArrayLike<number>) => Float64Array.from(y, (value) => (value - centre) / deviation);
  await model.fit(xTrain, scaled(yTrain), { epochs: 100, batchSize: 16 });

  const squaredError = model.evaluate(xTest, scaled(yTest)).loss * deviation * deviation;
  return { rmse: Math.sqrt(squaredError), r2: 1 - squaredError / variance(yTest) };
}

console.log('seed   rmse in mpg      r2');
const results: { rmse: number; r2: number }[] = [];
const line = (head: string, rmse: number, r2: number) =>
  console.log(`${head.padStart(4)}${rmse.toFixed(2).padStart(14)}${r2.toFixed(3).padStart(8)}`);
for (let seed = 0; seed < SEEDS; seed++) {
  const { rmse, r2 } = await regress(seed);
  results.push({ rmse, r2 });
  line(String(seed), rmse, r2);
}
line('mean', mean(results.map(({ rmse }) => rmse)), mean(results.map(({ r2 }) => r2)));
