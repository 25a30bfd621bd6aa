import { constant, heNormal, MLP, sgd, zeros } from 'evenkeel';
import { iris } from 'evenkeel/data';

const equal = constant({ value: 0.5 });
for (const kernelInitializer of [zeros(), equal, heNormal()]) {
  const hidden = { units: 16, activation: 'relu', kernelInitializer };
  const output = { units: 3, activation: 'softmax', kernelInitializer };
  const options = { inputSize: 4, layers: [hidden, output], seed: 1 };
  const model = new MLP({ ...options, inputScaling: 'zScore' });
  const optimizer = sgd({ learningRate: 0.1 });
  model.compile({ loss: 'crossEntropy', optimizer });
  const { loss } = await model.fit(iris.x, iris.y, { epochs: 50 });
  const weights = model.getWeights()[0].kernel.slice(0, 16); // of input 1
  console.log(loss.at(-1).toFixed(3), new Set(weights).size);
}
