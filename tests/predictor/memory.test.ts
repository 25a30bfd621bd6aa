/** Predictors share one memory. What a predictor leaves is used again. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { MLP, Rng } from '../../src/index.js';
import { loadPredictorWith, type Predictor } from '../../src/predictor/index.js';
import { javascript } from '../../src/predictor/javascript/index.js';
import { roomOf } from '../../src/predictor/room.js';

const binary = readFileSync(new URL('../../build/wasm/predictor.wasm', import.meta.url));
/** Returns a copy of the binary, whose predictors have a memory of their own, and that memory. */
function fresh() {
  const wasm = Uint8Array.from(binary);
  const room = roomOf(wasm);
  return { wasm, room, size: () => room.kernels.memory.buffer.byteLength };
}

const saved = (units: number) =>
  new MLP({
    inputSize: 64,
    layers: [
      { units, activation: 'relu' },
      { units: 10, activation: 'softmax' },
    ],
  }).save();
const small = saved(16);
const large = saved(200);
const collect = async () => {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  // Callbacks of a FinalizationRegistry run in a later turn.
  await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('a thousand predictors keep the memory level', () => {
  const order = new Rng(1).permutation(1000);

  it('when each is disposed of', () => {
    const { wasm, room, size } = fresh();
    const { blocks } = room;
    loadPredictorWith(wasm, large).dispose();
    const held = size();
    for (let i = 0; i < 1000; i++) loadPredictorWith(wasm, i % 3 === 0 ? large : small).dispose();
    expect(size()).toBe(held);
    expect(blocks).toEqual([]);
  });

  it('when they are disposed of in another order, and their places are used again', () => {
    const { wasm, room, size } = fresh();
    const { blocks } = room;
    const open = Array.from(order, () => loadPredictorWith(wasm, small));
    const held = size();
    for (const i of order.subarray(0, 500)) open[i]!.dispose();
    for (let i = 0; i < 500; i++) loadPredictorWith(wasm, small);
    expect(size()).toBe(held);
    expect(blocks).toHaveLength(1000);
    for (const [i, { start, end }] of blocks.entries()) {
      expect(end).toBeGreaterThan(start);
      if (i > 0) expect(start).toBeGreaterThanOrEqual(blocks[i - 1]!.end);
    }
  });

  it('when they are dropped and collected', async () => {
    const { wasm, room } = fresh();
    const { blocks } = room;
    const kept = loadPredictorWith(wasm, large);
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 50; i++) loadPredictorWith(wasm, small);
      await collect();
    }
    for (let more = 0; more < 20 && blocks.length > 1; more++) await collect();
    expect(blocks).toHaveLength(1);
    expect(kept.predict(new Float32Array(64))).toHaveLength(10);
  });
});

describe('a predictor', () => {
  const x = new Rng(3).normal(64 * 3);

  it('predicts the same after others were loaded, and after the memory grew', () => {
    const { wasm } = fresh();
    const first = loadPredictorWith(wasm, small);
    const expected = first.predict(x);
    const others: Predictor[] = [];
    for (let i = 0; i < 20; i++) others.push(loadPredictorWith(wasm, large));
    expect(first.predict(x)).toEqual(expected);
    for (const other of others) other.predict(x);
    expect(first.predict(x)).toEqual(expected);
  });

  it('cannot predict once it is disposed of, and another takes its place', () => {
    const { wasm, room } = fresh();
    const first = loadPredictorWith(wasm, small);
    const expected = first.predict(x);
    first.dispose();
    first.dispose();
    const second = loadPredictorWith(wasm, small);
    first.dispose();
    expect(room.blocks).toHaveLength(1);
    expect(second.predict(x)).toEqual(expected);
    for (const method of ['predict', 'predictClasses'] as const) {
      expect(() => first[method](x)).toThrow(/^predictor: dispose\(\) has freed its memory/);
    }
    expect(() => first.predictInto(x, new Float32Array(30))).toThrow(/^predictor: /);
  });

  it('is not loaded if the engine has no memory left, and leaves nothing behind', () => {
    const full = {
      ...javascript,
      memory: {
        buffer: new ArrayBuffer(65536),
        grow() {
          throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
        },
      },
    };
    expect(() => loadPredictorWith(full, large)).toThrow(
      /^bytes: the engine has no \d+ bytes of memory left/,
    );
    expect(roomOf(full).blocks).toEqual([]);
  });
});
