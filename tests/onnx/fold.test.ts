/** Arithmetic between constants, in graphs that give the same network without it. */
import { describe, expect, it } from 'vitest';
import { MLP, NonFiniteError } from '../../src/index.js';
import { fromOnnx } from '../../src/onnx/index.js';
import { writeMessage } from '../../src/onnx/protobuf.js';
import {
  b,
  column,
  expected,
  fileOf,
  int,
  ints,
  node,
  onlyB,
  type Parts,
  plain,
  row,
  rows,
  shape,
  tensor,
  w,
  x,
} from '../support/onnx-graphs.js';

describe('weights that are computed from constants', () => {
  it.each<[string, Parts]>([
    ['as they are', { tensors: plain }],
    ['Transpose', { nodes: [node('Transpose', ['t'], 'w')], tensors: [tensor('t', [6, 4], rows), ...onlyB] }],
    [
      'Transpose twice',
      {
        nodes: [node('Transpose', ['t'], 's'), node('Transpose', ['s'], 'w', [ints('perm', [1, 0])])],
        tensors: [tensor('t', [4, 6], w), ...onlyB],
      },
    ],
    [
      'Transpose, Mul',
      {
        nodes: [node('Transpose', ['t'], 's'), node('Mul', ['s', 'k'], 'w')],
        tensors: [
          tensor(
            't',
            [6, 4],
            rows.map((value) => value / 2),
          ),
          tensor('k', [], [2]),
          ...onlyB,
        ],
      },
    ],
    [
      'Mul with a row',
      {
        nodes: [node('Mul', ['t', 'k'], 'w')],
        tensors: [
          tensor(
            't',
            [4, 6],
            w.map((value, i) => value / row[i % 6]!),
          ),
          tensor('k', [6], row),
          ...onlyB,
        ],
      },
    ],
    [
      'Mul with a column, which comes first',
      {
        nodes: [node('Mul', ['k', 't'], 'w')],
        tensors: [
          tensor(
            't',
            [4, 6],
            w.map((value, i) => value / column[Math.floor(i / 6)]!),
          ),
          tensor('k', [4, 1], column),
          ...onlyB,
        ],
      },
    ],
    [
      'Div, Sub',
      {
        nodes: [node('Div', ['t', 'k'], 's'), node('Sub', ['s', 'k'], 'w')],
        tensors: [
          tensor(
            't',
            [4, 6],
            w.map((value) => 2 * (value + 2)),
          ),
          tensor('k', [1], [2]),
          ...onlyB,
        ],
      },
    ],
    [
      'Sub from a constant',
      {
        nodes: [node('Sub', ['k', 't'], 'w')],
        tensors: [
          tensor(
            't',
            [4, 6],
            w.map((value) => 2 - value),
          ),
          tensor('k', [1, 1], [2]),
          ...onlyB,
        ],
      },
    ],
    [
      'Add, Neg, Sqrt, Reciprocal',
      {
        nodes: [
          node('Sqrt', ['t'], 's'),
          node('Reciprocal', ['s'], 'r'),
          node('Neg', ['r'], 'u'),
          node('Add', ['u', 'k'], 'w'),
        ],
        tensors: [
          // 1 / √t − k = −w
          tensor(
            't',
            [4, 6],
            w.map((value) => 1 / (4 - value) ** 2),
          ),
          tensor('k', [], [4]),
          ...onlyB,
        ],
      },
    ],
    [
      'Reshape with 0 and −1',
      {
        nodes: [node('Reshape', ['t', 'k'], 'w')],
        tensors: [tensor('t', [4, 2, 3], w), shape('k', [0, -1]), ...onlyB],
      },
    ],
    [
      'Reshape of a list',
      {
        nodes: [node('Reshape', ['t', 'k'], 'w')],
        tensors: [tensor('t', [24], w), shape('k', [-1, 6]), ...onlyB],
      },
    ],
    [
      'Flatten',
      {
        nodes: [node('Flatten', ['t'], 'w', [int('axis', -2)])],
        tensors: [tensor('t', [4, 2, 3], w), ...onlyB],
      },
    ],
    [
      'Unsqueeze, Squeeze, Identity',
      {
        nodes: [
          node('Unsqueeze', ['t', 'k'], 's'),
          node('Squeeze', ['s', 'k'], 'r'),
          node('Identity', ['r'], 'w'),
        ],
        tensors: [tensor('t', [4, 6], w), shape('k', [1]), ...onlyB],
      },
    ],
    [
      'Unsqueeze by an attribute, Squeeze of all',
      {
        nodes: [node('Unsqueeze', ['t'], 's', [ints('axes', [0, 3])]), node('Squeeze', ['s'], 'w')],
        tensors: [tensor('t', [4, 6], w), ...onlyB],
      },
    ],
    [
      'Cast from 64 bits, by a Constant node',
      {
        nodes: [
          node('Constant', [], 't', [{ name: 'value', t: { dims: [4, 6], type: 11, doubles: w }, type: 4 }]),
          node('Cast', ['t'], 'w', [int('to', 1)]),
        ],
        tensors: onlyB,
      },
    ],
    [
      'a bias of [1, 6] and of two parts',
      {
        nodes: [node('Add', ['c', 'd'], 'e'), node('Unsqueeze', ['e', 'k'], 'b')],
        tensors: [
          tensor('w', [4, 6], w),
          tensor(
            'c',
            [6],
            b.map((value) => value - 3),
          ),
          tensor('d', [1], [3]),
          shape('k', [0]),
        ],
      },
    ],
    [
      'a bias by Cast to whole numbers',
      {
        nodes: [
          node('Cast', ['c'], 'i', [int('to', 7)]),
          node('Cast', ['i'], 'j', [int('to', 1)]),
          node('Add', ['j', 'd'], 'b'),
        ],
        tensors: [
          tensor('w', [4, 6], w),
          tensor('c', [6], [2.9, -2.9, 1.5, 0.9, -0.9, 7]),
          tensor(
            'd',
            [6],
            b.map((value, i) => value - [2, -2, 1, 0, 0, 7][i]!),
          ),
        ],
      },
    ],
  ])('%s', (_, parts) => {
    const model = fromOnnx(fileOf(parts));
    expect(model.config.layers.map(({ units, useBias }) => [units, useBias])).toEqual([
      [6, true],
      [3, false],
    ]);
    const predicted = model.predict(x);
    for (const [i, value] of expected.entries()) expect(predicted[i]).toBeCloseTo(value, 4);
  });

  it.each<[string, Parts, string]>([
    [
      'a sum that is larger than its parts',
      {
        nodes: [node('Add', ['s', 't'], 'w')],
        tensors: [tensor('s', [4, 1], column), tensor('t', [1, 6], row), ...onlyB],
      },
      "MatMul: needs a constant matrix, and 'w' is computed",
    ],
    [
      'shapes that do not fit',
      {
        nodes: [node('Mul', ['t', 'k'], 'w')],
        tensors: [tensor('t', [4, 6], w), tensor('k', [4], column), ...onlyB],
      },
      "MatMul: needs a constant matrix, and 'w' is computed",
    ],
    [
      'another number of values',
      {
        nodes: [node('Reshape', ['t', 'k'], 'w')],
        tensors: [tensor('t', [24], w), shape('k', [5, 6]), ...onlyB],
      },
      "MatMul: needs a constant matrix, and 'w' is computed",
    ],
    [
      'a Transpose of three axes',
      {
        nodes: [node('Transpose', ['t'], 's', [ints('perm', [2, 1, 0])]), node('Squeeze', ['s'], 'w')],
        tensors: [tensor('t', [6, 1, 4], rows), ...onlyB],
      },
      "MatMul: needs a constant matrix, and 'w' is computed",
    ],
    [
      'forty nodes',
      {
        nodes: Array.from({ length: 40 }, (_, i) =>
          node('Neg', [i === 0 ? 't' : `${i}`], i === 39 ? 'w' : `${i + 1}`),
        ),
        tensors: [tensor('t', [4, 6], w), ...onlyB],
      },
      "MatMul: needs a constant matrix, and 'w' is computed",
    ],
    [
      'a division by 0',
      {
        nodes: [node('Div', ['t', 'k'], 'w')],
        tensors: [tensor('t', [4, 6], w), tensor('k', [], [0]), ...onlyB],
      },
      "bytes: tensor 'w': value 0 is -Infinity",
    ],
  ])('are refused: %s', (_, parts, message) => {
    expect(() => fromOnnx(fileOf(parts))).toThrow(message);
    if (message.includes('Infinity')) expect(() => fromOnnx(fileOf(parts))).toThrow(NonFiniteError);
  });

  it('cost no time if each is the sum of the one before it with itself', () => {
    const doubled = (size: number) =>
      fileOf({
        nodes: [
          ...Array.from({ length: 30 }, (_, i) => node('Add', [`k${i}`, `k${i}`], `k${i + 1}`)),
          node('Mul', ['t', 'k30'], 'w'),
        ],
        tensors: [tensor('t', [4, 6], w), tensor('k0', [size], new Array(size).fill(2 ** -30)), ...onlyB],
      });
    expect(fromOnnx(doubled(1)).predict(x)[0]).toBeCloseTo(expected[0]!, 5);
  });
});

