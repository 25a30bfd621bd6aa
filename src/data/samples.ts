/** What the lectures compute by hand on, as their slides print it. */

/**
 * Three flowers, one a class: the 2-2-3 network's forward pass, the dying ReLU and the start from zero (slides "MLP –
 * Activation and Initialization", 26–29, 30–37 and 54–56). Rows of `iris`, without the sepals.
 */
export const irisLecture = {
  featureNames: ['petal length', 'petal width'],
  classNames: ['setosa', 'versicolor', 'virginica'],
  /** [3, 2], in centimetres. */
  x: /* @__PURE__ */ Float64Array.of(1.5, 0.2, 4.7, 1.6, 5.6, 2.2),
  y: /* @__PURE__ */ Uint8Array.of(0, 1, 2),
} as const;

/**
 * One house, whose price wx + b learns from w = b = 0 (the same slides, 38–40): (ŷ − y)² is 82.81, and 0.5595 after a step
 * of 0.01. Slide 40 once prints x as 0.67; its own figures need 6.7.
 */
export const housePrice = {
  featureNames: ['x'],
  targetName: 'price',
  /** [1, 1]; the slides give no units. */
  x: /* @__PURE__ */ Float64Array.of(6.7),
  /** [1, 1] */
  y: /* @__PURE__ */ Float64Array.of(9.1),
} as const;
