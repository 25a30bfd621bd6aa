/** Compares the statistics of tensors by kernels with those of plain f64 loops, on every backend. */
import { describe, expect, it } from 'vitest';
import { likenessOf } from '../../src/diagnosis/likeness.js';
import { describe as describeValues } from '../../src/diagnosis/statistics.js';
import { Tensors } from '../../src/diagnosis/tensors.js';
import { type BackendName, MLP } from '../../src/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { normalInputs } from '../support/networks.js';

const detail = { bins: 7, quantiles: true };

describe.each<BackendName>(['wasm', 'javascript', 'javascript64'])('tensors on %s', (backend) => {
  const columns = 9;
  const model = (rows: number) => {
    const { network } = internalsOf(
      new MLP<BackendName>({ inputSize: columns, layers: [{ units: columns }, { units: 2 }], backend }),
    );
    network.reserve(rows, rows);
    return network;
  };

  /** Writes rows into the preactivations of the first layer. */
  function laid(values: ArrayLike<number>) {
    const rows = values.length / columns;
    const network = model(rows);
    const address = network.layers[0]!.preactivation;
    network.write(address, values);
    return { network, address, rows, tensors: new Tensors(network, rows, detail) };
  }

  const normal = normalInputs(200, columns, 3);
  it.each<[string, ArrayLike<number>]>([
    ['normal values', normal],
    ['rectified values', normal.map((value) => Math.max(0, value))],
    ['values far from 0', normal.map((value) => 1000 + value)],
    ['tiny values', normal.map((value) => value * 1e-30)],
    ['rows of zeros', normal.map((value, i) => (i % (3 * columns) < columns ? 0 : value))],
    ['zeros', new Float32Array(20 * columns)],
    ['a single row', normal.subarray(0, columns)],
    ['equal rows', Float32Array.from({ length: 20 * columns }, (_, i) => 0.1 * ((i % columns) + 1))],
    ['almost equal rows', Float32Array.from(normal, (value, i) => (i % columns) + 1 + value * 1e-5)],
    ['NaN and infinities', normal.map((value, i) => [NaN, Infinity, -Infinity][i % 50] ?? value)],
    ['nothing finite', new Float32Array(5 * columns).fill(NaN)],
  ])('have the statistics of plain loops: %s', (_, values) => {
    const { network, address, rows, tensors } = laid(values);
    const n = rows * columns;
    const expected = describeValues(network.read(address, n), detail);
    const found = tensors.describe(address, n);
    const close = (a: number, b: number, scale: number) =>
      Number.isNaN(b) ? expect(a).toBeNaN() : expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * scale);
    const size = Math.hypot(expected.mean, expected.std);
    close(found.mean, expected.mean, size);
    close(found.std, expected.std, size);
    expect({ ...found, mean: 0, std: 0 }).toEqual({ ...expected, mean: 0, std: 0 });
    const [like, plain] = [
      tensors.likeness(address, rows, columns),
      likenessOf(network.read(address, n), columns),
    ];
    // Where the rows are almost equal, their deviation is the difference of two sums.
    close(like.unitStd, plain.unitStd, 100 * plain.unitStd);
    if (plain.correlation === undefined) expect(like.correlation).toBeUndefined();
    else close(like.correlation!, plain.correlation, 1);
  });

  it('changes nothing in the buffers of the network', () => {
    const { network, address, rows, tensors } = laid(normal);
    const { end, backend: memory } = network;
    const before = memory.bytes.slice(0, end);
    tensors.describe(address, rows * columns);
    tensors.likeness(address, rows, columns);
    expect(Buffer.compare(memory.bytes.subarray(0, end), before)).toBe(0);
  });
});
