import { adam, MLP, rmsprop, sgd } from 'evenkeel';

const x = [[1, 0], [0, 5]]; // loss with y: (w1² + 25 w2²) / 2
const y = [[0], [0]];
const choices = [
  sgd({ learningRate: 0.07 }), sgd({ learningRate: 0.07, momentum: 0.7 }),
  rmsprop({ learningRate: 0.1 }), adam({ learningRate: 0.3 })];
for (const optimizer of choices) {
  const layers = [{ units: 1, useBias: false }];
  const model = new MLP({ inputSize: 2, layers });
  model.setWeights([{ kernel: [-4, 1] }]);
  model.compile({ loss: 'squaredError', optimizer });
  for (let step = 0; step < 40; step++) model.trainOnBatch(x, y);
  console.log(optimizer.name, model.evaluate(x, y).loss.toExponential(1));
}
