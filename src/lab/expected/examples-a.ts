import type { ExpectedExample } from './example.js';

/** Figures of the worked examples on the slides on initialization (A), and their values in float64. */
export const examplesA = {
  E1: {
    title: 'Mean of a discrete sample',
    lecture: 'A',
    slides: 'slide 15',
    parts: {
      sample: {
        'E[X]': { printed: '4', recomputed: 4, status: 'exact' },
      },
    },
  },
  E2: {
    title: 'Variance of a sample, and of a product',
    lecture: 'A',
    slides: 'slides 17–19',
    parts: {
      sample: {
        'E[X]': { printed: '5', recomputed: 5, status: 'exact' },
        'var[X]': { printed: '2', recomputed: 2, status: 'exact' },
        σ: { printed: '1.41', recomputed: 1.4142135623730951, status: 'rounds' },
      },
    },
  },
  E3: {
    title: 'Maclaurin series of tanh',
    lecture: 'A',
    slides: 'slide 24',
    parts: {
      'derivatives at 0': {
        'tanh(0)': { printed: '0', recomputed: 0, status: 'exact' },
        "tanh'(0)": { printed: '1', recomputed: 1, status: 'exact' },
        "tanh''(0)": { printed: '0', recomputed: 0, status: 'exact' },
        "tanh'''(0)": { printed: '-2', recomputed: -2, status: 'exact' },
      },
      series: {
        'coefficient of x³': {
          printed: '-0.1666666667',
          recomputed: -0.3333333333333333,
          status: 'mismatch',
        },
        'tanh(0.1)': { recomputed: 0.09966799462495582 },
        '0.1 − 0.1³/3': { recomputed: 0.09966666666666667 },
        '0.1 − 0.1³/6': { recomputed: 0.09983333333333334 },
      },
    },
  },
  E4: {
    title: 'Maclaurin series of the sigmoid',
    lecture: 'A',
    slides: 'slide 25',
    parts: {
      'derivatives at 0': {
        'sigmoid(0)': { printed: '0.5', recomputed: 0.5, status: 'exact' },
        "sigmoid'(0)": { printed: '0.25', recomputed: 0.25, status: 'exact' },
        "sigmoid''(0)": { printed: '0', recomputed: 0, status: 'exact' },
      },
      series: {
        'coefficient of x³': { recomputed: -0.020833333333333332 },
      },
    },
  },
  E5: {
    title: 'Large weights: the gradient vanishes',
    lecture: 'A',
    slides: 'slide 8',
    parts: {
      float64: {
        '∂L/∂w1': { printed: '9E-7', recomputed: 7.675650142634775e-7, status: 'float32-artefact' },
        '∂L/∂b1': { printed: '4E-7', recomputed: 3.1981875594311565e-7, status: 'float32-artefact' },
        '∂L/∂w2': { printed: '-0.972', recomputed: -0.9704591848879099, status: 'display-rounding' },
      },
      float32: {
        '∂L/∂w1': { printed: '9E-7', recomputed: 9.695561402622843e-7, status: 'truncates' },
        '∂L/∂b1': { printed: '4E-7', recomputed: 4.0398168721367256e-7, status: 'rounds' },
        'η·∂L/∂w1': { printed: '9E-9', recomputed: 9.695561402622843e-9, status: 'truncates' },
        'η·∂L/∂b1': { printed: '4E-9', recomputed: 4.039816872136726e-9, status: 'rounds' },
      },
    },
    tensors: {
      float64: {
        z_hidden: [16.176],
        a_hidden: [0.9999999056259876],
        z_out: [9.807999074379687, 13.299998744825636],
        p: [0.029540723525954295, 0.9704592764740457],
        loss: 3.521985509086292,
        grad_w_hidden: [7.675650142634775e-7],
        grad_b_hidden: [3.1981875594311565e-7],
        grad_w_out: [-0.9704591848879099, 0.9704591848879099],
        grad_b_out: [-0.9704592764740457, 0.9704592764740457],
      },
    },
  },
  E6: {
    title: 'Four sigmoid layers and a step of SGD',
    lecture: 'A',
    slides: 'slides 9–11',
    parts: {
      start: {
        z5: { printed: '-0.118', recomputed: -0.11818971150530123, status: 'rounds' },
        z6: { printed: '0.433', recomputed: 0.43336227551943785, status: 'rounds' },
        loss: { printed: '1.0066', recomputed: 1.0064769310479083, status: 'display-rounding' },
        '∂L/∂w4': { printed: '0.133', recomputed: 0.13338956175931305, status: 'rounds' },
        '∂L/∂b4': { printed: '0.216', recomputed: 0.2161017925749036, status: 'rounds' },
        '∂L/∂w3': { printed: '-0.012', recomputed: -0.01287137975027644, status: 'truncates' },
        '∂L/∂b3': { printed: '-0.039', recomputed: -0.03961821749460421, status: 'truncates' },
        '∂L/∂w2': { printed: '-0.011', recomputed: -0.011513839448814286, status: 'truncates' },
        '∂L/∂b2': { printed: '-0.012', recomputed: -0.012782484880656603, status: 'truncates' },
        '∂L/∂w1': { printed: '-0.002', recomputed: 0.0022269599798796836, status: 'mismatch' },
        '∂L/∂b1': { printed: '0.0009', recomputed: 0.0009278999916165348, status: 'rounds' },
      },
      step: {
        'b1 new': { printed: '0.000009', recomputed: -0.000009278999916165348, status: 'mismatch' },
        'w1 new': { printed: '0.919002', recomputed: 0.9189777304002013, status: 'mismatch' },
      },
    },
    tensors: {
      z_hidden: [2.2056, -0.7314100286232417, 0.47790639786445027, -0.4789886224074192],
      a_hidden: [0.9007512667773911, 0.3248853826406868, 0.6172533793910041, 0.38249097574531143],
      z_out: [-0.11818971150530123, 0.43336227551943785],
      p: [0.36550441115269505, 0.6344955888473051],
      loss: 1.0064769310479083,
      grad_w_hidden: [
        0.0022269599798796836, -0.011513839448814286, -0.01287137975027644, 0.13338956175931305,
      ],
      grad_b_hidden: [0.0009278999916165348, -0.012782484880656603, -0.03961821749460421, 0.2161017925749036],
      grad_w_out: [-0.24268883688430162, 0.24268883688430165],
      grad_b_out: [-0.634495588847305, 0.6344955888473051],
    },
  },
  E7: {
    title: 'Seven sigmoid layers',
    lecture: 'A',
    slides: 'slides 12–13',
    parts: {
      step: {
        '(∂L/∂w1) / (∂L/∂b1)': { printed: '2.4', recomputed: 2.4, status: 'exact' },
        'η·∂L/∂w1': { printed: '7E-9', recomputed: 7e-9, status: 'exact' },
        'η·∂L/∂b1': { printed: '3E-9', recomputed: 3e-9, status: 'exact' },
      },
    },
  },
  E8: {
    title: 'Learning rate 10: the gradient explodes',
    lecture: 'A',
    slides: 'slide 14',
    parts: {
      'x = 2.4': {
        '∂L/∂b1': { printed: '4.86', recomputed: 4.849999999999863, status: 'display-rounding' },
        '∂L/∂w1': { printed: '99.2', recomputed: 11.63999999999967, status: 'mismatch' },
        '∂L/∂w2': { printed: '-54.6', recomputed: -6.431999999999818, status: 'mismatch' },
        'η·∂L/∂b1': { printed: '48.6', recomputed: 48.49999999999863, status: 'display-rounding' },
      },
      'x = 20.4': {
        '∂L/∂w1': { printed: '99.2', recomputed: 98.93999999999998, status: 'display-rounding' },
        '∂L/∂w2': { printed: '-54.6', recomputed: -54.672, status: 'truncates' },
        'η·∂L/∂w1': { printed: '99', recomputed: 989.3999999999999, status: 'mismatch' },
      },
    },
    tensors: {
      x_2_4: {
        z_hidden: [6.432],
        a_hidden: [6.432],
        z_out: [-21.03264, 10.162560000000001],
        p: [2.8320230131666144e-14, 0.9999999999999716],
        loss: 31.19520000000003,
        grad_w_hidden: [11.63999999999967],
        grad_b_hidden: [4.849999999999863],
        grad_w_out: [-6.431999999999818, 6.431999999999817],
        grad_b_out: [-0.9999999999999717, 0.9999999999999716],
      },
      x_20_4: {
        z_hidden: [54.672],
        a_hidden: [54.672],
        z_out: [-178.77743999999998, 86.38176],
        p: [6.963420378391607e-116, 1],
        loss: 265.1592,
        grad_w_hidden: [98.93999999999998],
        grad_b_hidden: [4.85],
        grad_w_out: [-54.672, 54.672],
        grad_b_out: [-1, 1],
      },
    },
  },
  E21: {
    title: 'Moments of the uniform distribution',
    lecture: 'A',
    slides: 'slides 20–22',
    parts: {
      'U(−1, 3)': {
        mean: { recomputed: 1 },
        variance: { recomputed: 1.3333333333333333 },
      },
      'U(−r, r) for tanh': {
        variance: { recomputed: 0.01 },
        r: { recomputed: 0.17320508075688773 },
      },
      sigmoid: {
        r: { recomputed: 0.6928203230275509 },
        variance: { recomputed: 0.16 },
      },
      He: {
        r: { recomputed: 0.2449489742783178 },
        variance: { recomputed: 0.02 },
      },
    },
  },
} as const satisfies Record<string, ExpectedExample>;
