/** Drawing weights: normal, truncated normal and orthogonal matrices. */
import { freshLibrary } from './contestants.mjs';
import { race, rate } from './harness.mjs';
import { raceTable, significant } from './report.mjs';

const ROUNDS = 7;
const SLOW_ROUNDS = 3;
/** Tolerance of the products of orthonormal rows. */
const TOLERANCE = 1e-4;
/** Tolerance of mean and standard deviation of n values: eight times the standard error of a mean. */
const momentsTolerance = (n) => 8 / Math.sqrt(n);
const SEED = 3;

const subjects = [
  { id: 'normal', title: 'kaimingNormal', side: 4096, quickSide: 1024, summary: moments },
  { id: 'truncated', title: 'truncatedNormal', side: 4096, quickSide: 1024, summary: moments },
  { id: 'orthogonal', title: 'orthogonal', side: 512, quickSide: 128, summary: rowProducts, slow: true },
];

export async function initializers({ settings, peers, print }) {
  const races = [];
  for (const { id, title, side, quickSide, summary, slow } of subjects) {
    const shape = Array(2).fill(settings.quick ? quickSide : side);
    const others = await Promise.all(peers.map(({ draw }) => draw?.(id, shape)));
    const entrants = [await ours(id, shape), ...(id === 'normal' ? [boxMuller(shape)] : []), ...others];
    const results = await race(
      entrants.filter(Boolean).map((entrant) => summarized(entrant, summary, shape)),
      {
        rounds: Math.min(settings.rounds, slow ? SLOW_ROUNDS : ROUNDS),
        warmUp: settings.warmUp,
        tolerance: summary === moments ? momentsTolerance(shape[0] * shape[1]) : TOLERANCE,
      },
    );
    races.push({ id: `draw ${id}`, title: `${title}, ${shape.join(' × ')}`, results });
    print(`${title}: ${significant(rate(results.get('portable')) / 1e6)} M values/s`);
  }
  const what =
    'Values are drawn into an existing array. Means and standard deviations are compared, or the products of the first rows with all rows. Initializers never use relaxed SIMD. `Math.random` is Box–Muller in a plain loop.';
  return { races, report: ['## Initializers', what, raceTable(races, 'million value', 1e6)].join('\n\n') };
}

async function ours(id, shape) {
  const { Rng, kaimingNormal, orthogonal, truncatedNormal } = await freshLibrary();
  const initializer = {
    normal: kaimingNormal(),
    truncated: truncatedNormal({ mean: 0, stddev: 1 }),
    orthogonal: orthogonal(),
  }[id];
  const out = new Float32Array(shape[0] * shape[1]);
  const rng = new Rng(SEED);
  return {
    name: 'portable',
    units: out.length,
    work: () => {
      initializer(shape, rng, { out });
    },
    output: () => out,
  };
}

/** Draws as a page would without a library. */
function boxMuller([rows, columns]) {
  const out = new Float32Array(rows * columns);
  const stddev = Math.sqrt(2 / rows);
  return {
    name: 'Math.random',
    units: out.length,
    random: true,
    work: () => {
      for (let i = 0; i < out.length; i += 2) {
        const radius = stddev * Math.sqrt(-2 * Math.log(1 - Math.random()));
        const angle = 2 * Math.PI * Math.random();
        out[i] = radius * Math.cos(angle);
        out[i + 1] = radius * Math.sin(angle);
      }
    },
    output: () => out,
  };
}

/** Compares a summary, because millions of numbers are not compared one by one, nor sent from one process to another. */
function summarized(entrant, summary, shape) {
  return {
    ...entrant,
    async output() {
      const values = await entrant.output();
      return values.length === 2 ? values : summary(values, shape);
    },
  };
}

function moments(values) {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    squares += values[i] * values[i];
  }
  const mean = sum / values.length;
  return [mean, Math.sqrt(squares / values.length - mean * mean)];
}

/** Products of the first rows with all rows: 1 for a row with itself, else 0. */
function rowProducts(values, [rows, columns]) {
  const products = [];
  for (let r = 0; r < 4; r++) {
    for (let s = 0; s < rows; s++) {
      let product = 0;
      for (let c = 0; c < columns; c++) product += values[r * columns + c] * values[s * columns + c];
      products.push(product);
    }
  }
  return products;
}
