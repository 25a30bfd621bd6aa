/**
 * What one core can do in 128-bit arithmetic: a loop of nothing but multiplications and additions on
 * independent accumulators, all in registers. The share of it that a gemm reaches is what counts.
 */
import { compileString } from 'assemblyscript/asc';

/**
 * Chains in flight, tried in turn. A multiplication and an addition take six to eight cycles, and two or more of
 * each begin in a cycle: too few chains wait for themselves. The engine keeps no more than these in registers, and
 * not every version as many.
 */
const WIDTHS = [10, 11, 12, 13];
const LANES = 4;
const ITERATIONS = 2_000_000;
const TRIALS = 5;

const steps = {
  'mul + add': { expression: (a) => `f32x4.add(f32x4.mul(${a}, factor), term)`, features: ['simd'] },
  'multiply-add': {
    expression: (a) => `f32x4.relaxed_madd(${a}, factor, term)`,
    features: ['simd', 'relaxed-simd'],
  },
};

/**
 * The peak as a contestant, in floating-point operations: the fastest of the widths.
 *
 * @param {'mul + add' | 'multiply-add'} name  the second is one instruction, of relaxed SIMD
 */
export async function peak(name) {
  const loops = await Promise.all(WIDTHS.map((width) => loop(name, width)));
  const rates = loops.map(({ units, work }) => {
    const times = Array.from({ length: TRIALS }, () => {
      const began = performance.now();
      work();
      return performance.now() - began;
    });
    return units / Math.min(...times);
  });
  return loops[rates.indexOf(Math.max(...rates))];
}

async function loop(name, width) {
  const { expression, features } = steps[name];
  const { binary, stderr, error } = await compileString(source(expression, width), {
    optimizeLevel: 3,
    runtime: 'stub',
    enable: features,
  });
  if (error) throw new Error(`peak, ${name}: ${stderr}`);
  const { instance } = await WebAssembly.instantiate(binary, {});
  let sum = 0;
  return {
    name: `peak, ${name}`,
    units: 2 * LANES * width * ITERATIONS,
    work: () => {
      sum = instance.exports.run(ITERATIONS, 0.5, 1);
    },
    alone: true,
    // a ← a/2 + 1 ends at 2, in every lane.
    output: () => [sum / (2 * LANES * width)],
  };
}

/** The factors are parameters: constants would be built anew at every use. */
function source(expression, width) {
  const accumulators = Array.from({ length: width }, (_, i) => `a${i}`);
  const lanes = Array.from({ length: LANES }, (_, lane) => `f32x4.extract_lane(sum, ${lane})`);
  return `
    export function run(n: i32, f: f32, t: f32): f32 {
      const factor = f32x4.splat(f), term = f32x4.splat(t);
      ${accumulators.map((a, i) => `let ${a} = f32x4.splat(<f32>n + ${i});`).join('\n')}
      for (let i = 0; i < n; i++) {
        ${accumulators.map((a) => `${a} = ${expression(a)};`).join('\n')}
      }
      let sum = f32x4.splat(0);
      ${accumulators.map((a) => `sum = f32x4.add(sum, ${a});`).join('\n')}
      return ${lanes.join(' + ')};
    }`;
}
