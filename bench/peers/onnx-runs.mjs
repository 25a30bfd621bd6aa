/** Contestants that run an ONNX model, for both builds of onnxruntime, whose interfaces are the same. */
import { networkModel, operatorModel } from './onnx-model.mjs';

const operators = {
  sigmoid: ['Sigmoid'],
  tanh: ['Tanh'],
  exp: ['Exp'],
  gelu: ['Gelu', { approximate: 'tanh' }],
};

/**
 * Returns the `predict` and `elementwise` of a build.
 *
 * @param name     name of the contestants
 * @param ort      the build's module
 * @param options  options of its sessions
 */
export function onnxPeer(name, ort, options) {
  return {
    predict: ({ sizes, rows, steps, weights, batches }) =>
      runs(
        networkModel(sizes, weights),
        new ort.Tensor('float32', batches[0].floats, [rows, sizes[0]]),
        steps,
        steps,
      ),
    elementwise: (operator, values, repeats) =>
      runs(
        operatorModel(...operators[operator]),
        new ort.Tensor('float32', values, [values.length]),
        repeats,
        repeats * values.length,
      ),
  };

  async function runs(model, x, repeats, units) {
    const session = await ort.InferenceSession.create(model, { graphOptimizationLevel: 'all', ...options });
    let y = [];
    return {
      name,
      units,
      async work() {
        for (let i = 0; i < repeats; i++) y = (await session.run({ x })).y.data;
      },
      output: () => y,
    };
  }
}
