/** The picture of a guess: points that the learner moves by pointer or keys, and later theory and networks. */
import { useRef } from 'preact/hooks';
import { Canvas, type Draw } from '../../page/draw/canvas.js';
import { axes, dots, inside, line, linear, logarithmic } from '../../page/draw/plot.js';
import { disc } from '../../page/draw/shapes.js';
import { DASH, theoryBand } from '../../page/draw/theory-band.js';
import { digits } from '../../page/numbers.js';
import type { Frame, Path } from './engine.js';
import { EDGE, type Guess, givenPoint, STEPS } from './guess.js';
import { flat, layerName, signalName } from './words.js';

const HEIGHT = 360;
const LEFT = 48;
/** Free space beside the first and the last layer. */
const [BEFORE, AFTER] = [12, 14];
/** Least half of the axis in powers of ten after the guess. */
const LEAST_EDGE = 2;
/** Box of the plot; only its top and bottom count, because they do not depend on the width. */
const BOX = inside(0, HEIGHT, { left: LEFT });

interface DrawingProps {
  readonly guess: Guess;
  readonly frame: Frame;
  readonly paths: readonly Path[];
  readonly onDraw: (points: readonly number[]) => void;
}

export function Drawing({ guess, frame, paths, onDraw }: DrawingProps) {
  const knots = useRef<HTMLDivElement>(null);
  const last = useRef<{ readonly point: number; readonly value: number } | undefined>(undefined);
  const { layers, stage } = guess;
  const logs = frame.expected[guess.kind];
  const points = guess.drawn ?? flat(guess, logs);
  const given = givenPoint(guess);
  const edge = edgeOf(guess, frame, points, paths);
  const scales = (w: number) => {
    const box = inside(w, HEIGHT, { left: LEFT });
    return {
      box,
      x: linear(1, layers.at(-1)!, box.left + BEFORE, box.right - AFTER),
      y: logarithmic(-edge * Math.LN10, edge * Math.LN10, box.bottom, box.top),
    };
  };
  const draw: Draw = (pen, w, _, palette) => {
    const { box, x, y } = scales(w);
    axes(pen, box, x, y, palette, { isWhole: true, xTicks: 8, yTicks: 10, xLabel: 'layer' });
    const all = Array.from({ length: layers.at(-1)! }, (_, l) => l + 1);
    if (stage !== 'guess') theoryBand(pen, box, all, frame.expected, guess.kind, [x, y], palette.band);
    for (const [i, path] of [...paths.entries()].reverse()) {
      const own = [...path[guess.kind]].map(Math.log);
      line(pen, box, all, own, [x, y], palette.networks[0]!, {
        width: i === 0 ? 2 : 1,
        alpha: i === 0 ? 1 : 0.35,
      });
      if (i === 0) dots(pen, box, all.slice(0, own.length), own, [x, y], palette.networks[0]!, 2.5);
    }
    if (stage !== 'guess') line(pen, box, all, logs, [x, y], palette.theory, { dash: DASH, width: 1.75 });
    const lns = points.map((value) => value * Math.LN10);
    line(pen, box, layers, lns, [x, y], palette.ink, { width: 2 });
    for (const [i, ln] of lns.entries()) {
      const [radius, fill] = i === given ? [4, palette.ink] : [5.5, palette.surface];
      disc(pen, x(layers[i]!), y(ln), radius, fill, palette.ink);
    }
  };

  const move = (changes: ReadonlyMap<number, number>) => {
    if (stage !== 'guess') return;
    onDraw(points.map((value, i) => (i === given ? value : (changes.get(i) ?? value))));
  };
  const onPoint = (px: number, py: number, w: number, _: number, isPressed: boolean) => {
    if (!isPressed || stage !== 'guess') {
      last.current = undefined;
      return;
    }
    const { box } = scales(w);
    const wide = box.right - AFTER - box.left - BEFORE;
    const at = ((px - box.left - BEFORE) / wide) * (layers.at(-1)! - 1) + 1;
    const point = nearest(layers, at);
    const value = edge * ((2 * (box.bottom - py)) / (box.bottom - box.top) - 1);
    const changes = new Map([[point, value]]);
    // A fast stroke jumps over points. They are put on the straight line between its ends.
    const from = last.current;
    if (from) {
      const step = Math.sign(point - from.point);
      for (let i = from.point + step; step !== 0 && i !== point; i += step)
        changes.set(i, from.value + ((value - from.value) * (i - from.point)) / (point - from.point));
    }
    last.current = { point, value };
    move(changes);
    knots.current?.querySelectorAll('input')[point]?.focus({ preventScroll: true });
  };
  const go = (event: KeyboardEvent, i: number) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    knots.current?.querySelectorAll('input')[i + step]?.focus();
  };

  const told = points.map((value, i) => `${layerName(guess, i)} ${digits(10 ** value)}`).join(', ');
  return (
    <div class={`guess-drawing ${stage === 'guess' ? 'open' : ''}`}>
      <Canvas
        draw={draw}
        height={HEIGHT}
        onPoint={onPoint}
        label={`Your line for the variance of the ${signalName(guess)}: ${told}.${stage === 'guess' ? '' : ` Theory: ${layers.map((layer, i) => `${layerName(guess, i)} ${digits(Math.exp(logs[layer - 1]!))}`).join(', ')}.`}`}
      />
      <div class="guess-knots" ref={knots}>
        {points.map((value, i) => (
          <input
            key={layers[i]}
            type="range"
            min={-EDGE * STEPS}
            max={EDGE * STEPS}
            step={1}
            value={Math.round(value * STEPS)}
            disabled={stage !== 'guess'}
            aria-readonly={i === given}
            aria-label={`variance in ${layerName(guess, i)}${i === given ? ', given' : ''}`}
            aria-valuetext={digits(10 ** value)}
            style={{
              left: `calc(${LEFT + BEFORE}px + ${(layers[i]! - 1) / (layers.at(-1)! - 1)} * (100% - ${LEFT + BEFORE + AFTER + 8}px))`,
              top: `${BOX.bottom - ((value + edge) / (2 * edge)) * (BOX.bottom - BOX.top)}px`,
            }}
            onInput={(event) => move(new Map([[i, Number(event.currentTarget.value) / STEPS]]))}
            onKeyDown={(event) => go(event, i)}
          />
        ))}
      </div>
    </div>
  );
}

/**
 * Returns half the axis in powers of ten. During the guess it is the same for every question, so that it does not give the
 * answer away. Afterwards it fits the lines and points.
 */
function edgeOf(
  { stage, kind, layers }: Guess,
  { expected }: Frame,
  points: readonly number[],
  paths: readonly Path[],
): number {
  if (stage === 'guess') return EDGE;
  const theory = expected[kind].slice(0, layers.at(-1)!);
  const lns = [...theory, ...paths.flatMap((path) => [...path[kind]].map(Math.log))];
  const powers = [...lns.map((ln) => ln / Math.LN10), ...points].filter(Number.isFinite).map(Math.abs);
  return Math.max(LEAST_EDGE, Math.ceil(Math.max(...powers) + 0.5));
}

/** Returns the index of the point whose layer is nearest. */
function nearest(layers: readonly number[], at: number): number {
  let best = 0;
  for (const [i, layer] of layers.entries()) {
    if (Math.abs(layer - at) < Math.abs(layers[best]! - at)) best = i;
  }
  return best;
}
