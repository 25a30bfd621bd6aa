/**
 * What PyTorch 1.13 reaches with the recipes on Fashion-MNIST: float32, one thread, one run of one seed each, so that ±1.5
 * points are no difference. Loss and accuracies after each epoch, over all images, as the model then predicts. The whole of
 * it is tests/golden/fashion_experiments.json.
 */
export interface ExpectedRun {
  /** Its name in that file. */
  readonly run: string;
  /** Norms of the kernels' gradients over the first batch: of the first layer and of the last. */
  readonly gradientNorms: readonly [first: number, last: number];
  readonly trainLoss: readonly number[];
  readonly trainAccuracy: readonly number[];
  readonly testAccuracy: readonly number[];
}

export const expectedFashion = {
  recommended: {
    run: 'recommended_he',
    gradientNorms: [3.71, 2.3],
    trainLoss: [0.3415, 0.3112, 0.264, 0.2468, 0.2286, 0.2103],
    trainAccuracy: [0.878, 0.8868, 0.9055, 0.9108, 0.9176, 0.9236],
    testAccuracy: [0.8609, 0.8644, 0.8779, 0.8804, 0.8821, 0.8811],
  },
  sgd: {
    run: 'relu_256_pm1',
    gradientNorms: [1.5, 0.704],
    trainLoss: [0.656, 0.5567, 0.5098, 0.4814, 0.464, 0.4505, 0.439, 0.4262, 0.4177, 0.412],
    trainAccuracy: [0.7733, 0.8048, 0.8204, 0.831, 0.8363, 0.8414, 0.8451, 0.8504, 0.8529, 0.8555],
    testAccuracy: [0.7627, 0.7933, 0.8076, 0.8168, 0.8213, 0.8254, 0.8292, 0.8342, 0.8394, 0.8401],
  },
  unit: {
    run: 'relu_256_0_1',
    gradientNorms: [0.741, 0.337],
    trainLoss: [0.9337, 0.7368, 0.6502, 0.598, 0.5633, 0.5395, 0.5207, 0.5046, 0.4922, 0.4828],
    trainAccuracy: [0.6922, 0.7462, 0.781, 0.8017, 0.8129, 0.8195, 0.8236, 0.8288, 0.8334, 0.8343],
    testAccuracy: [0.6793, 0.7339, 0.7683, 0.7871, 0.8008, 0.8059, 0.8109, 0.8172, 0.8203, 0.8231],
  },
  zScore: {
    run: 'relu_256_z',
    gradientNorms: [1.92, 0.91],
    trainLoss: [0.5944, 0.5102, 0.4685, 0.443, 0.4277, 0.4149, 0.4056, 0.3904, 0.3818, 0.3751],
    trainAccuracy: [0.7929, 0.8225, 0.8344, 0.8441, 0.8496, 0.8531, 0.8563, 0.8627, 0.8658, 0.8673],
    testAccuracy: [0.78, 0.8112, 0.8225, 0.83, 0.8317, 0.8385, 0.839, 0.8451, 0.849, 0.8481],
  },
  raw: {
    run: 'relu_256_0_255',
    gradientNorms: [455.0, 289.0],
    trainLoss: [2.303, 2.2327, 2.2785, 2.2971, 2.3022, 2.3014, 2.3021, 2.3017, 2.298, 2.3025],
    trainAccuracy: [0.0999, 0.1312, 0.1144, 0.103, 0.1003, 0.1004, 0.1006, 0.1004, 0.1004, 0.1004],
    testAccuracy: [0.0999, 0.1338, 0.1131, 0.1029, 0.1002, 0.1004, 0.1006, 0.1004, 0.1005, 0.1002],
  },
  zeros: {
    run: 'relu_256_zeroinit',
    gradientNorms: [0.0, 0.0],
    trainLoss: [2.3026, 2.3026, 2.3026],
    trainAccuracy: [0.1, 0.1, 0.1],
    testAccuracy: [0.1, 0.1, 0.1],
  },
  sigmoid: {
    run: 'sigmoid_256_pm1',
    gradientNorms: [0.525, 0.848],
    trainLoss: [1.3252, 0.9767, 0.8232, 0.7412, 0.6908, 0.6564, 0.6283, 0.6062, 0.5885, 0.5727],
    trainAccuracy: [0.6835, 0.7227, 0.7381, 0.751, 0.7618, 0.7689, 0.7785, 0.7866, 0.7928, 0.7991],
    testAccuracy: [0.6808, 0.7175, 0.7323, 0.7453, 0.7557, 0.7615, 0.7682, 0.7764, 0.7841, 0.7895],
  },
  sigmoid7: {
    run: 'sigmoid_128x7_pm1',
    gradientNorms: [3.92e-6, 0.498],
    trainLoss: [2.3031, 2.303, 2.3029, 2.3032, 2.3031, 2.3033],
    trainAccuracy: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
    testAccuracy: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
  },
  'sigmoid7-16n': {
    run: 'sigmoid_128x7_16n',
    gradientNorms: [0.187, 2.31],
    trainLoss: [2.2022, 1.9329, 1.4998, 1.1951, 1.0021, 0.8851, 0.8038, 0.7453],
    trainAccuracy: [0.3598, 0.5181, 0.6041, 0.6758, 0.7037, 0.7218, 0.7321, 0.7457],
    testAccuracy: [0.3601, 0.5152, 0.6056, 0.6791, 0.7024, 0.7195, 0.7294, 0.7391],
  },
  'sigmoid7-batchNorm': {
    run: 'sigmoid_128x7_bn_adam',
    gradientNorms: [1.43, 1.13],
    trainLoss: [0.4432, 0.3674, 0.3415, 0.3221, 0.3106],
    trainAccuracy: [0.8439, 0.8684, 0.8779, 0.8835, 0.8865],
    testAccuracy: [0.8279, 0.8471, 0.8591, 0.8609, 0.8641],
  },
  tanh7: {
    run: 'tanh_128x7_glorot',
    gradientNorms: [1.74, 0.538],
    trainLoss: [0.5614, 0.4716, 0.4272, 0.4113, 0.3856, 0.371, 0.3684, 0.3418],
    trainAccuracy: [0.8037, 0.8327, 0.8484, 0.852, 0.8623, 0.8677, 0.8663, 0.8793],
    testAccuracy: [0.7949, 0.8245, 0.8359, 0.8379, 0.8461, 0.8492, 0.8474, 0.8588],
  },
  relu7: {
    run: 'relu_128x7_he_sgd',
    gradientNorms: [4.48, 2.09],
    trainLoss: [0.5548, 0.4411, 0.3976, 0.3798, 0.3468, 0.3393, 0.3191, 0.3234],
    trainAccuracy: [0.7911, 0.8381, 0.8534, 0.858, 0.8737, 0.8748, 0.8836, 0.8805],
    testAccuracy: [0.777, 0.8273, 0.8388, 0.8415, 0.8548, 0.855, 0.8599, 0.8563],
  },
} as const satisfies Record<string, ExpectedRun>;
