/** The phase map: a picture under a button that takes clicks, arrows and Enter. */
import { useState } from 'preact/hooks';
import { letters } from '../../engine/state.js';
import { Canvas, type Draw } from '../../page/draw/canvas.js';
import { axes, type Box, FONT, inside, line, linear, type Scale } from '../../page/draw/plot.js';
import { disc, type Pen, rgb } from '../../page/draw/shapes.js';
import { digits } from '../../page/numbers.js';
import type { Palette } from '../../page/theme.js';
import type { PhaseRow, Place } from './engine.js';
import type { Grid } from './grid.js';
import { phaseWords } from './words.js';

const HEIGHT = 380;
const MARGINS = { left: 44, top: 24, right: 8, bottom: 38 };
/** A colour has its full strength from this |ln χ₁| on: a third or three times the variance in each layer. */
const FULL = Math.log(3);
/** Share of the colour in the mixture with the background at full strength. */
const STRONGEST = 0.75;

interface PhaseMapProps {
  readonly grid: Grid;
  /** Rows that are known so far, ascending. */
  readonly rows: readonly PhaseRow[];
  readonly places: readonly (Place | undefined)[];
  /** Letter of the network that a click makes. */
  readonly target: string;
  readonly onMake: (gain: number, biasStd: number) => void;
}

/** A point of the map. */
interface Point {
  readonly gain: number;
  readonly biasStd: number;
}

