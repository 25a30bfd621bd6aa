/** Mean squares against depth on a logarithmic axis: measured dots, theory's dashed line, and its band for this width. */
import { letters } from '../../engine/state.js';
import type { SignalsFrame } from '../../engine/theory.js';
import { digits } from '../numbers.js';
import { Canvas, type Draw } from './canvas.js';
import { axes, dots, inside, line, linear, logarithmic } from './plot.js';
import { DASH, type Direction, theoryBand } from './theory-band.js';

/** Smallest and largest range of the axis around 1, as logarithms. The largest is that of 32-bit floats. */
const LEAST = Math.log(30);
const MOST = Math.log(1e38);

/** Returns ln of the measured mean squares; gradients are relative to those at the output. */
function measuredLogs({ measured }: SignalsFrame, kind: Direction): Float64Array {
  if (!measured) return new Float64Array(0);
  const squares = measured[kind === 'forward' ? 'z' : 'gradient'].meanSquare;
  const unit = kind === 'forward' ? 1 : squares.at(-1)!;
  return squares.map((square) => Math.log(square / unit));
}

export function DepthPlot({
  frame,
  kind,
}: {
  readonly frame: readonly SignalsFrame[];
  readonly kind: Direction;
}) {
  const logs = frame.map((signals) => measuredLogs(signals, kind));
  const draw: Draw = (pen, w, h, palette) => {
    const box = inside(w, h, { left: 48, top: 10 });
    const seen = [
      ...logs.flatMap((values) => [...values]),
      ...frame.flatMap(({ expected }) => [...expected[kind]]),
    ];
    const finite = seen.filter(Number.isFinite);
    const low = Math.max(-MOST, Math.min(-LEAST, ...finite) - 0.5);
    const high = Math.min(MOST, Math.max(LEAST, ...finite) + 0.5);
    const most = Math.max(2, ...frame.map(({ expected }) => expected[kind].length));
    const x = linear(1, most, box.left + 6, box.right - 10);
    const y = logarithmic(low, high, box.bottom, box.top);
    axes(pen, box, x, y, palette, { isWhole: true, xTicks: 8, xLabel: 'layer' });
    for (const { expected } of frame) {
      const layers = Array.from(expected[kind], (_, l) => l + 1);
      theoryBand(pen, box, layers, expected, kind, [x, y], palette.band);
      line(pen, box, layers, expected[kind], [x, y], palette.theory, { dash: DASH, width: 1.5 });
    }
    for (const [n, values] of logs.entries()) {
      const layers = Array.from(values, (_, l) => l + 1);
      line(pen, box, layers, values, [x, y], palette.networks[n]!, { width: 1, alpha: 0.5 });
      dots(pen, box, layers, values, [x, y], palette.networks[n]!, most > 20 ? 2 : 3);
    }
  };
  const parts = logs.map((values, n) => {
    const [first, last] = [values[0], values.at(-1)].map((value) => digits(Math.exp(value ?? Number.NaN)));
    return `${letters[n]} from ${first} in layer 1 to ${last} in the last`;
  });
  const what = kind === 'forward' ? 'Variance of z' : 'Variance of the gradient relative to the output';
  return <Canvas draw={draw} height={172} label={`${what}: ${parts.join('; ')}`} />;
}
