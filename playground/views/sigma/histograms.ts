/** Histograms of all layers side by side, each standing upright on one common axis from −edge to edge. */
import { BINS, type Signals } from '../../engine/measure-form.js';
import { FONT, histogram } from '../../page/draw/plot.js';
import type { Pen } from '../../page/draw/shapes.js';
import { digits } from '../../page/numbers.js';
import type { Palette } from '../../page/theme.js';

const GAP = 6;
const LABEL = 16;
/** Narrowest histogram in pixels. If more layers do not fit, every second or third is shown, and so on. */
const NARROWEST = 34;

export function drawLayers(
  pen: Pen,
  w: number,
  h: number,
  { shares, edge, meanSquare }: Signals,
  colour: string,
  palette: Palette,
): void {
  const layers = meanSquare.length;
  const stride = Math.max(1, Math.ceil(layers / Math.floor(w / NARROWEST)));
  const chosen = [...meanSquare.keys()].filter((l) => l % stride === 0 || l === layers - 1);
  const width = w / chosen.length;
  pen.font = FONT;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  for (const [i, l] of chosen.entries()) {
    const box = { left: i * width + GAP / 2, right: (i + 1) * width - GAP / 2, top: 2, bottom: h - LABEL };
    const own = shares.subarray(l * BINS, (l + 1) * BINS);
    pen.fillStyle = palette.grid;
    pen.fillRect(box.left, box.bottom, box.right - box.left, 1);
    histogram(pen, box, own, colour, 1);
    pen.fillStyle = palette.quiet;
    pen.fillText(l === layers - 1 ? 'out' : String(l + 1), (box.left + box.right) / 2, h - LABEL + 4);
  }
  pen.textAlign = 'left';
  pen.fillText(`± ${digits(edge)}`, 2, 0);
}
