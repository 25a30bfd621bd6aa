/** Growth of the time of a step with width, depth and batch. On logarithmic axes it is a straight line, and a cliff is a bend. */
import { trainer } from './contestants.mjs';
import { race, spread } from './harness.mjs';
import { prepareNet } from './nets.mjs';
import { significant, table } from './report.mjs';

const powers = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));
const ROUNDS = 7;
/** Multiply-adds of a slice, so that small nets take many steps and large nets few. */
const SLICE = 2e8;

const axes = [
  {
    id: 'width',
    title: 'width w: w-w-w-10, batch 128',
    sizes: powers(5, 11),
    net: (w) => ({ sizes: [w, w, w, 10], rows: 128 }),
  },
  {
    id: 'depth',
    title: 'depth d: 100, d layers of 100, 10, batch 100',
    sizes: powers(0, 6),
    net: (d) => ({ sizes: [100, ...Array(d).fill(100), 10], rows: 100 }),
  },
  {
    id: 'batch',
    title: 'batch b: 784-256-10',
    sizes: powers(0, 12),
    net: (b) => ({ sizes: [784, 256, 10], rows: b }),
  },
];

export async function scaling({ settings, runners, print }) {
  const builds = runners.filter(({ backend }) => backend === 'wasm');
  const lines = [];
  for (const { id, title, sizes, net } of axes) {
    const chosen = settings.quick ? sizes.filter((_, i) => i % 2 === 0 && i < sizes.length - 2) : sizes;
    for (const build of builds) {
      const entrants = await Promise.all(
        chosen.map(async (size) => {
          const described = net(size);
          const steps = Math.max(1, Math.round(SLICE / multiplications(described)));
          const prepared = await prepareNet({ ...described, steps, learningRate: 1e-3 });
          return trainer(build, prepared, { name: String(size), alone: true });
        }),
      );
      const results = await race(entrants, {
        rounds: Math.min(settings.rounds, ROUNDS),
        warmUp: settings.warmUp,
      });
      const points = chosen.map((size) => ({ size, ...spread(results.get(String(size)), 1) }));
      lines.push({ id, title, build: build.name, points, ...growth(points) });
      print(`${title}, ${build.name}: exponent ${lines.at(-1).exponent.toFixed(2)}`);
    }
  }
  return { lines, report: report(lines) };
}

/** Counts the multiply-adds of a step: forward, kernel gradient, and input gradient except for the first layer. */
function multiplications({ sizes, rows }) {
  return sizes.slice(1).reduce((sum, units, l) => sum + rows * sizes[l] * units * (l === 0 ? 2 : 3), 0);
}

/** Returns the exponent over the upper half of the sizes, by least squares on logarithms, and the steepest piece of all. */
function growth(points) {
  const logs = points.map(({ size, median }) => ({ x: Math.log(size), y: Math.log(median) }));
  const upper = logs.slice(Math.floor((logs.length - 1) / 2));
  const mean = (key) => upper.reduce((sum, point) => sum + point[key], 0) / upper.length;
  const [x, y] = [mean('x'), mean('y')];
  const sum = (f) => upper.reduce((total, point) => total + f(point), 0);
  const exponent = sum((p) => (p.x - x) * (p.y - y)) / sum((p) => (p.x - x) ** 2);
  const pieces = logs.slice(1).map((point, i) => (point.y - logs[i].y) / (point.x - logs[i].x));
  const steepest = Math.max(...pieces);
  const i = pieces.indexOf(steepest);
  return { exponent, steepest, where: `${points[i].size} to ${points[i + 1].size}` };
}

function report(lines) {
  return [
    '## Cost as work grows',
    'Median time of a step in ms, and the exponent over the upper half of the sizes: ![charts](../docs/bench-scaling.svg)',
    ...axes.flatMap(({ id }) => {
      const shown = lines.filter((line) => line.id === id);
      const [{ title, points }] = shown;
      return table(
        [title, ...points.map(({ size }) => size), 'exponent', 'steepest'],
        shown.map(({ build, points: own, exponent, steepest, where }) => [
          build,
          ...own.map(({ median }) => significant(median)),
          exponent.toFixed(2),
          `${steepest.toFixed(2)} (${where})`,
        ]),
      );
    }),
  ].join('\n\n');
}
