/** The loss −ln p by the probability p of the right class, with the three flowers of the lecture on it. */
import { MLP } from 'evenkeel';
import { irisLecture } from 'evenkeel/lab';

/** Weights as the slides print them. */
const weights = [
  { kernel: [0.86, -1.04, 0.41, -0.65], bias: [0, 0] },
  { kernel: [0.32, 0.25, 0.14, -0.47, -1.06, 0.063], bias: [0, 0, 0] },
];
const layers = [
  { units: 2, activation: 'relu' },
  { units: 3, activation: 'softmax' },
];

/** @param length, width  the petal of the first flower, in centimetres */
export function picture({ length = irisLecture.x[0], width = irisLecture.x[1] } = {}) {
  const model = new MLP({ inputSize: 2, layers });
  model.setWeights(weights);
  const all = model.predict(Float64Array.of(length, width, ...irisLecture.x.slice(2)));
  const right = Array.from(irisLecture.y, (label, i) => all[3 * i + label]);
  const x = Array.from({ length: 97 }, (_, i) => (i + 4) / 100);
  const loss = (p) => -Math.log(p);
  return {
    kind: 'page',
    title: 'The loss of an answer',
    sections: [
      {
        kind: 'curves',
        title: 'Loss by the probability that the network gave to the right class',
        x: { label: 'probability of the right class' },
        y: { label: 'loss' },
        panels: [
          {
            series: [
              { label: '−ln p', role: 'theory', x, y: x.map(loss) },
              { label: 'the three flowers', x: right, y: right.map(loss) },
            ],
          },
        ],
      },
      {
        kind: 'table',
        title: 'The three flowers',
        columns: ['flower', ...irisLecture.classNames, 'right class', 'loss'],
        rows: Array.from(irisLecture.y, (label, i) => [
          String(i + 1),
          ...all.slice(3 * i, 3 * i + 3),
          irisLecture.classNames[label],
          loss(right[i]),
        ]),
      },
    ],
  };
}
