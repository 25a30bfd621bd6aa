import { MLP, prelu, sgd } from 'evenkeel';
import { iris } from 'evenkeel/data';

for (const kernelInitializer of ['glorotNormal', 'heNormal']) {
  const activation = prelu({ shared: true }); // then try 'relu'
  const hidden = { units: 32, activation, kernelInitializer };
  const output = { units: 3, activation: 'softmax' };
  const layers = [...Array(30).fill(hidden), output];
  const net = new MLP({ inputSize: 4, layers, inputScaling: 'zScore' });
  const optimizer = sgd({ learningRate: 0.001, momentum: 0.9 });
  net.compile({ loss: 'crossEntropy', optimizer });
  const h = await net.fit(iris.x, iris.y, { epochs: 30, batchSize: 10 });
  const slopes = net.getWeights().map((w) => w.slopes?.[0].toFixed(2));
  console.log(h.loss[29].toFixed(3), slopes[0], slopes[29]);
}
