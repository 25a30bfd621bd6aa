/** Decision map of a network over its two inputs, with the rows on it. */
import type { DecisionMap, ShownData } from '../../engine/messages.js';
import type { Palette } from '../theme.js';
import { Canvas, type Draw } from './canvas.js';
import { rgb } from './shapes.js';

interface MapProps {
  readonly map: DecisionMap | undefined;
  readonly data: ShownData | undefined;
  readonly label: string;
  readonly size?: number;
}

export function MapPicture({ map, data, label, size }: MapProps) {
  const draw: Draw = (pen, w, h, palette) => {
    if (map) paint(pen, w, h, map, data?.classes ?? 2, palette);
    if (data) rows(pen, w, h, map?.edge ?? 3, data, palette);
  };
  return <Canvas class="map" draw={draw} label={label} height={(width) => Math.min(width, size ?? width)} />;
}

/** Colours each point by the outputs: a mixture of the classes' colours, or the height of a regression. */
function paint(
  pen: CanvasRenderingContext2D,
  w: number,
  h: number,
  { size, outputs }: DecisionMap,
  classes: number,
  { classColours, low, high, surface }: Palette,
): void {
  const units = outputs.length / (size * size);
  const image = new ImageData(size, size);
  const bytes = new Uint32Array(image.data.buffer);
  const back = rgb(surface);
  const parts = classes > 0 ? classColours.map(rgb) : [rgb(low), rgb(high)];
  for (let i = 0; i < size * size; i++) {
    const mixed = [0, 0, 0];
    for (let c = 0; c < (classes || 2); c++) {
      const share = classes > 0 ? outputs[i * units + c]! : heightShare(outputs[i]!, c);
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

/** Returns the share of the low colour (side 0) or the high one (side 1). Regression targets lie between −2 and 2. */
function heightShare(value: number, side: number): number {
  const share = Math.min(1, Math.max(0, (value + 2) / 4));
  return side === 0 ? 1 - share : share;
}

/** Draws training rows as dots and test rows as rings. */
function rows(
  pen: CanvasRenderingContext2D,
  w: number,
  h: number,
  edge: number,
  { x, y, classes, trainRows, inputSize }: ShownData,
  { classDots, surface, low, high }: Palette,
): void {
  if (inputSize !== 2) return;
  const radius = w < 200 ? 1.6 : 2.4;
  pen.lineWidth = 0.75;
  for (let i = 0; i < y.length; i++) {
    const [across, down] = [((x[2 * i]! / edge + 1) / 2) * w, ((1 - x[2 * i + 1]! / edge) / 2) * h];
    const colour = classes > 0 ? classDots[y[i]! % classDots.length]! : y[i]! < 0 ? low : high;
    pen.beginPath();
    pen.arc(across, down, radius, 0, 7);
    pen.fillStyle = i < trainRows ? colour : surface;
    pen.strokeStyle = i < trainRows ? surface : colour;
    pen.fill();
    pen.stroke();
  }
}
