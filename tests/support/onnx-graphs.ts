/** Small ONNX files of one network, whose constants a test computes and whose shapes it changes in the graph. */
import { type Message, writeMessage } from '../../src/onnx/protobuf.js';

export type Node = Message<'Node'>;
export type Tensor = Message<'Tensor'>;

/** Kernel [4, 6] of the network, with values that stay exact in the arithmetic of the tests. */
export const w = Array.from({ length: 24 }, (_, i) => ((i * 7) % 11) / 4 - 1.25);
/** Kernel [6, 3] behind the relu. */
export const v = Array.from({ length: 18 }, (_, i) => ((i * 5) % 13) / 8 - 0.75);
/** Bias of the first layer. */
export const b = [0.5, -1, 0.25, 2, 0, -0.5];

/** Returns an initializer of 32-bit floats. */
export const tensor = (name: string, dims: number[], floats: number[]): Tensor => ({
  name,
  dims,
  type: 1,
  floats,
});
/** Returns an initializer of 64-bit integers. */
export const shape = (name: string, ints: number[]): Tensor => ({ name, dims: [ints.length], type: 7, ints });
/** Returns a node with one output. */
export const node = (
  op: string,
  inputs: string[],
  output: string,
  attributes: Node['attributes'] = [],
): Node => ({
  op,
  inputs,
  outputs: [output],
  attributes,
});
/** Returns attributes of integers. */
export const ints = (name: string, values: number[]) => ({ name, ints: values, type: 7 });
export const int = (name: string, value: number) => ({ name, i: value, type: 2 });

/** Parts of a file that a test gives. */
export interface Parts {
  /** Nodes and tensors that make `w` [4, 6] and `b` [6]. */
  readonly nodes?: Node[];
  readonly tensors: Tensor[];
  /** Nodes from `h` [batch, 6] to `g`. */
  readonly between?: Node[];
  /** Nodes from `y` to the output `z`. */
  readonly after?: Node[];
}

/** Writes x · w + b, relu, · v. */
export function fileOf({ nodes = [], tensors, between, after }: Parts): Uint8Array {
  return writeMessage('Model', {
    irVersion: 8,
    opsets: [{ version: 17 }],
    graph: {
      nodes: [
        ...nodes,
        node('MatMul', ['x', 'w'], 'p'),
        node('Add', ['p', 'b'], 'q'),
        node('Relu', ['q'], 'h'),
        ...(between ?? [node('Identity', ['h'], 'g')]),
        node('MatMul', ['g', 'v'], 'y'),
        ...(after ?? [node('Identity', ['y'], 'z')]),
      ],
      initializers: [...tensors, tensor('v', [6, 3], v)],
      inputs: [
        { name: 'x', type: { tensor: { element: 1, shape: { dims: [{ symbol: 'n' }, { size: 4 }] } } } },
      ],
      outputs: [{ name: 'z' }],
    },
  });
}

/** Inputs of the network. */
export const x = [
  [1, 2, -3, 0.5],
  [-1, 0.25, 4, 2],
  [0, 0, 0, 0],
];

/** Computes the network by its formula. */
export const expected = x.flatMap((row) => {
  const hidden = b.map((bias, unit) =>
    Math.max(
      0,
      row.reduce((sum, value, n) => sum + value * w[6 * n + unit]!, bias),
    ),
  );
  return [0, 1, 2].map((unit) => hidden.reduce((sum, value, n) => sum + value * v[3 * n + unit]!, 0));
});

/** Kernel and bias as they are. */
export const plain = [tensor('w', [4, 6], w), tensor('b', [6], b)];
export const onlyB = [tensor('b', [6], b)];
/** Transposed kernel, [6, 4]. */
export const rows = Array.from({ length: 6 }, (_, c) => [0, 1, 2, 3].map((r) => w[6 * r + c]!)).flat();
/** Factors of the columns and of the rows of the kernel. */
export const row = [2, 4, 0.5, 1, 8, 0.25];
export const column = [2, 0.5, 4, 1];
