/** Changes of shape between layers that change nothing. */
import { describe, expect, it } from 'vitest';
import { fromOnnx } from '../../src/onnx/index.js';
import { expected, fileOf, int, type Node, node, plain, shape, tensor, x } from '../support/onnx-graphs.js';

describe('changes of shape between layers', () => {
  const axes = (name: string, values: number[]) => shape(name, values);
  const tensors = [...plain, axes('one', [1]), axes('two', [2]), axes('last', [-1]), axes('zero', [0])];
  const shapes = [
    axes('split', [0, 2, 3]),
    axes('split batch', [-1, 2, 3]),
    axes('joined', [0, -1]),
    axes('row', [-1, 6]),
    axes('column', [-1, 1, 6]),
    axes('three', [-1, 3]),
    axes('mixed', [-1, -1]),
  ];

  it.each<[string, Node[]]>([
    ['Unsqueeze, Squeeze', [node('Unsqueeze', ['h', 'one'], 'i'), node('Squeeze', ['i', 'one'], 'g')]],
    [
      'Unsqueeze at the end, Squeeze',
      [node('Unsqueeze', ['h', 'two'], 'i'), node('Squeeze', ['i', 'last'], 'g')],
    ],
    [
      'Unsqueeze, an activation, Squeeze',
      [node('Unsqueeze', ['h', 'one'], 'i'), node('Relu', ['i'], 'j'), node('Squeeze', ['j', 'one'], 'g')],
    ],
    ['Reshape twice', [node('Reshape', ['h', 'split'], 'i'), node('Reshape', ['i', 'joined'], 'g')]],
    ['Reshape, Flatten', [node('Reshape', ['h', 'split batch'], 'i'), node('Flatten', ['i'], 'g')]],
    ['Reshape to rows', [node('Reshape', ['h', 'row'], 'g')]],
    ['a MatMul of vectors in a list of one', [node('Reshape', ['h', 'column'], 'g')]],
    ['Flatten, twice', [node('Flatten', ['h'], 'i'), node('Flatten', ['i'], 'g', [int('axis', -1)])]],
  ])('%s', (_, between) => {
    const predicted = fromOnnx(fileOf({ tensors: [...tensors, ...shapes], between })).predict(x);
    // A second relu changes nothing.
    for (const [i, value] of expected.entries()) expect(predicted[i]).toBeCloseTo(value, 5);
  });

  it.each<[string, Node[], string]>([
    [
      'Unsqueeze before a MatMul',
      [node('Unsqueeze', ['h', 'two'], 'g')],
      "node 'y', MatMul: needs rows of values, but gets the shape [batch, 6, 1]",
    ],
    [
      'Reshape to two vectors',
      [node('Reshape', ['h', 'split'], 'g')],
      "node 'y', MatMul: needs rows of values, but gets the shape [batch, 2, 3]",
    ],
    [
      'Reshape to more rows',
      [node('Reshape', ['h', 'three'], 'g')],
      "node 'g', Reshape: needs rows of 3 values, but gets rows of 6",
    ],
    [
      'Reshape with two open sizes',
      [node('Reshape', ['h', 'mixed'], 'g')],
      "node 'g', Reshape: needs the shape [batch, values], and not [-1,-1]",
    ],
    [
      'Unsqueeze of the batch',
      [node('Unsqueeze', ['h', 'zero'], 'g')],
      "node 'g', Unsqueeze: needs axes that keep the samples apart",
    ],
    [
      'Squeeze of all axes',
      [node('Squeeze', ['h'], 'g')],
      "node 'g', Squeeze: needs axes that keep the samples apart",
    ],
    [
      'Squeeze of a size of 6',
      [node('Squeeze', ['h', 'one'], 'g')],
      "node 'g', Squeeze: needs axes of size 1",
    ],
    [
      'Flatten of the batch',
      [node('Flatten', ['h'], 'g', [int('axis', 0)])],
      "node 'g', Flatten: needs axis 1, which keeps the samples apart, and not axis 0",
    ],
    [
      'Softmax over vectors',
      [node('Reshape', ['h', 'split'], 'i'), node('Softmax', ['i'], 'j'), node('Flatten', ['j'], 'g')],
      "node 'j', Softmax: needs rows of values, but gets the shape [batch, 2, 3]",
    ],
    [
      'a row that is added to vectors',
      [node('Reshape', ['h', 'split'], 'i'), node('Add', ['i', 'k3'], 'j'), node('Flatten', ['j'], 'g')],
      "node 'j', Add: needs rows of values, but gets the shape [batch, 2, 3]",
    ],
  ])('are refused: %s', (_, between, message) => {
    const all = [...tensors, ...shapes, tensor('k3', [3], [1, 2, 3])];
    expect(() => fromOnnx(fileOf({ tensors: all, between }))).toThrow(RangeError);
    expect(() => fromOnnx(fileOf({ tensors: all, between }))).toThrow(message);
  });
});
