/** Data sets that the lectures compute with by hand, as their slides print them. */

/** Type of `irisLecture`: three flowers of the lectures. */
export interface IrisLecture {
  /** Names of the two columns of x. */
  readonly featureNames: readonly ['petal length', 'petal width'];
  /** Names of the classes, by their index in y. */
  readonly classNames: readonly ['setosa', 'versicolor', 'virginica'];
  /** Lengths in centimetres, shape [3, 2]. */
  readonly x: Float64Array;
  /** Class indices, shape [3]. */
  readonly y: Uint8Array;
}

/** Type of `housePrice`: one house of the lectures. */
export interface HousePrice {
  /** Name of the column of x. */
  readonly featureNames: readonly ['x'];
  /** Name of y. */
  readonly targetName: 'price';
  /** Size of the house, shape [1, 1]; the slides give no unit. */
  readonly x: Float64Array;
  /** Price, shape [1, 1]; the slides give no unit. */
  readonly y: Float64Array;
}

/**
 * Three flowers, one per class, with petal length and width in centimetres. They are rows of `iris` without the sepals.
 *
 * The slides "MLP – Activation and Initialization" use them for the 2-2-3 network's forward pass (26–29), the dying ReLU (30–37)
 * and the start from zero (54–56).
 */
export const irisLecture: IrisLecture = {
  featureNames: ['petal length', 'petal width'],
  classNames: ['setosa', 'versicolor', 'virginica'],
  x: /* @__PURE__ */ Float64Array.of(1.5, 0.2, 4.7, 1.6, 5.6, 2.2),
  y: /* @__PURE__ */ Uint8Array.of(0, 1, 2),
};

/**
 * One house, for which w·x + b learns the price from w = b = 0. The squared error (ŷ − y)² is 82.81, and 0.5595 after one step
 * with learning rate 0.01.
 *
 * Source: slides "MLP – Activation and Initialization", 38–40. Slide 40 once prints x as 0.67; its own figures need 6.7.
 */
export const housePrice: HousePrice = {
  featureNames: ['x'],
  targetName: 'price',
  x: /* @__PURE__ */ Float64Array.of(6.7),
  y: /* @__PURE__ */ Float64Array.of(9.1),
};
