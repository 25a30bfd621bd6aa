import { type Expectation, type Initializer, initializer } from './initializer.js';
import { provideInitializers } from './known.js';

/**
 * Standard deviation of the normal weights times √fanIn: the root of σ²/2 + 4σ/(3√(2π)) + 1/2 = 1, with which Lu et al. keep an upper
 * bound of the mean square of a unit at 1.
 */
const SIGMA = 0.6007;
/** E[P²] of P ~ Beta(2, 1), whose density is 2p on [0, 1]. Its mean is 2/3; a division here would stay in every page. */
const BETA_SECOND = 0.5;

/**
 * Initializer for deep ReLU networks whose units rarely start dead: the weights of a unit are N(0, 0.6007² / fanIn), except one at
 * random, which is Beta(2, 1) and hence positive. Activations are never negative, so the positive weight makes it likely that a unit
 * is active. Symmetric weights leave half of the units of a layer inactive for an input, and a deep narrow network dies.
 *
 * The paper chooses the positive entry among the weights and the bias of a unit. Here kernel and bias are drawn apart, so it is
 * always a weight; as `biasInitializer` the values are the normal ones. The constant is the paper's; at a width of 400 and without
 * biases, a layer multiplies the mean square of the activations by about 0.8. Source: randomized asymmetric initialization of Lu, Shin, Su &
 * Karniadakis 2019, "Dying ReLU and initialization" (arXiv 1903.06733).
 */
export function randomizedAsymmetric(): Initializer {
  provideInitializers({ randomizedAsymmetric });
  return initializer(
    { name: 'randomizedAsymmetric' },
    ({ fanIn }, shape): Expectation => {
      const variance = (SIGMA * SIGMA) / fanIn;
      const share = shape.length === 1 ? 0 : 1 / shape[0];
      const mean = (share * 2) / 3;
      return {
        distribution: 'normal, one weight of a unit Beta(2, 1)',
        mean,
        variance: (1 - share) * variance + share * BETA_SECOND - mean * mean,
        limit: Infinity,
        formula: `N(0, ${SIGMA}² / fanIn), one weight of a unit Beta(2, 1)`,
        source: 'Lu et al. 2019, randomized asymmetric initialization',
      };
    },
    (rng, out, { fanIn }, [rows, columns]) => {
      rng.split('values').normal(out.length, { std: SIGMA / Math.sqrt(fanIn), out });
      if (columns === undefined || rows === 0) return;
      const places = rng.split('places').integers(columns, rows);
      // The distribution function of Beta(2, 1) is p², so the square root of a uniform value has it.
      const uniform = rng.split('positive').uniform(columns);
      for (let unit = 0; unit < columns; unit++)
        out[places[unit]! * columns + unit] = Math.sqrt(uniform[unit]!);
    },
  );
}
