/** Data on which the lectures compute by hand, as their slides print them. */

/** Three flowers of the lectures. */
export interface IrisLecture {
  /** Names of the two columns of x. */
  readonly featureNames: readonly ['petal length', 'petal width'];
  /** Names of the classes, by their index in y. */
  readonly classNames: readonly ['setosa', 'versicolor', 'virginica'];
  /** [3, 2], in centimetres. */
  readonly x: Float64Array;
  /** [3], class indices. */
  readonly y: Uint8Array;
}

/** One house of the lectures. */
export interface HousePrice {
  /** Name of the column of x. */
  readonly featureNames: readonly ['x'];
  /** Name of y. */
  readonly targetName: 'price';
  /** [1, 1]; the slides give no units. */
  readonly x: Float64Array;
  /** [1, 1] */
  readonly y: Float64Array;
}

/**
 * Three flowers, one a class: the 2-2-3 network's forward pass, the dying ReLU and the start from zero (slides "MLP –
 * Activation and Initialization", 26–29, 30–37 and 54–56). Rows of `iris`, without the sepals.
 */
export const irisLecture: IrisLecture = {
  featureNames: ['petal length', 'petal width'],
  classNames: ['setosa', 'versicolor', 'virginica'],
  x: /* @__PURE__ */ Float64Array.of(1.5, 0.2, 4.7, 1.6, 5.6, 2.2),
  y: /* @__PURE__ */ Uint8Array.of(0, 1, 2),
};

/**
 * One house, whose price wx + b learns from w = b = 0 (the same slides, 38–40): (ŷ − y)² is 82.81, and 0.5595 after a step
 * of 0.01. Slide 40 once prints x as 0.67; its own figures need 6.7.
 */
export const housePrice: HousePrice = {
  featureNames: ['x'],
  targetName: 'price',
  x: /* @__PURE__ */ Float64Array.of(6.7),
  y: /* @__PURE__ */ Float64Array.of(9.1),
};
