/** Tests the harness of the benchmark with contestants that say their times themselves. */
import { describe, expect, it } from 'vitest';
import { bestRatio, type Contestant, race, ratio } from '../../bench/harness.mjs';
import { BRIEF_WARM_UP, WARM_UP } from '../../bench/settling.mjs';

/** A contestant whose slices take these ms, the last one for ever. */
function told(name: string, ms: readonly number[], more: Partial<Contestant> = {}): Contestant {
  let slice = 0;
  return { name, units: 1, work: () => ms[Math.min(slice++, ms.length - 1)], output: () => [1], ...more };
}

describe('race', () => {
  it('leaves the slices of the warm-up out', async () => {
    const falling = Array.from({ length: 40 }, (_, i) => 400 * 0.9 ** i);
    const results = await race([told('slow at first', [...falling, 5]), told('steady', [10])], {
      rounds: 5,
      warmUp: WARM_UP,
    });
    const [slow, steady] = [results.get('slow at first')!, results.get('steady')!];
    expect(slow.stable).toBe(true);
    expect(slow.times).toEqual([5, 5, 5, 5, 5]);
    expect(ratio(slow, steady)).toBe(2);
  });

  it('says whose times did not become stable', async () => {
    const unstable = Array.from({ length: 200 }, (_, i) => 1000 * 0.9 ** i);
    const results = await race([told('moving', unstable)], { rounds: 3, warmUp: WARM_UP });
    expect(results.get('moving')!.stable).toBe(false);
  });

  it('enters the fastest of several settings', async () => {
    const variants = [30, 20, 25].map((ms) => ({ setting: `${ms} ms`, work: () => ms }));
    const results = await race([{ name: 'library', units: 1, output: () => [1], variants }], {
      rounds: 3,
      warmUp: WARM_UP,
    });
    expect(results.get('library')).toMatchObject({ setting: '20 ms', times: [20, 20, 20] });
  });

  it('times a contestant of another process in one run, outside the rounds', async () => {
    const asked: { ms: number; slices: number }[] = [];
    const order: string[] = [];
    const apart: Contestant = {
      name: 'apart',
      units: 2,
      output: () => [1],
      run: async (least) => {
        asked.push(least);
        order.push('apart');
        return Array.from({ length: Math.max(least.slices, Math.ceil(least.ms / 40)) }, () => 40);
      },
    };
    const work = () => {
      order.push('in turn');
      return 10;
    };
    const results = await race([apart, told('in turn', [10], { work })], { rounds: 7, warmUp: WARM_UP });
    expect(asked.at(-1)).toEqual({ ms: 2000, slices: 7 });
    expect(order.lastIndexOf('apart')).toBeLessThan(order.indexOf('in turn'));
    // 40 ms for two units against 10 ms for one.
    expect(ratio(results.get('in turn')!, results.get('apart')!)).toBe(2);
    expect(bestRatio(results.get('in turn')!, results.get('apart')!)).toBe(2);
  });

  it('refuses a long run whose output changes', async () => {
    let output = 0;
    const run = async () => {
      output += 1;
      return [100, 100, 100, 100];
    };
    const contestant = { name: 'changing', units: 1, output: () => [output], run };
    await expect(race([contestant], { rounds: 3, warmUp: BRIEF_WARM_UP })).rejects.toThrow(/changing again/);
  });

  it('refuses contestants that compute different things', async () => {
    const other = told('other', [100], { output: () => [1.1] });
    const options = { rounds: 1, warmUp: BRIEF_WARM_UP, tolerance: 0.01 };
    await expect(race([told('one', [100]), other], options)).rejects.toThrow(/one has 1 at 0/);
  });
});
