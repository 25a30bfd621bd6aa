import { glorotNormal, glorotUniform, Rng } from 'evenkeel';
import { statistics } from 'evenkeel/theory';

const sizes = [50, 80, 100]; // inputs, neurons of layer 1 and of layer 2
for (const layer of [1, 2]) {
  const shape = [sizes[layer - 1], sizes[layer]];
  const rng = new Rng(8).split(layer);
  const drawn = glorotNormal()(shape, rng.split('normal'));
  const even = glorotUniform()(shape, rng.split('uniform'));
  const std = Math.sqrt(2 / (shape[0] + shape[1]));
  console.log('formula', std.toFixed(3), (Math.sqrt(3) * std).toFixed(3));
  const spread = statistics.standardDeviation(drawn);
  console.log('drawn  ', spread.toFixed(3), Math.max(...even).toFixed(3));
}
