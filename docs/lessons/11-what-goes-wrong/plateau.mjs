import { MLP, sgd } from 'evenkeel';
import { iris } from 'evenkeel/data';
import { statistics } from 'evenkeel/theory';

const h = { units: 32, activation: 'sigmoid' }; // then try 'tanh'
h.kernelInitializer = 'torchLinear'; // the old start, U(±1/√n)
const layers = [h, h, h, h, { units: 3, activation: 'softmax' }];
const model = new MLP({ inputSize: 4, layers, inputScaling: 'zScore' });
const optimizer = sgd({ learningRate: 0.5 });
model.compile({ loss: 'crossEntropy', optimizer });
for (const epochs of [1, 9, 20, 30, 240]) {
  const fit = await model.fit(iris.x, iris.y, { epochs, batchSize: 10 });
  const top = statistics.mean(model.layerOutputs(iris.x, 3).activation);
  console.log(model.epoch, fit.loss.at(-1).toFixed(3), top.toFixed(2));
}
