/** Canvas that fits its parent, the resolution of the screen and the theme. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { colours, type Palette, theme } from '../theme.js';

/** Draws on a canvas of w × h CSS pixels. */
export type Draw = (pen: CanvasRenderingContext2D, w: number, h: number, palette: Palette) => void;

interface CanvasProps {
  readonly draw: Draw;
  /** Sentence for screen readers that tells the picture with its numbers. */
  readonly label: string;
  /** Height in CSS pixels, or a function that returns it for a width. */
  readonly height: number | ((width: number) => number);
  readonly class?: string;
  /** Called with a position in CSS pixels when the pointer moves over the picture or is pressed. */
  readonly onPoint?: (x: number, y: number, w: number, h: number, isPressed: boolean) => void;
}

export function Canvas({ draw, label, height, class: name, onPoint }: CanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const h = typeof height === 'number' ? height : height(width);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(ref.current!.parentElement!);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const canvas = ref.current!;
    if (width === 0) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const [w, tall] = [Math.round(width * ratio), Math.round(h * ratio)];
    if (canvas.width !== w) canvas.width = w;
    if (canvas.height !== tall) canvas.height = tall;
    const pen = canvas.getContext('2d')!;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, h);
    draw(pen, width, h, colours(theme.value));
  });
  const point = (event: PointerEvent) => {
    const box = ref.current!.getBoundingClientRect();
    onPoint?.(event.clientX - box.left, event.clientY - box.top, width, h, event.buttons > 0);
  };
  return (
    <div class={`canvas ${name ?? ''}`}>
      <canvas
        ref={ref}
        role="img"
        aria-label={label}
        style={{ height: `${h}px`, cursor: onPoint ? 'crosshair' : undefined }}
        {...(onPoint && { onPointerMove: point, onPointerDown: point })}
      />
    </div>
  );
}
