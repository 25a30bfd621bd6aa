/** Decision map of a network over its two inputs, with the rows on it. */

import type { DecisionMap, ShownData } from '../../engine/messages.js';
import type { Plane } from '../../engine/plane.js';
import type { Palette } from '../theme.js';
import { Canvas, type Draw } from './canvas.js';
import { type Pen, rgb } from './shapes.js';

interface MapProps {
  readonly map: DecisionMap | undefined;
  readonly data: ShownData | undefined;
  readonly label: string;
  readonly size?: number;
}

export function MapPicture({ map, data, label, size }: MapProps) {
  const draw: Draw = (pen, w, h, palette) => {
    if (map) paint(pen, w, h, map, data, palette);
    if (data) drawRows(pen, w, h, data, palette);
  };
  return <Canvas class="map" draw={draw} label={label} height={(width) => Math.min(width, size ?? width)} />;
}

/** Colours each point by the outputs: a mixture of the classes' colours, or the height of a regression. */
function paint(
  pen: CanvasRenderingContext2D,
  w: number,
  h: number,
  { size, outputs }: DecisionMap,
  data: ShownData | undefined,
  { classColours, low, high, surface }: Palette,
): void {
  const classes = data?.classes ?? 2;
  const units = outputs.length / (size * size);
  const image = new ImageData(size, size);
  const bytes = new Uint32Array(image.data.buffer);
  const back = rgb(surface);
  const parts = classes > 0 ? classColours.map(rgb) : [rgb(low), rgb(high)];
  for (let i = 0; i < size * size; i++) {
    const mixed = [0, 0, 0];
    for (let c = 0; c < (classes || 2); c++) {
      const share = classes > 0 ? outputs[i * units + c]! : heightShare(outputs[i]!, data?.plane, c);
      for (let k = 0; k < 3; k++) mixed[k]! += share * parts[c % parts.length]![k]!;
    }
    const [r, g, b] = mixed.map((value, k) => Math.round(0.5 * value + 0.5 * back[k]!));
    bytes[i] = (255 << 24) | (b! << 16) | (g! << 8) | r!;
  }
  const small = new OffscreenCanvas(size, size);
  small.getContext('2d')!.putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(small, 0, 0, w, h);
}

/** Returns the share of the low colour (side 0) or the high one (side 1) in the colour of a regression's output. */
function heightShare(value: number, plane: Plane | undefined, side: number): number {
  const [low, high] = plane?.heights ?? [-1, 1];
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return side === 0 ? 1 - share : share;
}

/** Draws training rows of two inputs as dots, and test rows as rings. */
export function drawRows(
  pen: Pen,
  w: number,
  h: number,
  { x, y, classes, dots, plane }: ShownData,
  { classDots, surface, low, high }: Palette,
): void {
  if (!plane) return;
  const [[left, right], [bottom, top], heights] = [plane.x, plane.y, plane.heights];
  const middle = (heights[0] + heights[1]) / 2;
  const radius = w < 200 ? 1.6 : 2.4;
  pen.lineWidth = 0.75;
  for (let i = 0; i < y.length; i++) {
    const across = ((x[2 * i]! - left) / (right - left)) * w;
    const down = ((top - x[2 * i + 1]!) / (top - bottom)) * h;
    const colour = classes > 0 ? classDots[y[i]! % classDots.length]! : y[i]! < middle ? low : high;
    pen.beginPath();
    pen.arc(across, down, radius, 0, 7);
    pen.fillStyle = i < dots ? colour : surface;
    pen.strokeStyle = i < dots ? surface : colour;
    pen.fill();
    pen.stroke();
  }
}