describe('memory', () => {
  /** Writes many layers of one kernel. */
  const shared = (layers: number, size: number) =>
    writeMessage('Model', {
      irVersion: 8,
      opsets: [{ version: 17 }],
      graph: {
        nodes: Array.from({ length: layers }, (_, l) =>
          node('MatMul', [l === 0 ? 'x' : `${l}`, 'w'], `${l + 1}`),
        ),
        initializers: [{ name: 'w', dims: [size, size], type: 1, raw: new Uint8Array(4 * size * size) }],
        inputs: [{ name: 'x' }],
        outputs: [{ name: `${layers}` }],
      },
    });

  it('is not taken for kernels that too many layers share', () => {
    expect(fromOnnx(shared(3, 100)).config.layers).toHaveLength(3);
    for (const [layers, size] of [
      [2000, 100],
      [900, 30],
    ] as const) {
      expect(() => fromOnnx(shared(layers, size))).toThrow(
        "bytes: tensor 'w': all tensors take more than 4 times the size of the file; too many nodes may share one",
      );
    }
  });

  it('is at most four times the file for the tensors of a good one', () => {
    const taken = (run: () => object) => {
      const before = process.memoryUsage().arrayBuffers;
      const kept = run();
      return { kept, bytes: process.memoryUsage().arrayBuffers - before };
    };
    const bytes = shared(1, 700);
    const read = taken(() => fromOnnx(bytes, { backend: 'javascript' }));
    // The memory of the model itself is that of an equal model.
    const { config } = read.kept as ReturnType<typeof fromOnnx>;
    const made = taken(() => new MLP(config));
    expect(read.bytes - made.bytes).toBeLessThan(4 * bytes.length);
    expect(read.bytes).toBeGreaterThan(bytes.length);
  });

  it('is limited for arithmetic between large constants', () => {
    const size = 64 * 64;
    const bytes = writeMessage('Model', {
      irVersion: 8,
      opsets: [{ version: 17 }],
      graph: {
        nodes: [
          ...Array.from({ length: 30 }, (_, i) => node('Add', [`w${i}`, `w${i}`], `w${i + 1}`)),
          node('MatMul', ['x', 'w30'], 'y'),
        ],
        initializers: [{ name: 'w0', dims: [64, 64], type: 1, raw: new Uint8Array(4 * size) }],
        inputs: [{ name: 'x' }],
        outputs: [{ name: 'y' }],
      },
    });
    expect(() => fromOnnx(bytes)).toThrow('all tensors take more than 4 times the size of the file');
  });
});
