/**
 * Strokes of a drawing: arrays of points [x, y] from 0 to 1.
 *
 * @typedef {[number, number][][]} Strokes
 */

/** Side of the picture that the network sees. */
export const SIDE = 28;
const MARGIN = 4;

/**
 * Draws strokes on a canvas.
 *
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {Strokes} strokes
 * @param {(x: number, y: number) => [number, number]} place  turns a point into pixels
 */
export function drawStrokes(context, strokes, place, lineWidth) {
  context.lineWidth = lineWidth;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  for (const [first, ...rest] of strokes) {
    context.moveTo(...place(...first));
    // A lone point becomes a dot.
    for (const point of rest.length > 0 ? rest : [first]) context.lineTo(...place(...point));
  }
  context.stroke();
}

/**
 * Returns what the network sees: SIDE × SIDE bytes with the drawing in the middle, as large as fits. Its place and size on the pad do
 * not matter.
 *
 * @param {Strokes} strokes
 * @param {{ turn?: number, narrow?: number }} [change]  angle in radians, and a factor of the width
 * @returns {Uint8ClampedArray}
 */
export function pixelsOf(strokes, { turn = 0, narrow = 1 } = {}) {
  const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
  const turned = strokes.map((stroke) =>
    stroke.map(([x, y]) => [narrow * (cos * x - sin * y), sin * x + cos * y]),
  );
  const points = turned.flat();
  const [left, right] = extent(points.map(([x]) => x));
  const [top, bottom] = extent(points.map(([, y]) => y));
  const scale = (SIDE - 2 * MARGIN) / Math.max(right - left, bottom - top, 0.05);

  const context = new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true });
  const place = (x, y) => [
    SIDE / 2 + scale * (x - (left + right) / 2),
    SIDE / 2 + scale * (y - (top + bottom) / 2),
  ];
  drawStrokes(context, turned, place, 2);
  // The line is black on nothing, so that only the fourth byte of a pixel, its opacity, differs.
  return context.getImageData(0, 0, SIDE, SIDE).data.filter((_, i) => i % 4 === 3);
}

const extent = (values) => [Math.min(...values), Math.max(...values)];
