/** Histogram of Unicode blocks, without colours or control characters. */
import { formatCount, formatNumber } from '../format.js';

/** Number of bins. It is even, so that 0 stands between two bins if values lie on both sides of it. */
const BINS = 20;
/** Columns from one edge to the next, for the edge itself and the bar. */
const BIN_WIDTH = 3;
const LABEL_EVERY = 5;
const ROWS = 6;
const BLOCKS = ' ▁▂▃▄▅▆▇█';
const LEVELS = BLOCKS.length - 1;

export interface Extremes {
  readonly min: number;
  readonly max: number;
}

/** Returns lines of at most 80 columns: bars scaled to the fullest bin, and the edges of the bins below them. */
export function histogram(values: Float32Array, { min, max }: Extremes): string[] {
  if (min === max) return [`all ${formatNumber(min)}`];
  const size = Math.max(-min, max);
  const [low, high] = min < 0 && max > 0 ? [-size, size] : [min, max];
  const counts = countBins(values, low, high);
  const most = Math.max(...counts);
  const gutter = formatCount(most).length;
  const lines: string[] = [];
  for (let row = ROWS - 1; row >= 0; row--) {
    const bars = counts.map((count) => ` ${block(count, most, row).repeat(BIN_WIDTH - 1)}`).join('');
    const axis = row === ROWS - 1 ? `${formatCount(most)} ┤` : `${' '.repeat(gutter)} │`;
    lines.push(`${axis}${bars.slice(1)}`.trimEnd());
  }
  const indent = gutter + 1;
  return [...lines, `${'0'.padStart(gutter)} ┼${ticks()}`, edgeLabels(low, high, indent)];
}

function countBins(values: Float32Array, low: number, high: number): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.floor((BINS * (value - low)) / (high - low));
    // The last bin holds its upper edge, too.
    counts[Math.min(bin, BINS - 1)]! += 1;
  }
  return counts;
}

/** Returns the block of a bar in one row. A bin that is not empty shows at least the lowest block. */
function block(count: number, most: number, row: number): string {
  const level = Math.ceil((count / most) * ROWS * LEVELS) - row * LEVELS;
  return BLOCKS[Math.max(0, Math.min(level, LEVELS))]!;
}

function ticks(): string {
  const edges = Array.from({ length: BINS }, (_, i) => ((i + 1) % LABEL_EVERY === 0 ? '┼' : '┴'));
  return edges.map((edge) => edge.padStart(BIN_WIDTH, '─')).join('');
}

/** Labels every fifth edge with its number, centred below it. */
function edgeLabels(low: number, high: number, indent: number): string {
  let line = '';
  for (let edge = 0; edge <= BINS; edge += LABEL_EVERY) {
    const label = formatNumber(low + ((high - low) * edge) / BINS);
    const start = indent + edge * BIN_WIDTH - Math.floor(label.length / 2);
    line = line.padEnd(start) + label;
  }
  return line;
}
