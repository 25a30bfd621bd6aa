/**
 * Standard deviations and bounds of the kernels of a 50-80-100 network: from the formulas, as MXDL-8-02 and MXDL-8-03 print them,
 * and as Keras drew them there. Source: tests/golden/lecture_examples.json, E9 and E10.
 */
export const expectedX2 = {
  glorot: {
    stddev: [
      { formula: 0.12403473458920845, printed: 0.124 },
      { formula: 0.10540925533894598, printed: 0.105 },
    ],
    limit: [
      { formula: 0.21483446221182986, printed: 0.215 },
      { formula: 0.18257418583505536, printed: 0.183 },
    ],
    drawnStddev: [0.125, 0.105],
    drawnSmallest: [-0.215, -0.182],
    drawnLargest: [0.214, 0.183],
  },
  he: {
    stddev: [
      { formula: 0.2, printed: 0.2 },
      { formula: 0.15811388300841897, printed: 0.158 },
    ],
    limit: [
      { formula: 0.34641016151377546, printed: 0.346 },
      { formula: 0.27386127875258304, printed: 0.274 },
    ],
    drawnStddev: [0.198, 0.158],
    drawnSmallest: [-0.346, -0.274],
    drawnLargest: [0.346, 0.274],
  },
} as const;
