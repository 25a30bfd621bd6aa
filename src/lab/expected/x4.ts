/**
 * Five tanh layers of 1000 with ten softmax outputs: standard deviation of activations and of dL/dz by layer, and the ratio of
 * the first gradient to the last. Source: tests/golden/init_reference.json, tanh_5x1000.
 */
export const expectedX4 = {
  standard: {
    activation: [0.460471, 0.249025, 0.140707, 0.080706, 0.046465],
    gradient: [0.00143754, 0.00303639, 0.0056181, 0.00986807, 0.01729395],
    gradientRatio: 0.08312,
  },
  glorot: {
    activation: [0.627953, 0.485367, 0.407252, 0.356848, 0.320813],
    gradient: [0.01586128, 0.02319906, 0.02920814, 0.0340497, 0.03868848],
    gradientRatio: 0.40997,
  },
} as const;
