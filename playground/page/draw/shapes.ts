/** Shapes and colours that plots and pictures share. */

export type Pen = CanvasRenderingContext2D;

/** Draws a straight line between two points, in the pen's present style. */
export function segment(pen: Pen, x1: number, y1: number, x2: number, y2: number): void {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

/** Fills a circle, and outlines it 2 pixels wide if it has an edge colour. */
export function disc(pen: Pen, x: number, y: number, radius: number, fill: string, edge?: string): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.fill();
  if (edge === undefined) return;
  pen.strokeStyle = edge;
  pen.lineWidth = 2;
  pen.stroke();
}

/** Returns red, green and blue of a colour such as "#1f6fb5". */
export function rgb(hex: string): readonly [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
