import type { ExpectedExample } from './example.js';

/** Figures of the worked examples on the pages on hidden outputs, Glorot and He (B) and in the lecture on He and PyTorch (E), and their values in float64. */
export const examplesBE = {
  E9: {
    title: 'Glorot for a 50-80-100 network',
    lecture: 'B',
    slides: 'part 8-02 and its listing',
    parts: {
      formula: {
        'σ of w1': { printed: '0.124', recomputed: 0.12403473458920845, status: 'rounds' },
        'σ of w2': { printed: '0.105', recomputed: 0.10540925533894598, status: 'rounds' },
        'bound of w1': { printed: '0.215', recomputed: 0.21483446221182986, status: 'rounds' },
        'bound of w2': { printed: '0.183', recomputed: 0.18257418583505536, status: 'rounds' },
      },
      drawn: {
        'σ of w1': { printed: '0.125', recomputed: 0.12403473458920845, status: 'random-draw' },
        'σ of w2': { printed: '0.105', recomputed: 0.10540925533894598, status: 'random-draw' },
        'min of w1': { printed: '-0.215', recomputed: -0.21483446221182986, status: 'random-draw' },
        'max of w1': { printed: '0.214', recomputed: 0.21483446221182986, status: 'random-draw' },
        'min of w2': { printed: '-0.182', recomputed: -0.18257418583505536, status: 'random-draw' },
        'max of w2': { printed: '0.183', recomputed: 0.18257418583505536, status: 'random-draw' },
      },
    },
  },
  E10: {
    title: 'He for a 50-80-100 network',
    lecture: 'B',
    slides: 'part 8-03 and its listing',
    parts: {
      formula: {
        'σ of w1': { printed: '0.200', recomputed: 0.2, status: 'exact' },
        'σ of w2': { printed: '0.158', recomputed: 0.15811388300841897, status: 'rounds' },
        'bound of w1': { printed: '0.346', recomputed: 0.34641016151377546, status: 'rounds' },
        'bound of w2': { printed: '0.274', recomputed: 0.27386127875258304, status: 'rounds' },
      },
      drawn: {
        'σ of w1': { printed: '0.198', recomputed: 0.2, status: 'random-draw' },
        'σ of w2': { printed: '0.158', recomputed: 0.15811388300841897, status: 'random-draw' },
        'min of w1': { printed: '-0.346', recomputed: -0.34641016151377546, status: 'random-draw' },
        'max of w1': { printed: '0.346', recomputed: 0.34641016151377546, status: 'random-draw' },
        'min of w2': { printed: '-0.274', recomputed: -0.27386127875258304, status: 'random-draw' },
        'max of w2': { printed: '0.274', recomputed: 0.27386127875258304, status: 'random-draw' },
      },
    },
  },
  E11: {
    title: 'Variances for a hundred units',
    lecture: 'B',
    slides: 'parts 8-02 and 8-03; E',
    parts: {
      formula: {
        '1/fanIn': { printed: '0.01', recomputed: 0.01, status: 'exact' },
        '2/(fanIn + fanOut)': { printed: '0.01', recomputed: 0.01, status: 'exact' },
        '2/fanIn': { printed: '0.02', recomputed: 0.02, status: 'exact' },
        '2/D_h': { printed: '0.02', recomputed: 0.02, status: 'exact' },
      },
    },
  },
  E12: {
    title: 'Standard deviation of a hidden output',
    lecture: 'B',
    slides: 'part 8-01 and its listing',
    parts: {
      'σ = 1': {
        'sd of h1': { printed: '9.059', recomputed: 10, sd: 0.743, status: 'random-draw' },
        'sd of h2': { printed: '77.747', recomputed: 100, sd: 10.1, status: 'random-draw' },
      },
      'σ = 0.3': {
        'sd of h1': { recomputed: 3, sd: 0.223 },
        'sd of h2': { recomputed: 9, sd: 0.913 },
      },
      'σ = 0.15': {
        'sd of h1': { recomputed: 1.5, sd: 0.111 },
        'sd of h2': { recomputed: 2.25, sd: 0.228 },
      },
      'σ = 0.1': {
        'sd of h1': { recomputed: 1, sd: 0.0743 },
        'sd of h2': { recomputed: 1, sd: 0.101 },
      },
      'σ = 0.05': {
        'sd of h1': { recomputed: 0.5, sd: 0.0372 },
        'sd of h2': { recomputed: 0.25, sd: 0.0254 },
      },
      'σ = 0.01': {
        'sd of h1': { recomputed: 0.1, sd: 0.00743 },
        'sd of h2': { recomputed: 0.01, sd: 0.00101 },
      },
    },
  },
  E13: {
    title: 'kaiming_uniform_ and the default',
    lecture: 'E',
    slides: 'on PyTorch',
    parts: {
      formula: {
        gain: { recomputed: 1.4142135623730951 },
        bound: { recomputed: 0.24494897427831783 },
        variance: { recomputed: 0.02 },
        'bound of nn.Linear': { recomputed: 0.09999999999999999 },
        'variance of nn.Linear': { recomputed: 0.0033333333333333335 },
      },
    },
  },
} as const satisfies Record<string, ExpectedExample>;
