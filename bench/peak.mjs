/**
 * Measures what one core can do in 128-bit arithmetic: a loop of multiplications and additions alone, on independent accumulators
 * in registers. A gemm is judged by the share of it that it reaches.
 */
import { compileString } from 'assemblyscript/asc';

/**
 * Numbers of chains in flight, which are tried in turn. A multiplication and an addition take six to eight cycles, and at least
 * two of each start in a cycle, so that too few chains wait for themselves. The engine keeps no more chains than these in
 * registers, and some versions keep fewer.
 */
const WIDTHS = [10, 11, 12, 13];
/**
 * Numbers of steps before the loop, which change its address. A loop takes up to a third longer at an unlucky address, so that
 * each width is tried at each of these.
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
 * Returns the peak as a contestant, in floating-point operations: the fastest loop of all widths and addresses.
 *
 * @param {'mul + add' | 'multiply-add'} name  the second is one instruction of relaxed SIMD
 */
export async function peak(name) {
  const loops = await compile(name);
  const best = loops.map(() => 0);
  // In turn, so that a busy moment affects all of them.
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
    // a ← a/2 + 1 converges to 2 in every lane.
    output: () => [sum / (2 * LANES * width)],
  };
}

/** Source of a loop. The factors are parameters, because constants would be rebuilt at every use. */
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
