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
/**
 * Steps before the loop, which move it: the same loop takes up to a third longer where it happens to lie badly. So
 * there is one of each width in each of these places.
 */
const PADDINGS = [0, 1, 2, 4];
const LANES = 4;
const ITERATIONS = 1_000_000;
const TRIALS = 12;

const steps = {
  'mul + add': { expression: (a) => `f32x4.add(f32x4.mul(${a}, factor), term)`, features: ['simd'] },
  'multiply-add': {
    expression: (a) => `f32x4.relaxed_madd(${a}, factor, term)`,
    features: ['simd', 'relaxed-simd'],
  },
};

/**
 * The peak as a contestant, in floating-point operations: the fastest of all widths and places.
 *
 * @param {'mul + add' | 'multiply-add'} name  the second is one instruction, of relaxed SIMD
 */
export async function peak(name) {
  const loops = await compile(name);
  const best = loops.map(() => 0);
  // In turn, so that a busy moment meets all of them.
  for (let trial = 0; trial < TRIALS; trial++) {
    loops.forEach(({ units, work }, i) => {
      const began = performance.now();
      work();
      best[i] = Math.max(best[i], units / (performance.now() - began));
    });
  }
  return loops[best.indexOf(Math.max(...best))];
}

async function compile(name) {
  const { expression, features } = steps[name];
  const variants = WIDTHS.flatMap((width) => PADDINGS.map((padding) => ({ width, padding })));
  const { binary, stderr, error } = await compileString(
    variants.map((variant) => source(expression, variant)).join('\n'),
    { optimizeLevel: 3, runtime: 'stub', enable: features },
  );
  if (error) throw new Error(`peak, ${name}: ${stderr}`);
  const { instance } = await WebAssembly.instantiate(binary, {});
  return variants.map(({ width, padding }) =>
    contestant(name, width, instance.exports[`run${width}_${padding}`]),
  );
}

function contestant(name, width, run) {
  let sum = 0;
  return {
    name: `peak, ${name}`,
    units: 2 * LANES * width * ITERATIONS,
    work: () => {
      sum = run(ITERATIONS, 0.5, 1);
    },
    alone: true,
    // a ← a/2 + 1 ends at 2, in every lane.
    output: () => [sum / (2 * LANES * width)],
  };
}

/** The factors are parameters: constants would be built anew at every use. */
function source(expression, { width, padding }) {
  const accumulators = Array.from({ length: width }, (_, i) => `a${i}`);
  const lanes = Array.from({ length: LANES }, (_, lane) => `f32x4.extract_lane(sum, ${lane})`);
  return `
    export function run${width}_${padding}(n: i32, f: f32, t: f32): f32 {
      const factor = f32x4.splat(f), term = f32x4.splat(t);
      ${accumulators.map((a, i) => `let ${a} = f32x4.splat(<f32>n + ${i});`).join('\n')}
      ${`a0 = ${expression('a0')};\n`.repeat(padding)}
      for (let i = 0; i < n; i++) {
        ${accumulators.map((a) => `${a} = ${expression(a)};`).join('\n')}
      }
      let sum = f32x4.splat(0);
      ${accumulators.map((a) => `sum = f32x4.add(sum, ${a});`).join('\n')}
      return ${lanes.join(' + ')};
    }`;
}