export function PhaseMap({ grid, rows, places, target, onMake }: PhaseMapProps) {
  const { gains, biasStds } = grid;
  const [cursor, setCursor] = useState<Point>({ gain: gains[7]!, biasStd: biasStds[2]! });
  const [isShown, setShown] = useState(false);
  const steps = { gain: gains[1]! - gains[0]!, biasStd: biasStds[1]! - biasStds[0]! };
  const limits = { low: gains[0]! - steps.gain / 2, high: gains.at(-1)! + steps.gain / 2 };
  const heights = { low: -steps.biasStd / 2, high: biasStds.at(-1)! + steps.biasStd / 2 };

  const draw: Draw = (pen, w, h, palette) => {
    const box = inside(w, h, MARGINS);
    const x = linear(limits.low, limits.high, box.left, box.right);
    const y = linear(heights.low, heights.high, box.bottom, box.top);
    paint(pen, box, grid, rows, palette);
    axes(
      pen,
      box,
      x,
      y,
      { ...palette, grid: 'transparent' },
      {
        xTicks: 6,
        yTicks: 4,
        yLabel: 'σ_b of the biases',
      },
    );
    pen.textAlign = 'center';
    pen.textBaseline = 'top';
    pen.fillText('gain σ_w of the weights', (box.left + box.right) / 2, box.bottom + 21);
    const critical = rows.map((row) => row.critical);
    const heightsOfRows = rows.map((row) => biasStds[row.index]!);
    line(pen, box, critical, heightsOfRows, [x, y], palette.ink, { width: 2 });
    names(pen, box, critical, x, palette);
    if (isShown) mark(pen, x(cursor.gain), y(cursor.biasStd), palette.ink);
    for (const [n, place] of [...places.entries()].reverse()) {
      if (place) badge(pen, box, x(place.gain), y(place.biasStd), n, palette);
    }
  };

  const move = (across: number, up: number) => {
    const within = (value: number, values: readonly number[]) =>
      Math.min(values.at(-1)!, Math.max(values[0]!, value));
    setCursor(({ gain, biasStd }) => ({
      gain: within(rounded(gain + across * steps.gain), gains),
      biasStd: within(rounded(biasStd + up * steps.biasStd), biasStds),
    }));
    setShown(true);
  };
  const pointed = (event: MouseEvent): Point => {
    const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const [across, down] = [(event.clientX - left) / width, (event.clientY - top) / height];
    return {
      gain: rounded(Math.max(0.01, limits.low + across * (limits.high - limits.low))),
      biasStd: rounded(Math.max(0, heights.high - down * (heights.high - heights.low))),
    };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    move(step[0]!, step[1]!);
  };
  const what = `σ_w ${digits(cursor.gain)}, σ_b ${digits(cursor.biasStd)}`;
  const chi = chiAt(grid, rows, cursor);
  const told = chi === undefined ? what : `${what}: ${phaseWords(chi)}, χ ${digits(chi)}`;

  return (
    <>
      <div class="chaos-map">
        <Canvas draw={draw} height={HEIGHT} label={sentence(grid, rows, places)} />
        <button
          type="button"
          aria-label={`Make network ${target} at ${told}`}
          aria-describedby="chaos-hint"
          style={{
            left: `${MARGINS.left}px`,
            top: `${MARGINS.top}px`,
            right: `${MARGINS.right}px`,
            bottom: `${MARGINS.bottom}px`,
          }}
          onClick={(event) => {
            // Enter makes a click without a place, whose detail is 0.
            const { gain, biasStd } = event.detail === 0 ? cursor : pointed(event);
            onMake(gain, biasStd);
          }}
          onPointerMove={(event) => {
            setCursor(pointed(event));
            setShown(true);
          }}
          onPointerLeave={() => setShown(false)}
          onFocus={() => setShown(true)}
          onBlur={() => setShown(false)}
          onKeyDown={onKeyDown}
        />
      </div>
      <p class="small" id="chaos-hint" aria-live="polite">
        {isShown ? `${told}. ` : ''}Click, or move with the arrows and press Enter, to make network {target}{' '}
        there.
      </p>
    </>
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** Returns χ₁ at the nearest point of the grid; undefined if its row is not known yet. */
function chiAt(
  { gains, biasStds }: Grid,
  rows: readonly PhaseRow[],
  { gain, biasStd }: Point,
): number | undefined {
  const near = (values: readonly number[], value: number) =>
    Math.max(0, Math.min(values.length - 1, Math.round((value - values[0]!) / (values[1]! - values[0]!))));
  return rows.find(({ index }) => index === near(biasStds, biasStd))?.chi[near(gains, gain)];
}

/** Colours each cell by its phase. The colour is stronger the farther χ₁ is from 1. */
function paint(
  pen: Pen,
  box: Box,
  { gains, biasStds }: Grid,
  rows: readonly PhaseRow[],
  { low, high, surface }: Palette,
): void {
  const image = new ImageData(gains.length, biasStds.length);
  const [back, ordered, chaotic] = [surface, low, high].map(rgb);
  for (const { index, chi } of rows) {
    for (const [i, value] of chi.entries()) {
      const colour = value < 1 ? ordered! : chaotic!;
      const strength = STRONGEST * Math.min(1, Math.abs(Math.log(value)) / FULL) ** 0.7;
      const at = 4 * ((biasStds.length - 1 - index) * gains.length + i);
      for (let k = 0; k < 3; k++) image.data[at + k] = back![k]! + strength * (colour[k]! - back![k]!);
      image.data[at + 3] = 255;
    }
  }
  const small = new OffscreenCanvas(gains.length, biasStds.length);
  small.getContext('2d')!.putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(small, box.left, box.top, box.right - box.left, box.bottom - box.top);
}

/** Writes the names of the phases on both sides of the critical line, where there is room. */
function names(pen: Pen, box: Box, critical: readonly number[], x: Scale, palette: Palette): void {
  const known = critical.filter(Number.isFinite).map(x);
  pen.font = FONT;
  pen.fillStyle = palette.ink;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  const border = known.length > 0 ? Math.min(...known) : box.right;
  if (border - box.left > 60) pen.fillText('ordered', (box.left + border) / 2, box.top + 8);
  const right = known.length > 0 ? Math.max(...known) : box.right;
  if (box.right - right > 60) pen.fillText('chaotic', (right + box.right) / 2, box.top + 8);
}

/** Draws a ring around the cursor. */
function mark(pen: Pen, x: number, y: number, colour: string): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.arc(x, y, 12, 0, 7);
  pen.stroke();
}

/** Draws a network's letter at its place. If the place lies beyond the map, the letter sits at the edge. */
function badge(pen: Pen, box: Box, px: number, py: number, n: number, palette: Palette): void {
  const [x, y] = [
    Math.min(box.right - 9, Math.max(box.left + 9, px)),
    Math.max(box.top + 9, Math.min(box.bottom - 9, py)),
  ];
  disc(pen, x, y, 9, palette.networks[n]!, palette.surface);
  pen.fillStyle = palette.surface;
  pen.font = `bold ${FONT}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(letters[n]!, x, y + 0.5);
}

/** Returns the label of the map: the ends of the critical line, and the phase of each network. */
function sentence(
  { biasStds }: Grid,
  rows: readonly PhaseRow[],
  places: readonly (Place | undefined)[],
): string {
  const known = rows.filter(({ critical }) => Number.isFinite(critical));
  const [first, last] = [known[0], known.at(-1)];
  const edge =
    first && last
      ? `The critical line goes from a gain of ${digits(first.critical)} at σ_b ${digits(biasStds[first.index]!)} to ${digits(last.critical)} at σ_b ${digits(biasStds[last.index]!)}`
      : 'There is no critical line on the map yet';
  const networks = places.map(
    (place, n) => `${letters[n]} is ${place ? phaseWords(place.chi) : 'not on the map'}`,
  );
  return `Phase map. ${edge}. ${networks.join('; ')}.`;
}
