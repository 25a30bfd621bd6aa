/** Batch norms of state dicts of PyTorch: their place, their options and what a file lacks of them. */
import { describe, expect, it } from 'vitest';
import { fromTorch } from '../../src/interchange/index.js';
import { dict, norm, relu, type Shapes } from '../support/state-dicts.js';

describe('batch norms', () => {
  const shapes = { 'fc1.weight': [3, 2], 'fc2.weight': [3, 3], ...norm('bn1', 3), ...norm('bn2', 3) };
  const positions = (model: ReturnType<typeof fromTorch>) =>
    model.config.layers.map(({ batchNorm }) => (batchNorm === false ? false : batchNorm.position));

  it('belong to the Linear with their number, and take the position that is given', () => {
    const layers = [{ activation: 'relu', batchNorm: { position: 'after' } }, { batchNorm: true }] as const;
    const model = fromTorch(dict(shapes), { layers });
    expect(positions(model)).toEqual(['after', 'before']);
    expect(model.getWeights().map(({ gamma }) => gamma![0])).toEqual([3, 8]);
  });

  it('ask for their position where names do not tell it', () => {
    expect(() => fromTorch(dict(shapes), relu)).toThrow(
      "layers[0].batchNorm: expected { position: 'before' } or { position: 'after' } the activation for 'bn1', because the names do not tell",
    );
  });

  it.each<[string, Shapes, string | undefined]>([
    ['Linear, BatchNorm, ReLU', { '0.weight': [3, 2], ...norm('1', 3), '3.weight': [1, 3] }, 'before'],
    ['Linear, ReLU, BatchNorm', { '0.weight': [3, 2], ...norm('2', 3), '3.weight': [1, 3] }, 'after'],
    ['Linear, ?, BatchNorm, ?', { '0.weight': [3, 2], ...norm('2', 3), '4.weight': [1, 3] }, undefined],
    [
      'blocks of one Linear and one BatchNorm',
      { 'b.0.lin.weight': [3, 2], ...norm('b.0.bn', 3), 'b.1.lin.weight': [1, 3] },
      undefined,
    ],
  ])('in an nn.Sequential: %s', (_, tensors, position) => {
    const read = (batchNorm?: { position: 'before' | 'after' }) =>
      fromTorch(dict(tensors), { layers: [{ activation: 'relu', ...(batchNorm && { batchNorm }) }, {}] });
    if (position === undefined) {
      expect(() => read()).toThrow(/because the names do not tell$/);
      for (const given of ['before', 'after'] as const) {
        expect(positions(read({ position: given }))[0]).toBe(given);
      }
      return;
    }
    expect(positions(read())[0]).toBe(position);
    const other = position === 'before' ? 'after' : 'before';
    expect(() => read({ position: other })).toThrow(
      `layers[0].batchNorm.position: expected '${position}', by the place of`,
    );
  });

  it('are told apart by the place of a PReLU', () => {
    const before = { '0.weight': [3, 2], ...norm('1', 3), '2.weight': [3], '4.weight': [1, 3] };
    const after = { '0.weight': [3, 2], '1.weight': [3], ...norm('2', 3), '4.weight': [1, 3] };
    const layers = [{ activation: 'prelu' }, {}] as const;
    expect(positions(fromTorch(dict(before), { layers }))[0]).toBe('before');
    expect(positions(fromTorch(dict(after), { layers }))[0]).toBe('after');
  });

  it('may have no scale and shift', () => {
    const { '1.weight': _, '1.bias': __, ...plain } = norm('1', 3);
    const model = fromTorch(dict({ '0.weight': [3, 2], ...plain, '3.weight': [1, 3] }), relu);
    const { gamma, beta } = model.getWeights()[0]!;
    expect([...gamma!, ...beta!]).toEqual([1, 1, 1, 0, 0, 0]);
  });

  it.each<[string, Shapes, object, string]>([
    [
      'an uncertain Linear',
      { 'a.weight': [3, 2], 'b.weight': [4, 3], ...norm('bn', 3) },
      relu,
      "tensors: 'bn': it is uncertain which Linear this batch norm follows",
    ],
    [
      'no Linear before it',
      { ...norm('0', 2), '1.weight': [3, 2], '3.weight': [1, 3] },
      relu,
      "tensors: '0': it is uncertain which Linear this batch norm follows",
    ],
    [
      'two of them',
      { '0.weight': [3, 2], ...norm('1', 3), ...norm('3', 3), '4.weight': [1, 3] },
      relu,
      "tensors: '1' and '3': only one of them has a place behind '0'",
    ],
    [
      'another size',
      { '0.weight': [3, 2], ...norm('1', 4), '3.weight': [1, 3] },
      relu,
      "tensors: '1' [4] does not fit behind '0' [3, 2]",
    ],
    [
      'false for one',
      { '0.weight': [3, 2], ...norm('1', 3), '3.weight': [1, 3] },
      { layers: [{ batchNorm: false }, {}] },
      "layers[0].batchNorm: expected true, because '1' is a batch norm, got false",
    ],
    [
      'true for none',
      { '0.weight': [3, 2], '3.weight': [1, 3] },
      { layers: [{ batchNorm: true }, {}] },
      "layers[0].batchNorm: expected none, because '0' has none in the file",
    ],
  ])('are refused: %s', (_, tensors, options, message) => {
    expect(() => fromTorch(dict(tensors), options)).toThrow(message);
  });

  it('take their place from the list', () => {
    const tensors = { 'a.weight': [3, 2], 'b.weight': [3, 3], ...norm('x', 3), ...norm('y', 3) };
    const layers = [{ batchNorm: true }, { batchNorm: true }];
    const model = fromTorch(dict(tensors), { layers, order: ['a', 'y', 'b', 'x'] });
    expect(model.getWeights().map(({ gamma }) => gamma![0])).toEqual([8, 3]);
  });
});
