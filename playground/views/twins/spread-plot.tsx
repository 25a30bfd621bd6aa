/** Plot of the spread of each layer over the steps, on a logarithmic axis. A layer of twins has no dot: its spread is 0. */
import { Canvas, type Draw } from '../../page/draw/canvas.js';
import { axes, dots, inside, line, linear, logarithmic } from '../../page/draw/plot.js';
import { digits } from '../../page/numbers.js';
import type { TwinsFrame } from './engine.js';

/** The axes show at least this many steps, and spreads down to this ln. */
const LEAST_STEPS = 50;
const LOWEST = Math.log(1e-4);

export function SpreadPlot({
  n,
  letter,
  twins,
}: {
  readonly n: number;
  readonly letter: string;
  readonly twins: TwinsFrame;
}) {
  const { history, spreads } = twins;
  const layers = spreads.length;
  const draw: Draw = (pen, w, h, palette) => {
    const logs = history.spreads.map(Math.log);
    const low = Math.min(LOWEST, ...logs.filter(Number.isFinite));
    const box = inside(w, h, { left: 48, right: 70 });
    const x = linear(0, Math.max(LEAST_STEPS, history.step.at(-1) ?? 0), box.left, box.right);
    const y = logarithmic(low - 0.4, 0.6, box.bottom, box.top);
    axes(pen, box, x, y, palette, { xLabel: 'step', xTicks: 4, yTicks: 4 });
    for (let l = 0; l < layers; l++) {
      const values = logs.filter((_, i) => i % layers === l);
      const alpha = 1 - (0.65 * l) / Math.max(1, layers - 1);
      line(pen, box, history.step, values, [x, y], palette.networks[n]!, { width: 2, alpha });
      const last = values.at(-1)!;
      if (!Number.isFinite(last)) continue;
      dots(pen, box, [history.step.at(-1)!], [last], [x, y], palette.networks[n]!);
      pen.fillStyle = palette.quiet;
      pen.textAlign = 'left';
      pen.textBaseline = 'middle';
      pen.fillText(`layer ${l + 1}`, box.right + 8, y(last));
    }
  };
  const told = Array.from(
    spreads,
    (spread, l) => `layer ${l + 1} ${spread === 0 ? 'exactly 0' : digits(spread)}`,
  );
  return (
    <Canvas
      draw={draw}
      height={150}
      label={`Difference between the units' weights in network ${letter}: ${told.join(', ')}`}
    />
  );
}
