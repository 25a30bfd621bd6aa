/**
 * Kernels of the optimizers, each compared bit by bit with its formula in the rounding that the build promises, for every size,
 * misalignment and difficult value. tests/optimizers/steps.test.ts tests their results over several steps.
 */
import { describe, expect, it } from 'vitest';
import type { Kernels } from '../../src/backend/kernels.js';
import { builds } from '../support/builds.js';
import { expectSame } from '../support/compare.js';
import { Numbers, Sandbox } from './sandbox.js';

/** Rounds an intermediate result as a build does: WebAssembly rounds each, JavaScript computes in doubles. */
type Round = (x: number) => number;

interface Case {
  readonly name: string;
  /** Blocks in the order of the arguments. */
  readonly blocks: readonly string[];
  readonly squares?: readonly string[];
  /** Blocks that are written besides the first one. */
  readonly written: readonly string[];
  readonly call: (k: Kernels, at: readonly number[], n: number) => void;
  /** Returns the written blocks at one place. */
  readonly next: (x: Record<string, number>, f: Round) => Record<string, number>;
}

const RATE = Math.fround(0.3);
const MU = Math.fround(0.9);
const L1 = Math.fround(0.01);
const EPSILON = Math.fround(1e-8);
// Not floats: a kernel must compute with these before it rounds.
const BETA1 = 0.9;
const BETA2 = 0.999;

const mean = (x: number) => (Math.abs(x) < 2 ** -126 ? 0 : x);
/** Clamps a mean square. Math.max passes NaN on, as a kernel must. */
const square = (x: number) => Math.max(x, 2 ** -120);
/** −1, 0 or 1; the sign of −0 is 0. */
const sign = (x: number) => Math.sign(x) + 0;
const sum = (a: number, x: number, b: number, y: number, f: Round) => f(f(a * x) + f(b * y));
const squared = (decay: number, s: number, share: number, g: number, f: Round) =>
  square(sum(decay, s, f(share * g), g, f));

