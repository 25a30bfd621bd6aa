/** Picture of a unit. Negative values have the low colour, positive ones the high colour, and 0 that of the background. */
import type { UnitMaps } from '../../engine/messages.js';
import { rgb } from '../draw/shapes.js';
import type { Palette } from '../theme.js';

/** Values of one unit, and their range. */
export interface UnitPicture {
  /** [size²] */
  readonly values: Float32Array;
  readonly low: number;
  readonly high: number;
  readonly isDead: boolean;
}

/** Returns the picture of a unit; undefined if there is none. */
export function pictureOf({ values, dead, size, shown }: UnitMaps, unit: number): UnitPicture | undefined {
  if (!values || !dead || unit >= shown) return undefined;
  const own = values.subarray(unit * size * size, (unit + 1) * size * size);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of own) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return { values: own, low, high, isDead: dead[unit] === 1 };
}

/** Returns the pixels of a picture. Each picture has its own scale: its largest magnitude has the full colour. */
export function pixelsOf({ values, low, high }: UnitPicture, palette: Palette): ImageData {
  const size = Math.sqrt(values.length);
  const image = new ImageData(size, size);
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const [zero, below, above] = [palette.surface, palette.low, palette.high].map(rgb);
  for (const [i, value] of values.entries()) {
    const share = Math.abs(value) / most;
    const full = value < 0 ? below! : above!;
    for (let k = 0; k < 3; k++) image.data[4 * i + k] = zero![k]! + share * (full[k]! - zero![k]!);
    image.data[4 * i + 3] = 255;
  }
  return image;
}
