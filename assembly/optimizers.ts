/** The optimizers: one flat loop each, over the whole parameter block. */

/** parameters[i] −= learningRate · gradients[i]. */
export function sgd(parameters: usize, gradients: usize, n: usize, learningRate: f32): void {
  const end = parameters + (n << 2),
    vectorEnd = parameters + ((n & ~3) << 2);
  const rate = f32x4.splat(learningRate);
  while (parameters < vectorEnd) {
    v128.store(parameters, f32x4.sub(v128.load(parameters), f32x4.mul(rate, v128.load(gradients))));
    parameters += 16;
    gradients += 16;
  }
  while (parameters < end) {
    store<f32>(parameters, load<f32>(parameters) - learningRate * load<f32>(gradients));
    parameters += 4;
    gradients += 4;
  }
}
