/** Joins several networks of one shape into one that answers with their mean. */
import { type BackendName, type LayerWeights, MLP } from '../../index.js';

type Weights = LayerWeights<ArrayLike<number>>;
type Model = MLP<BackendName>;

/**
 * Joins networks with equal layers and equal scalings side by side. The outputs are the mean of theirs before the output activation:
 * numbers are averaged, and softmax makes the geometric mean of probabilities. The result is not compiled, and its scalings must
 * still be fitted.
 *
 * @throws RangeError if the layers cannot be joined
 */
export function joined(models: readonly [Model, ...Model[]]): Model {
  const { config, inputSize } = models[0];
  const last = config.layers.length - 1;
  for (const [l, { activation, batchNorm }] of config.layers.entries()) {
    const shared = typeof activation === 'object' && 'shared' in activation && activation.shared;
    if (shared)
      throw new RangeError(`layers[${l}].activation: networks with a shared slope cannot be joined`);
    if (l === last && batchNorm) {
      throw new RangeError(`layers[${l}].batchNorm: networks that normalize their outputs cannot be joined`);
    }
  }
  const layers = config.layers.map((layer, l) =>
    l === last ? layer : { ...layer, units: layer.units * models.length },
  );
  const model = new MLP<BackendName>({ ...config, layers });
  const weights = models.map((one) => one.getWeights());
  model.setWeights(
    config.layers.map(({ units }, l) => {
      const parts = weights.map((one) => one[l]!);
      const fanIn = l === 0 ? inputSize : config.layers[l - 1]!.units;
      return l === last ? outputLayer(parts, l === 0) : hiddenLayer(parts, fanIn, units, l === 0);
    }),
  );
  return model;
}

/** Places units side by side. After the first layer, the units of a network receive only the outputs of their own network. */
function hiddenLayer(parts: readonly Weights[], fanIn: number, units: number, isFirst: boolean): Weights {
  const width = units * parts.length;
  const kernel = new Float64Array((isFirst ? fanIn : fanIn * parts.length) * width);
  for (const [p, part] of parts.entries()) {
    const top = isFirst ? 0 : p * fanIn;
    for (let i = 0; i < fanIn; i++) {
      for (let u = 0; u < units; u++) kernel[(top + i) * width + p * units + u] = part.kernel[i * units + u]!;
    }
  }
  const { kernel: _, ...vectors } = parts[0]!;
  const names = Object.keys(vectors) as (keyof typeof vectors)[];
  const rows = names.map((name) => [name, parts.flatMap((part) => Array.from(part[name]!))]);
  return { kernel, ...(Object.fromEntries(rows) as Omit<Weights, 'kernel'>) };
}

/** Averages the outputs of the networks: each takes its own units or, without hidden layers, the inputs. */
function outputLayer(parts: readonly Weights[], isFirst: boolean): Weights {
  const mean = (name: 'kernel' | 'bias' | 'slopes') =>
    Float64Array.from(parts[0]![name]!, (_, i) =>
      parts.reduce((sum, part) => sum + part[name]![i]! / parts.length, 0),
    );
  const kernel = isFirst
    ? mean('kernel')
    : Float64Array.from(parts.flatMap((part) => Array.from(part.kernel, (value) => value / parts.length)));
  return { kernel, bias: mean('bias'), ...(parts[0]!.slopes && { slopes: mean('slopes') }) };
}
