/** Tests of two starts side by side, against closed formulas of the theory and the exact laws of ReLU networks. */
import { describe, expect, it } from 'vitest';
import { heNormal, randomNormal } from '../../src/index.js';
import { compareStarts, type StartComparison } from '../../src/lab/index.js';
import { toHTML, toSVG, toText } from '../../src/report/index.js';
import { propagate } from '../../src/theory/index.js';

const small = { depth: 12, width: 40, networks: 40, seed: 3 } as const;

describe('compareStarts', () => {
  it('runs propagate for both starts with one seed', async () => {
    const { labels, reports } = await compareStarts('heNormal', { name: 'lecunUniform' }, small);
    expect(labels).toEqual(['heNormal', 'lecunUniform']);
    const alone = (kernelInitializer: 'heNormal' | 'lecunUniform') =>
      propagate({ ...small, activation: 'relu', kernelInitializer });
    expect(reports).toEqual([alone('heNormal'), alone('lecunUniform')]);
  });

  it('shows the law of depth: half the kernel variance halves the variance per layer exactly', async () => {
    const deep = { ...small, depth: 50 };
    const half = { name: 'randomNormal', stddev: Math.sqrt(1 / 40) } as const;
    const { outcomes, verdict } = await compareStarts(
      { name: 'randomNormal', stddev: Math.sqrt(2 / 40) },
      half,
      deep,
    );
    const [a, b] = outcomes;
    // Draws are f32, with a relative error of 6e-8 per weight over fifty layers.
    expect(a.forward.lnRatio - b.forward.lnRatio).toBeCloseTo(50 * Math.LN2, 4);
    expect(a.backward.lnRatio - b.backward.lnRatio).toBeCloseTo(49 * Math.LN2, 4);
    expect([a.forward.fate, b.forward.fate, b.backward.fate]).toEqual(['kept', 'lost', 'lost']);
    expect(verdict).toMatch(/^randomNormal, stddev 0\.22\d* keeps .*; randomNormal, stddev 0\.15\d* loses /);
  });

  it('agrees with explain on where a start dies at infinite width', async () => {
    const { explanations } = await compareStarts('heNormal', 'glorotUniform', { ...small, depth: 30 });
    expect(explanations[0].notes).toEqual([]);
    // The sd is 2^(−k/2) · 1 in layers[k], below 1e-3 from k = 20 on; the gradient is 2^(−(29 − k)/2), down to k = 9.
    expect(explanations[1].forward).toEqual({ dies: 20 });
    expect(explanations[1].backward).toEqual({ dies: 9 });
  });

  it.each([
    [
      'a signal that stays while the gradient dies',
      'glorotUniform',
      'sigmoid',
      'kept',
      'lost',
      /keeps the signal and loses the gradient: /,
    ],
    [
      'an explosion',
      'randomNormal1',
      'relu',
      'exploded',
      'exploded',
      /lets signal and gradient explode: typically \S+e\d+ times the input's/,
    ],
    [
      'saturation, beyond which f′ is 0',
      'randomNormal100',
      'tanh',
      'exploded',
      'lost',
      /loses the gradient: .* and nothing of layer/,
    ],
    ['numbers beyond f64', 'randomNormal1e30', 'gelu', 'exploded', 'exploded', /typically ∞ times/],
  ] as const)('%s', async (_, start, activation, forward, backward, words) => {
    const stddev = Number(start.replace('randomNormal', ''));
    const a = Number.isNaN(stddev) ? (start as 'glorotUniform') : randomNormal({ stddev });
    const { outcomes, verdict } = await compareStarts(a, 'heNormal', {
      ...small,
      depth: 50,
      networks: 10,
      activation,
    });
    expect([outcomes[0].forward.fate, outcomes[0].backward.fate]).toEqual([forward, backward]);
    expect(verdict).toMatch(words);
  });

  it('goes into every report unchanged, and through JSON', async () => {
    const result = await compareStarts(heNormal(), 'tfjsHeNormal', { ...small, depth: 3 });
    const again = JSON.parse(JSON.stringify(result)) as StartComparison;
    expect(again).toEqual(result);
    expect(toText(again)).toContain('heNormal beside tfjsHeNormal');
    expect(toSVG(again)).toContain('tfjsHeNormal');
    expect(toHTML(again)).toContain('tfjsHeNormal');
  });

  it('reports its progress, and each start that is measured', async () => {
    const seen: (string | number)[] = [];
    await compareStarts(
      'heNormal',
      'heUniform',
      { ...small, depth: 2, networks: 2 },
      {
        onProgress: (done, total) => seen.push(done / total),
        onMeasured: (label) => seen.push(label),
      },
    );
    expect(seen).toEqual([0.25, 0.5, 'heNormal', 0.75, 1, 'heUniform']);
  });

  it('ends when a signal aborts', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const running = compareStarts('heNormal', 'heUniform', small, {
      onProgress: () => controller.abort(reason),
      signal: controller.signal,
    });
    await expect(running).rejects.toBe(reason);
  });

  it.each([
    ['zeros', {}, RangeError, /^zeros: expected values that differ/],
    ['heNorml', {}, TypeError, /^heNorml: unknown name 'heNorml'; did you mean 'heNormal'/],
    ['heNormal', { depth: 0 }, RangeError, /^depth: expected a whole number ≥ 1/],
    ['heNormal', { width: 1 }, RangeError, /^width: /],
    ['heNormal', { layers: 3 }, TypeError, /^options.layers: unknown option/],
    ['heNormal', { activation: 'step' }, TypeError, /^activation: 'step' has no derivative/],
  ])('refuses %s, %j', async (start, options, kind, message) => {
    const refused = compareStarts(start as 'zeros', 'heNormal', options as never);
    await expect(refused).rejects.toThrow(kind);
    await expect(refused).rejects.toThrow(message);
  });
});
