/** Pictures of two inputs: the plane, a fan in each layer, the correlation by layer, and its map. */
import type { ShownData } from '../../engine/messages.js';
import { letters, type State } from '../../engine/state.js';
import { Canvas, type Draw } from '../../page/draw/canvas.js';
import { axes, dots, FONT, inside, line, linear } from '../../page/draw/plot.js';
import { digits } from '../../page/numbers.js';
import type { Palette } from '../../page/theme.js';
import type { Frame, NetworkAngles } from './engine.js';
import { own } from './fields.js';
import { mapPoints } from './map-points.js';
import { degrees, shown, type Theory } from './words.js';

type Pen = CanvasRenderingContext2D;
const DASH = [5, 4];

interface PlaneProps {
  readonly state: State;
  readonly data: ShownData;
  readonly onMove: (values: Readonly<Record<string, number>>) => void;
}

/** Half the side of the plane. */
const PLANE = 4.4;

/** The plane of the inputs: both have the same length, and each can be dragged. */
export function Plane({ state, data, onMove }: PlaneProps) {
  const of = (name: keyof typeof own) => Number(state.own[name] ?? own[name].initial);
  const [length, turn, angle] = [of('length'), of('turn'), of('angle')];
  const directions = [turn, turn + angle];
  const draw: Draw = (pen, w, h, palette) => {
    const [x, y] = [linear(-PLANE, PLANE, 0, w), linear(-PLANE, PLANE, h, 0)];
    pen.fillStyle = palette.grid;
    pen.fillRect(0, y(0), w, 1);
    pen.fillRect(x(0), 0, 1, h);
    pen.globalAlpha = 0.35;
    for (let i = 0; i < data.x.length / 2; i++) {
      const colour =
        data.classes > 0 ? palette.classDots[Number(data.y[i]) % palette.classDots.length]! : palette.theory;
      pen.fillStyle = colour;
      pen.fillRect(x(data.x[2 * i]!) - 1, y(data.x[2 * i + 1]!) - 1, 2, 2);
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = palette.theory;
    pen.lineWidth = 1;
    pen.setLineDash([2, 3]);
    pen.beginPath();
    pen.arc(x(0), y(0), x(length) - x(0), 0, 7);
    pen.stroke();
    pen.setLineDash([]);
    pen.beginPath();
    pen.arc(x(0), y(0), 18, (-(turn + angle) * Math.PI) / 180, (-turn * Math.PI) / 180);
    pen.strokeStyle = palette.ink;
    pen.lineWidth = 1.5;
    pen.stroke();
    for (const [i, direction] of directions.entries()) {
      const radians = (direction * Math.PI) / 180;
      const [px, py] = [x(length * Math.cos(radians)), y(length * Math.sin(radians))];
      pen.strokeStyle = palette.ink;
      pen.lineWidth = 2;
      stroke(pen, x(0), y(0), px, py);
      pen.beginPath();
      pen.arc(px, py, 10, 0, 7);
      pen.fillStyle = palette.ink;
      pen.fill();
      pen.fillStyle = palette.surface;
      pen.font = FONT;
      pen.textAlign = 'center';
      pen.textBaseline = 'middle';
      pen.fillText(String(i + 1), px, py + 0.5);
    }
  };
  const onPoint = (px: number, py: number, w: number, h: number, isPressed: boolean) => {
    if (!isPressed) return;
    const [a, b] = [(px / w) * 2 * PLANE - PLANE, PLANE - (py / h) * 2 * PLANE];
    const direction = Math.round((Math.atan2(b, a) * 180) / Math.PI);
    const size = Math.min(own.length.limits.high, Math.max(own.length.limits.low, Math.hypot(a, b)));
    const [one, other] = directions.map((d) => Math.abs(wrapped(direction - d)));
    onMove({ length: Number(size.toPrecision(3)), ...turned(one! <= other!, direction, turn, angle) });
  };
  return (
    <Canvas
      class="angle-plane"
      draw={draw}
      height={(width) => width}
      onPoint={onPoint}
      label={`Two inputs of length ${digits(length)} on the plane, ${angle}° apart; input 1 points to ${turn}°`}
    />
  );
}

/** Returns a difference of directions between −180 and 180. */
function wrapped(difference: number): number {
  return ((((difference + 180) % 360) + 360) % 360) - 180;
}

/** Returns the fields after one of the inputs has turned to a direction. Input 2 stays on the left of input 1 or they change places. */
function turned(isFirst: boolean, direction: number, turn: number, angle: number) {
  const [from, to] = isFirst ? [direction, turn + angle] : [turn, direction];
  const between = wrapped(to - from);
  const most = own.angle.limits.high;
  return between >= 0
    ? { turn: wrapped(from), angle: Math.min(most, between) }
    : { turn: wrapped(to), angle: Math.min(most, -between) };
}

function stroke(pen: Pen, x1: number, y1: number, x2: number, y2: number): void {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

const CELL = 52;
const CELL_HEIGHT = 58;
const ROWS = 3;

interface FansProps {
  readonly n: number;
  readonly inputCosine: number;
  readonly angles: NetworkAngles;
  readonly theory: Theory;
}

/** One fan for the inputs and one for each layer: two vectors with their angle between them, theory's dashed behind. */
export function Fans({ n, inputCosine, angles, theory }: FansProps) {
  const cosines = [inputCosine, ...angles.cosines];
  const draw: Draw = (pen, w, _, palette) => {
    const columns = Math.max(2, Math.floor(w / CELL));
    const stride = Math.max(1, Math.ceil((cosines.length - 1) / (columns * ROWS - 1)));
    const layers = [...cosines.keys()].filter(
      (l) => l === 0 || (l - 1) % stride === 0 || l === cosines.length - 1,
    );
    const shownLayers = layers
      .slice(0, columns * ROWS - 1)
      .concat(layers.length >= columns * ROWS ? [cosines.length - 1] : []);
    for (const [i, l] of shownLayers.entries()) {
      const at = { x: (i % columns) * CELL + CELL / 2, y: Math.floor(i / columns) * CELL_HEIGHT + 34 };
      const expected = theory.line?.[l];
      if (expected !== undefined && l > 0) fan(pen, at, expected, palette.theory, [3, 3], 1);
      fan(pen, at, cosines[l]!, l === 0 ? palette.ink : palette.networks[n]!, [], 2);
      pen.fillStyle = palette.quiet;
      pen.font = FONT;
      pen.textAlign = 'center';
      pen.textBaseline = 'top';
      pen.fillText(l === 0 ? 'inputs' : `${l}: ${shown(cosines[l]!)}`, at.x, at.y + 5);
    }
  };
  const label = `Angle between the two inputs in network ${letters[n]}: ${shown(inputCosine)} at the inputs, then layer by layer ${[...angles.cosines].map(shown).join(', ')}`;
  return (
    <Canvas
      draw={draw}
      height={(w) =>
        Math.min(ROWS, Math.ceil(cosines.length / Math.max(2, Math.floor(w / CELL)))) * CELL_HEIGHT
      }
      label={label}
    />
  );
}

/** Draws two vectors of equal length around the upright. */
function fan(
  pen: Pen,
  { x, y }: { readonly x: number; readonly y: number },
  cosine: number,
  colour: string,
  dash: readonly number[],
  width: number,
): void {
  if (Number.isNaN(cosine)) return;
  const half = (degrees(cosine) * Math.PI) / 360;
  pen.save();
  pen.strokeStyle = colour;
  pen.fillStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash([...dash]);
  for (const side of [-1, 1]) {
    const [dx, dy] = [side * 24 * Math.sin(half), -24 * Math.cos(half)];
    stroke(pen, x, y, x + dx, y + dy);
    if (dash.length > 0) continue;
    pen.beginPath();
    pen.arc(x + dx, y + dy, 2.5, 0, 7);
    pen.fill();
  }
  pen.restore();
}

interface DepthProps {
  readonly frame: Frame;
  readonly theory: readonly Theory[];
}

/** Correlation by layer: dots measured, theory dashed, its fixed point dotted. */
export function Correlations({ frame, theory }: DepthProps) {
  const start = frame.inputs.cosine;
  const draw: Draw = (pen, w, h, palette) => {
    const box = inside(w, h, { left: 40 });
    const all = [
      start,
      ...frame.networks.flatMap(({ cosines }) => [...cosines]),
      ...theory.flatMap((t) => [...(t.line ?? [])]),
    ];
    const low = Math.max(-1, Math.min(0, ...all.filter(Number.isFinite)) - 0.08);
    const depth = Math.max(1, ...frame.networks.map(({ cosines }) => cosines.length));
    const x = linear(0, depth, box.left + 6, box.right - 10);
    const y = linear(low, 1.04, box.bottom, box.top);
    axes(pen, box, x, y, palette, { isWhole: true, xTicks: 8, yTicks: 5 });
    for (const { line: expected, field } of theory) {
      if (field)
        line(pen, box, [0, depth], [field.fixedPoint, field.fixedPoint], [x, y], palette.theory, {
          dash: [2, 4],
          width: 1.25,
        });
      if (expected)
        line(pen, box, [...expected.keys()], expected, [x, y], palette.theory, { dash: DASH, width: 1.5 });
    }
    for (const [n, { cosines }] of frame.networks.entries()) {
      const layers = [...cosines.keys()].map((l) => l + 1);
      line(pen, box, [0, ...layers], [start, ...cosines], [x, y], palette.networks[n]!, {
        width: 1,
        alpha: 0.5,
      });
      dots(pen, box, layers, cosines, [x, y], palette.networks[n]!, depth > 20 ? 2 : 3);
    }
    dots(pen, box, [0], [start], [x, y], palette.ink, 4);
  };
  const parts = frame.networks.map(
    ({ cosines }, n) =>
      `${letters[n]} goes to ${digits(cosines.at(-1))}${theory[n]?.line?.length ? `, theory to ${digits(theory[n].line.at(-1))}` : ''}${theory[n]?.field ? ` and in the end to ${digits(theory[n].field.fixedPoint)}` : ''}`,
  );
  return (
    <Canvas
      draw={draw}
      height={270}
      label={`Correlation by layer, from ${digits(start)} at the inputs: ${parts.join('; ')}`}
    />
  );
}

/** The map of the correlation from one layer to the next, with the steps of the two inputs. */
export function CorrelationMap({ n, theory }: { readonly n: number; readonly theory: Theory }) {
  const { map, field, line: steps } = theory;
  const draw: Draw = (pen, w, h, palette) => {
    if (!map?.length) return;
    const low = steps?.some((c) => c < 0) ? -1 : 0;
    const box = inside(w, h, { left: 34, right: 10 });
    const x = linear(low, 1, box.left, box.right);
    const y = linear(low, 1, box.bottom, box.top);
    axes(pen, box, x, y, palette, { xTicks: 4, yTicks: 4 });
    line(pen, box, [low, 1], [low, 1], [x, y], palette.quiet, { width: 1 });
    line(pen, box, mapPoints, map, [x, y], palette.networks[n]!, { width: 2 });
    if (steps) line(pen, box, ...cobweb([...steps].slice(1)), [x, y], palette.ink, { width: 1 });
    if (field) fixedPoint(pen, x(field.fixedPoint), y(field.fixedPoint), palette);
  };
  const at = (c: number) => digits(map?.[Math.round(((c + 1) / 2) * (mapPoints.length - 1))]);
  const label = map?.length
    ? `Map of the correlation in network ${letters[n]}: 0 becomes ${at(0)}, 0.5 becomes ${at(0.5)}, 1 stays 1${field ? `; it ends at ${digits(field.fixedPoint)}` : ''}`
    : `Theory has no map for network ${letters[n]}`;
  return <Canvas class="angle-map" draw={draw} height={(width) => width} label={label} />;
}

/** Returns the corners of the stairs between the map and the identity. */
function cobweb(correlations: readonly number[]): [number[], number[]] {
  const corners = correlations.slice(1).flatMap((next, l) => {
    const c = correlations[l]!;
    return [
      [c, c],
      [c, next],
      [next, next],
    ] as const;
  });
  return [corners.map(([x]) => x), corners.map(([, y]) => y)];
}

function fixedPoint(pen: Pen, x: number, y: number, palette: Palette): void {
  pen.beginPath();
  pen.arc(x, y, 4.5, 0, 7);
  pen.fillStyle = palette.surface;
  pen.strokeStyle = palette.theory;
  pen.lineWidth = 2;
  pen.fill();
  pen.stroke();
}