const cases: readonly Case[] = [
  {
    name: 'sgd_momentum',
    blocks: ['p', 'g', 'v'],
    written: ['p', 'v'],
    call: (k, [p, g, v], n) => k.sgd_momentum(p!, g!, v!, n, RATE, MU),
    next({ p, g, v }, f) {
      const next = mean(f(f(MU * v!) + g!));
      return { v: next, p: f(p! - f(RATE * next)) };
    },
  },
  {
    name: 'sgd_nesterov',
    blocks: ['p', 'g', 'v'],
    written: ['p', 'v'],
    call: (k, [p, g, v], n) => k.sgd_nesterov(p!, g!, v!, n, RATE, MU),
    next({ p, g, v }, f) {
      const next = mean(f(f(MU * v!) + g!));
      return { v: next, p: f(p! - f(RATE * f(g! + f(MU * next)))) };
    },
  },
  {
    name: 'divide_by_rms',
    blocks: ['g', 's'],
    squares: ['s'],
    written: ['g', 's'],
    call: (k, [g, s], n) => k.divide_by_rms(g!, s!, n, MU, L1, EPSILON),
    next({ g, s }, f) {
      const next = squared(MU, s!, L1, g!, f);
      return { s: next, g: f(g! / f(f(Math.sqrt(next)) + EPSILON)) };
    },
  },
  {
    name: 'divide_by_rms, a sum of squares',
    blocks: ['g', 's'],
    squares: ['s'],
    written: ['g', 's'],
    call: (k, [g, s], n) => k.divide_by_rms(g!, s!, n, 1, 1, 0),
    next({ g, s }, f) {
      const next = square(f(s! + f(g! * g!)));
      return { s: next, g: f(g! / f(Math.sqrt(next))) };
    },
  },
  {
    name: 'divide_by_deviation',
    blocks: ['g', 's', 'm'],
    squares: ['s'],
    written: ['g', 's', 'm'],
    call: (k, [g, s, m], n) => k.divide_by_deviation(g!, s!, m!, n, MU, L1, EPSILON),
    next({ g, s, m }, f) {
      const nextSquare = squared(MU, s!, L1, g!, f);
      const nextMean = mean(sum(MU, m!, L1, g!, f));
      const variance = square(f(nextSquare - f(nextMean * nextMean)));
      return { s: nextSquare, m: nextMean, g: f(g! / f(f(Math.sqrt(variance)) + EPSILON)) };
    },
  },
  {
    name: 'adam',
    blocks: ['p', 'g', 'm', 'v'],
    squares: ['v'],
    written: ['p', 'm', 'v'],
    call: (k, [p, g, m, v], n) => k.adam(p!, g!, m!, v!, n, BETA1, BETA2, RATE, L1, EPSILON),
    next({ p, g, m, v }, f) {
      const first = mean(sum(f(BETA1), m!, f(1 - BETA1), g!, f));
      const second = squared(f(BETA2), v!, f(1 - BETA2), g!, f);
      const step = f(sum(RATE, first, L1, g!, f) / f(f(Math.sqrt(second)) + EPSILON));
      return { m: first, v: second, p: f(p! - step) };
    },
  },
  {
    name: 'amsgrad',
    blocks: ['p', 'g', 'm', 'v', 'largest'],
    // `largest` cannot be NaN while v is not, because a NaN in v stays.
    squares: ['v', 'largest'],
    written: ['p', 'm', 'v', 'largest'],
    call: (k, [p, g, m, v, largest], n) =>
      k.amsgrad(p!, g!, m!, v!, largest!, n, BETA1, BETA2, RATE, EPSILON),
    next({ p, g, m, v, largest: before }, f) {
      const first = mean(sum(f(BETA1), m!, f(1 - BETA1), g!, f));
      const second = squared(f(BETA2), v!, f(1 - BETA2), g!, f);
      const largest = Math.max(second, before!);
      const step = f(f(RATE * first) / f(f(Math.sqrt(largest)) + EPSILON));
      return { m: first, v: second, largest, p: f(p! - step) };
    },
  },
  {
    name: 'adadelta',
    blocks: ['g', 's', 'd'],
    squares: ['s', 'd'],
    written: ['g', 's', 'd'],
    call: (k, [g, s, d], n) => k.adadelta(g!, s!, d!, n, MU, L1, EPSILON),
    next({ g, s, d }, f) {
      const next = squared(MU, s!, L1, g!, f);
      const step = f(f(f(Math.sqrt(f(d! + EPSILON))) / f(Math.sqrt(f(next + EPSILON)))) * g!);
      return { s: next, d: squared(MU, d!, L1, step, f), g: step };
    },
  },
  {
    name: 'adamax',
    blocks: ['p', 'g', 'm', 'u'],
    squares: ['u'],
    written: ['p', 'm', 'u'],
    call: (k, [p, g, m, u], n) => k.adamax(p!, g!, m!, u!, n, BETA1, BETA2, RATE, EPSILON),
    next({ p, g, m, u }, f) {
      const first = mean(sum(f(BETA1), m!, f(1 - BETA1), g!, f));
      const largest = square(Math.max(f(f(BETA2) * u!), f(Math.abs(g!) + EPSILON)));
      return { m: first, u: largest, p: f(p! - f(f(RATE * first) / largest)) };
    },
  },
  {
    name: 'lion',
    blocks: ['p', 'g', 'm'],
    written: ['p', 'm'],
    call: (k, [p, g, m], n) => k.lion(p!, g!, m!, n, RATE, BETA1, BETA2),
    next({ p, g, m }, f) {
      const direction = sign(sum(f(BETA1), m!, f(1 - BETA1), g!, f));
      return { p: f(p! - f(RATE * direction)), m: mean(sum(f(BETA2), m!, f(1 - BETA2), g!, f)) };
    },
  },
  {
    name: 'clip',
    blocks: ['x'],
    written: ['x'],
    call: (k, [x], n) => k.clip(x!, n, RATE),
    next: ({ x }) => ({ x: Math.min(RATE, Math.max(-RATE, x!)) }),
  },
  {
    name: 'penalize',
    blocks: ['g', 'p'],
    written: ['g'],
    call: (k, [g, p], n) => k.penalize(g!, p!, n, L1, RATE),
    next: ({ g, p }, f) => ({ g: f(g! + sum(L1, sign(p!), RATE, p!, f)) }),
  },
];

