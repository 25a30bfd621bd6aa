/** Pictures of the gradient on its way back: a bar for its size at each layer, and bars for the two factors. */
import { Canvas, type Draw } from '../../page/draw/canvas.js';
import {
  axes,
  type Box,
  inside,
  line,
  linear,
  logarithmic,
  NO_TICKS,
  type Scale,
} from '../../page/draw/plot.js';
import type { Pen } from '../../page/draw/shapes.js';
import { DASH } from '../../page/draw/theory-band.js';
import { digits } from '../../page/numbers.js';
import type { Palette } from '../../page/theme.js';
import type { Backward, BackwardFrame } from './engine.js';

/** Axes reach at least this ln on both sides of 1, and at most that of the largest 32-bit numbers. */
const LEAST_SIZE = Math.log(30);
const LEAST_FACTOR = Math.log(3);
const MOST = Math.log(1e38);
const LEFT = 48;
/** In slots narrower than this, only every fifth layer has its number. */
const NARROW_SLOT = 18;
/** Opacity of the bars that the visitor has not reached. */
const NOT_REACHED = 0.16;

interface PictureProps {
  readonly n: number;
  readonly letter: string;
  readonly frame: BackwardFrame;
  readonly measured: Backward;
  /** Index of the layer that the visitor has reached on the way back. */
  readonly reached: number;
  readonly onLayer: (layer: number) => void;
}

export function SizeBars({ n, letter, frame, measured: { sizes }, reached, onLayer }: PictureProps) {
  const last = sizes.length - 1;
  const logs = [...sizes].map((size) => Math.log(size / sizes[last]!));
  const draw: Draw = (pen, w, h, palette) => {
    const box = inside(w, h, { left: LEFT, bottom: 22 });
    const [x, y] = scales(box, [...logs, ...frame.expected], LEAST_SIZE, sizes.length);
    axes(pen, box, NO_TICKS, y, palette, { yTicks: 4 });
    const width = Math.min(36, 0.62 * slot(box, sizes.length));
    for (const [l, log] of logs.entries()) {
      bar(pen, box, x(l), width, y, log, palette.networks[n]!, l < reached ? NOT_REACHED : 1);
    }
    baseline(pen, box, y(0), palette);
    const layers = Array.from(frame.expected, (_, l) => l);
    line(pen, box, layers, frame.expected, [x, y], palette.theory, { dash: DASH, width: 1.5 });
    numbers(pen, box, x, sizes.length, reached, palette);
  };
  const told = [...logs.keys()].reverse().map((l) => `layer ${l + 1} ${digits(Math.exp(logs[l]!))}`);
  return (
    <Canvas
      draw={draw}
      height={190}
      label={`Size of the gradient in network ${letter} relative to the output, from the output back: ${told.join(', ')}`}
      onPoint={pointer(sizes.length, onLayer)}
    />
  );
}

export function FactorBars({ n, letter, measured: { weights, slopes }, reached, onLayer }: PictureProps) {
  const count = weights.length;
  const [w, s] = [weights, slopes].map((factors) => [...factors].map(Math.log)) as [number[], number[]];
  const draw: Draw = (pen, width, h, palette) => {
    const box = inside(width, h, { left: LEFT, bottom: 8 });
    const [x, y] = scales(box, [...w, ...s], LEAST_FACTOR, count);
    axes(pen, box, NO_TICKS, y, palette, { yTicks: 2 });
    const thick = Math.min(16, 0.3 * slot(box, count));
    for (let l = 0; l < count - 1; l++) {
      const alpha = l < reached ? NOT_REACHED : 1;
      bar(pen, box, x(l) - thick / 2 - 0.5, thick, y, w[l]!, palette.networks[n]!, alpha);
      bar(pen, box, x(l) + thick / 2 + 0.5, thick, y, s[l]!, palette.theory, alpha);
    }
    baseline(pen, box, y(0), palette);
  };
  const told = [...w.keys()]
    .reverse()
    .slice(1)
    .map((l) => `layer ${l + 1} ${digits(weights[l])} by ${digits(slopes[l])}`);
  return (
    <Canvas
      draw={draw}
      height={104}
      label={`Factors of weights and slope in network ${letter}, from the output back: ${told.join(', ')}`}
      onPoint={pointer(count, onLayer)}
    />
  );
}

/** Returns a listener that calls back with the layer that is pressed. */
function pointer(count: number, onLayer: (layer: number) => void) {
  return (px: number, _py: number, w: number, h: number, isPressed: boolean) => {
    const box = inside(w, h, { left: LEFT });
    const layer = Math.floor((px - box.left) / slot(box, count));
    if (isPressed && layer >= 0 && layer < count) onLayer(layer);
  };
}

/** Returns the width of a layer's slot. */
function slot({ left, right }: Box, count: number): number {
  return (right - left) / count;
}

/** Returns a scale that puts each layer in the middle of its slot, and a logarithmic scale for the values. */
function scales(box: Box, logs: readonly number[], least: number, count: number): [Scale, Scale] {
  const finite = logs.filter(Number.isFinite);
  const low = Math.max(-MOST, Math.min(-least, ...finite) - 0.3);
  const high = Math.min(MOST, Math.max(least, ...finite) + 0.3);
  const half = slot(box, count) / 2;
  return [
    linear(0, Math.max(1, count - 1), box.left + half, count > 1 ? box.right - half : box.right + half),
    logarithmic(low, high, box.bottom, box.top),
  ];
}

/** Draws a bar from 1 to a value given by its ln. The bar of 0 or of infinity ends at the edge of the box. */
function bar(
  pen: Pen,
  box: Box,
  x: number,
  width: number,
  y: Scale,
  log: number,
  colour: string,
  alpha: number,
) {
  if (Number.isNaN(log)) return;
  const end = Math.min(box.bottom, Math.max(box.top, y(log)));
  pen.globalAlpha = alpha;
  pen.fillStyle = colour;
  pen.fillRect(x - width / 2, Math.min(end, y(0)), width, Math.max(1.5, Math.abs(end - y(0))));
  pen.globalAlpha = 1;
}

/** Draws the line at 1. */
function baseline(pen: Pen, { left, right }: Box, y: number, { quiet }: Palette): void {
  pen.fillStyle = quiet;
  pen.fillRect(left, Math.round(y), right - left, 1);
}

/** Writes the numbers of the layers. That of the reached layer stands out. */
function numbers(
  pen: Pen,
  box: Box,
  x: Scale,
  count: number,
  reached: number,
  { quiet, ink }: Palette,
): void {
  const stride = slot(box, count) < NARROW_SLOT ? 5 : 1;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  for (let l = 0; l < count; l++) {
    const isReached = l === reached;
    if (!isReached && (l % stride !== 0 || (stride > 1 && Math.abs(l - reached) < 3))) continue;
    pen.fillStyle = isReached ? ink : quiet;
    pen.fillText(`${isReached ? '▴' : ''}${l === count - 1 ? 'out' : l + 1}`, x(l), box.bottom + 6);
  }
}
