/** Histogram of one unit's sums over the rows, with a line at 0. A ReLU has a slope to the right of it. */
import { Canvas, type Draw } from '../../page/draw/canvas.js';
import { axes, histogram, inside, linear, NO_TICKS } from '../../page/draw/plot.js';
import { digits } from '../../page/numbers.js';
import { BINS, type LayerUnits } from './form.js';

interface SumsPictureProps {
  readonly n: number;
  readonly letter: string;
  readonly units: LayerUnits;
  readonly unit: number;
}

export function SumsPicture({ n, letter, units: { shares, edge, dead, low, high }, unit }: SumsPictureProps) {
  const draw: Draw = (pen, w, h, palette) => {
    const box = inside(w, h, { left: 8, top: 16 });
    const x = linear(-edge, edge, box.left, box.right);
    axes(pen, box, x, NO_TICKS, palette, { xTicks: 4, xLabel: 'z' });
    const own = shares.subarray(unit * BINS, (unit + 1) * BINS);
    histogram(pen, box, own, dead[unit] ? palette.quiet : palette.networks[n]!, Math.max(...own));
    pen.fillStyle = palette.quiet;
    pen.fillRect(box.left, box.bottom, box.right - box.left, 1);
    pen.fillStyle = palette.ink;
    pen.fillRect(Math.round(x(0)), box.top - 6, 1, box.bottom - box.top + 6);
  };
  return (
    <Canvas
      draw={draw}
      height={110}
      label={`Sums of the unit in network ${letter}: from ${digits(low[unit])} to ${digits(high[unit])}`}
    />
  );
}
