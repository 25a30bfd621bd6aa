/** Parts of plots: scales, axes, lines, bands, dots and histograms within a rectangle. */
import { digits, superscript } from '../numbers.js';
import type { Palette } from '../theme.js';
import { type Pen, segment } from './shapes.js';

/** Maps values to pixels. */
export interface Scale {
  (value: number): number;
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** Rectangle in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const FONT = '11px system-ui, sans-serif';
/** Pixels between a label and the nearest tick. */
const GAP = 6;

/** Returns a linear scale. */
export function linear(low: number, high: number, from: number, to: number): Scale {
  const factor = (to - from) / (high - low || 1);
  return Object.assign((value: number) => from + (value - low) * factor, { low, high, isLog: false });
}

/** Returns a logarithmic scale. Its values are natural logarithms, its ticks powers of ten. */
export function logarithmic(lowLn: number, highLn: number, from: number, to: number): Scale {
  return Object.assign(linear(lowLn, highLn, from, to), { isLog: true });
}

/** Returns the rectangle of a plot within w × h, with room for its axes. The label of the y axis stands above the rectangle. */
export function inside(w: number, h: number, margins: Partial<Box> = {}): Box {
  const { left = 42, top = 20, right = 8, bottom = 22 } = margins;
  return { left, top, right: w - right, bottom: h - bottom };
}

/** Axis without ticks: no power of ten lies on it. */
export const NO_TICKS = logarithmic(0.1, 0.2, 0, 1);

/** Returns round values between low and high. */
export function ticks({ low, high, isLog }: Scale, wanted: number): number[] {
  if (isLog) {
    const [first, last] = [Math.ceil(low / Math.LN10 - 1e-9), Math.floor(high / Math.LN10 + 1e-9)];
    const step = Math.max(1, Math.ceil((last - first) / wanted));
    const found: number[] = [];
    for (let power = Math.ceil(first / step) * step; power <= last; power += step)
      found.push(power * Math.LN10);
    return found;
  }
  const rough = (high - low) / wanted;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const found: number[] = [];
  for (let value = Math.ceil(low / step - 1e-9) * step; value <= high + step * 1e-9; value += step)
    found.push(value);
  return found;
}

/** Returns the text of a tick. */
function tickText(value: number, isLog: boolean): string {
  if (!isLog) return digits(Math.abs(value) < 1e-12 ? 0 : value);
  const power = Math.round(value / Math.LN10);
  if (power === 0) return '1';
  return power === 1 ? '10' : `10${superscript(power)}`;
}

interface AxesOptions {
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly xTicks?: number;
  readonly yTicks?: number;
  /** True if the x axis has whole numbers only, as for layers. */
  readonly isWhole?: boolean;
}

/** Draws grid lines, ticks and labels. */
export function axes(
  pen: Pen,
  box: Box,
  x: Scale,
  y: Scale,
  palette: Palette,
  options: AxesOptions = {},
): void {
  const { xTicks = 6, yTicks = 5, xLabel, yLabel, isWhole = false } = options;
  pen.font = FONT;
  pen.lineWidth = 1;
  pen.strokeStyle = palette.grid;
  pen.fillStyle = palette.quiet;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  for (const value of ticks(y, yTicks)) {
    const at = Math.round(y(value)) + 0.5;
    segment(pen, box.left, at, box.right, at);
    pen.fillText(tickText(value, y.isLog), box.left - 6, at);
  }
  pen.textBaseline = 'top';
  let free = box.right;
  if (xLabel) {
    pen.textAlign = 'right';
    pen.fillText(xLabel, box.right, box.bottom + 5);
    free -= pen.measureText(xLabel).width + GAP;
  }
  pen.textAlign = 'center';
  for (const { text, at, width } of spaced(pen, x, xTicks, isWhole)) {
    // A tick under the label is left out.
    if (xLabel && at + width / 2 > free) continue;
    pen.fillText(text, at, box.bottom + 5);
  }
  if (yLabel) {
    pen.textAlign = 'left';
    pen.textBaseline = 'bottom';
    pen.fillText(yLabel, Math.max(0, box.left - 36), box.top - 6);
  }
}

interface TickText {
  readonly text: string;
  readonly at: number;
  readonly width: number;
}

/** Returns the texts of the x axis. A narrow axis has fewer of them, so that they do not touch. */
function spaced(pen: Pen, x: Scale, wanted: number, isWhole: boolean): TickText[] {
  const texts = ticks(x, wanted)
    .filter((value) => !isWhole || Number.isInteger(value))
    .map((value) => {
      const text = tickText(value, x.isLog);
      return { text, at: x(value), width: pen.measureText(text).width };
    });
  const touch = texts.some(({ at, width }, i) => {
    const before = texts[i - 1];
    return before && at - before.at < (width + before.width) / 2 + GAP;
  });
  return touch && wanted > 1 ? spaced(pen, x, wanted - 1, isWhole) : texts;
}

interface LineOptions {
  readonly width?: number;
  readonly dash?: readonly number[];
  readonly alpha?: number;
}

/** Draws a line through points within the box. It has a gap where a value is not finite. */
export function line(
  pen: Pen,
  box: Box,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  [x, y]: readonly [Scale, Scale],
  colour: string,
  { width = 1.75, dash = [], alpha = 1 }: LineOptions = {},
): void {
  within(pen, box, () => {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.lineJoin = 'round';
    pen.globalAlpha = alpha;
    pen.setLineDash([...dash]);
    pen.beginPath();
    let isDown = false;
    for (let i = 0; i < xs.length; i++) {
      if (!Number.isFinite(ys[i]!)) isDown = false;
      else if (isDown) pen.lineTo(x(xs[i]!), y(ys[i]!));
      else {
        pen.moveTo(x(xs[i]!), y(ys[i]!));
        isDown = true;
      }
    }
    pen.stroke();
  });
}

/** Fills the area between two lines. */
export function band(
  pen: Pen,
  box: Box,
  xs: ArrayLike<number>,
  [low, high]: readonly [ArrayLike<number>, ArrayLike<number>],
  [x, y]: readonly [Scale, Scale],
  colour: string,
): void {
  within(pen, box, () => {
    pen.fillStyle = colour;
    pen.beginPath();
    for (let i = 0; i < xs.length; i++) pen.lineTo(x(xs[i]!), y(high[i]!));
    for (let i = xs.length - 1; i >= 0; i--) pen.lineTo(x(xs[i]!), y(low[i]!));
    pen.fill();
  });
}

/** Draws a dot at each point. A point above or below the box becomes a small triangle at its edge. */
export function dots(
  pen: Pen,
  box: Box,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  [x, y]: readonly [Scale, Scale],
  colour: string,
  radius = 3,
): void {
  pen.fillStyle = colour;
  for (let i = 0; i < xs.length; i++) {
    if (Number.isNaN(ys[i]!)) continue;
    const at = y(ys[i]!);
    const side = at < box.top ? -1 : at > box.bottom ? 1 : 0;
    pen.beginPath();
    if (side === 0) pen.arc(x(xs[i]!), at, radius, 0, 7);
    else {
      const edge = side < 0 ? box.top : box.bottom;
      pen.moveTo(x(xs[i]!) - radius, edge - side * radius * 1.6);
      pen.lineTo(x(xs[i]!) + radius, edge - side * radius * 1.6);
      pen.lineTo(x(xs[i]!), edge);
    }
    pen.fill();
  }
}

/** Draws a histogram whose bins fill the width of the box. A share of `full` has the whole height. */
export function histogram(pen: Pen, box: Box, shares: ArrayLike<number>, colour: string, full: number): void {
  const width = (box.right - box.left) / shares.length;
  pen.fillStyle = colour;
  for (let b = 0; b < shares.length; b++) {
    if (shares[b] === 0) continue;
    // The root keeps small bins visible beside a spike that holds nearly all values.
    const tall = Math.max(1, Math.min(1, Math.sqrt(shares[b]! / full)) * (box.bottom - box.top));
    pen.fillRect(box.left + b * width, box.bottom - tall, Math.max(1, width - 0.5), tall);
  }
}

/** Draws with a clip at the box. */
function within(pen: Pen, box: Box, draw: () => void): void {
  pen.save();
  pen.beginPath();
  pen.rect(box.left, box.top - 1, box.right - box.left, box.bottom - box.top + 2);
  pen.clip();
  draw();
  pen.restore();
}
