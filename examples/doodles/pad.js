import { drawStrokes } from './strokes.js';

/**
 * Makes a canvas a drawing pad for mouse, pen and finger.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} onChange  called after every change of the strokes
 */
export function createPad(canvas, onChange) {
  const context = canvas.getContext('2d');
  /** @type {import('./strokes.js').Strokes} */
  let strokes = [];

  function redraw() {
    canvas.width = canvas.clientWidth * devicePixelRatio;
    canvas.height = canvas.clientHeight * devicePixelRatio;
    context.strokeStyle = getComputedStyle(canvas).color;
    drawStrokes(context, strokes, (x, y) => [x * canvas.width, y * canvas.height], canvas.width / 50);
  }
  function change() {
    redraw();
    onChange();
  }
  const pointOf = ({ offsetX, offsetY }) => [offsetX / canvas.clientWidth, offsetY / canvas.clientHeight];

  canvas.addEventListener('pointerdown', (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    strokes.push([pointOf(event)]);
    change();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    strokes.at(-1).push(pointOf(event));
    change();
  });
  new ResizeObserver(redraw).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);

  return {
    get strokes() {
      return strokes;
    },
    clear() {
      strokes = [];
      change();
    },
  };
}