const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 5001];
/** Difficult values: squares that overflow, underflow, denormals that must not stay. */
const specials = [NaN, Infinity, -Infinity, 0, -0, 1e-45, -1e-40, 1.2e-38, 1e-20, 1e18, -1e30, 3e38];

describe.each(builds)('optimizers, $name', ({ name, create }) => {
  const box = new Sandbox(create());
  const { kernels, elementBytes } = box.backend;
  const inside: Round = name.startsWith('javascript') ? (x) => x : Math.fround;
  const stored: Round = name === 'javascript64' ? (x) => x : Math.fround;

  function operandsOf({ blocks, squares = [] }: Case, n: number, special: boolean): Float32Array[] {
    const numbers = new Numbers(n + 1);
    return blocks.map((block) => {
      const values = numbers.floats(n, 3).map((x) => {
        return special && numbers.below(2) === 0 ? specials[numbers.below(specials.length)]! : x;
      });
      if (block === 'largest') return values.map((x) => (Number.isNaN(x) ? 1 : Math.abs(x)));
      return squares.includes(block) ? values.map(Math.abs) : values;
    });
  }

  /** Runs a case and throws unless each block equals the formula and nothing else changed. */
  function check(c: Case, operands: readonly Float32Array[], shift: number) {
    box.clear();
    const n = operands[0]!.length;
    const at = c.blocks.map((block, b) => {
      const offset = shift === 0 ? 0 : (b + shift) % 4;
      return c.written.includes(block) ? box.inPlace(operands[b]!, offset) : box.input(operands[b]!, offset);
    });
    c.call(kernels, at, n);
    box.check();
    const expected = Array.from({ length: n }, (_, i) =>
      c.next(Object.fromEntries(c.blocks.map((block, b) => [block, operands[b]![i]!])), inside),
    );
    for (const block of c.written) {
      const values = expected.map((blocks) => stored(blocks[block]!));
      expectSame(box.read(at[c.blocks.indexOf(block)]!, n), values, `${c.name}, ${block}, n = ${n}`);
    }
  }

  describe.each(cases)('$name', (c) => {
    it.each([false, true])(
      'equals its formula on every size and misalignment, special values: %j',
      (special) => {
        for (const n of sizes) {
          for (const shift of [0, 1, 2, 3]) check(c, operandsOf(c, n, special), shift);
        }
      },
    );

    it('is checked so that one wrong bit and an extra store are noticed', () => {
      const operands = operandsOf(c, 7, false);
      const spoilt = (place: number, value: (x: number) => number): Case => ({
        ...c,
        call(k, at, n) {
          c.call(k, at, n);
          const i = at[0]! / elementBytes + place;
          box.backend.elements[i] = value(box.backend.elements[i]!);
        },
      });
      const bit = 1 + (elementBytes === 4 ? 2 ** -23 : 2 ** -52);
      check(c, operands, 0);
      expect(() =>
        check(
          spoilt(6, (x) => x * bit),
          operands,
          0,
        ),
      ).toThrow(/element/);
      expect(() =>
        check(
          spoilt(7, () => 0),
          operands,
          0,
        ),
      ).toThrow(/canary/);
    });
  });

  it('let decaying state end at 0 rather than among the denormals', () => {
    box.clear();
    const [p, g, m, v] = [1, 0, 1, 1].map((x) => box.inPlace(Float32Array.of(x, x, x, x, x)));
    for (let t = 0; t < 2000; t++) kernels.adam(p!, g!, m!, v!, 5, 0.9, 0.9, 1e-3, 0, 1e-8);
    expectSame(box.read(m!, 5), Array(5).fill(0));
    expectSame(box.read(v!, 5), Array(5).fill(2 ** -120));
  });

  it('keep parameters without a gradient unchanged, without epsilon', () => {
    box.clear();
    const [p, g, m, v] = [0.5, 0, 0, 0].map((x) => box.inPlace(Float32Array.of(x, x, x, x, x)));
    kernels.adam(p!, g!, m!, v!, 5, 0.9, 0.999, 1e-3, 1e-3, 0);
    kernels.divide_by_deviation(g!, v!, m!, 5, 0.9, 0.1, 0);
    expectSame(box.read(p!, 5), Array(5).fill(0.5));
    expectSame(box.read(g!, 5), Array(5).fill(0));
  });
});
