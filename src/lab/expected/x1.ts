/**
 * Standard deviation of one hidden unit over 1000 rows of 100 values N(0, 1), in linear layers of 100 with kernels N(0, stddev²).
 * Each entry has the mean and standard deviation over 3000 draws. Source: tests/golden/init_reference.json, hidden_output_std.
 */
export const expectedX1 = [
  { stddev: 1.0, h1: { mean: 9.9515, sd: 0.7433 }, h2: { mean: 99.488696, sd: 10.137474 } },
  { stddev: 0.3, h1: { mean: 2.9854, sd: 0.223 }, h2: { mean: 8.953983, sd: 0.912373 } },
  { stddev: 0.15, h1: { mean: 1.4927, sd: 0.1115 }, h2: { mean: 2.238496, sd: 0.228093 } },
  { stddev: 0.1, h1: { mean: 0.9951, sd: 0.0743 }, h2: { mean: 0.994887, sd: 0.101375 } },
  { stddev: 0.05, h1: { mean: 0.4976, sd: 0.0372 }, h2: { mean: 0.248722, sd: 0.025344 } },
  { stddev: 0.01, h1: { mean: 0.0995, sd: 0.0074 }, h2: { mean: 0.009949, sd: 0.001014 } },
] as const;

/** Values of one unseeded draw of Keras for kernels of standard deviation 1. Source: MXDL-8-01. */
export const printedX1 = { h1: 9.059, h2: 77.747 } as const;

/** Number of draws behind the means above. */
export const DRAWS_X1 = 3000;
