/** Pictures of two inputs: the plane, a fan in each layer, the correlation by layer, and its map. */
import type { ShownData } from '../../engine/messages.js';
import { letters, type State } from '../../engine/state.js';
import { Canvas, type Draw } from '../../page/draw/canvas.js';
import { axes, dots, FONT, inside, line, linear } from '../../page/draw/plot.js';
import { disc, type Pen, segment } from '../../page/draw/shapes.js';
import { DASH } from '../../page/draw/theory-band.js';
import { digits } from '../../page/numbers.js';
import { ownValue } from '../own-value.js';
import type { Frame, NetworkAngles } from './engine.js';
import { own } from './fields.js';
import { mapPoints } from './map-points.js';
import { degrees, shown, type Theory } from './words.js';

interface PlaneProps {
  readonly state: State;
  readonly data: ShownData;
  readonly onMove: (values: Readonly<Record<string, number>>) => void;
}

/** Half the side of the plane. */
const PLANE = 4.4;

/** The plane of the inputs: both have the same length, and each can be dragged. */
export function Plane({ state, data, onMove }: PlaneProps) {
  const length = ownValue(state, own, 'length');
  const turn = ownValue(state, own, 'turn');
  const angle = ownValue(state, own, 'angle');
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
      segment(pen, x(0), y(0), px, py);
      disc(pen, px, py, 10, palette.ink);
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

/** Returns a difference of directions as −180° or more and less than 180°. */
function wrapped(difference: number): number {
  return ((((difference + 180) % 360) + 360) % 360) - 180;
}

/** Returns the fields after one input has turned. The inputs change places if input 2 is no longer left of input 1. */
function turned(isFirst: boolean, direction: number, turn: number, angle: number) {
  const [from, to] = isFirst ? [direction, turn + angle] : [turn, direction];
  const between = wrapped(to - from);
  const most = own.angle.limits.high;
  return between >= 0
    ? { turn: wrapped(from), angle: Math.min(most, between) }
    : { turn: wrapped(to), angle: Math.min(most, -between) };
}

/** Size of the place of a fan in pixels, and the most rows of fans. */
const CELL = 52;
const CELL_HEIGHT = 58;
const ROWS = 3;

function columnsIn(width: number): number {
  return Math.max(2, Math.floor(width / CELL));
}

interface FansProps {
  readonly n: number;
  readonly inputCosine: number;
  readonly angles: NetworkAngles;
  readonly theory: Theory;
}

/** Fans, one for the inputs and one for each layer: two vectors and the angle between them. Theory's fan is dashed. */
export function Fans({ n, inputCosine, angles, theory }: FansProps) {
  const cosines = [inputCosine, ...angles.cosines];
  const draw: Draw = (pen, w, _, palette) => {
    const columns = columnsIn(w);
    const places = columns * ROWS;
    const last = cosines.length - 1;
    const stride = Math.max(1, Math.ceil(last / (places - 1)));
    const layers = [...cosines.keys()].filter((l) => l === 0 || (l - 1) % stride === 0 || l === last);
    const shownLayers = layers.length > places ? [...layers.slice(0, places - 1), last] : layers;
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
      height={(w) => Math.min(ROWS, Math.ceil(cosines.length / columnsIn(w))) * CELL_HEIGHT}
      label={label}
    />
  );
}

/** Draws two vectors of equal length, symmetric about the vertical; nothing for NaN. Vectors without dashes have round ends. */
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
  pen.lineWidth = width;
  pen.setLineDash([...dash]);
  for (const side of [-1, 1]) {
    const [dx, dy] = [side * 24 * Math.sin(half), -24 * Math.cos(half)];
    segment(pen, x, y, x + dx, y + dy);
    if (dash.length === 0) disc(pen, x + dx, y + dy, 2.5, colour);
  }
  pen.restore();
}

interface DepthProps {
  readonly frame: Frame;
  readonly theory: readonly Theory[];
}

/** Plot of the correlation by layer: measured dots, theory's dashed line, and its dotted fixed point. */
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
    axes(pen, box, x, y, palette, { isWhole: true, xTicks: 8, yTicks: 5, xLabel: 'layer' });
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

/** Map of the correlation from one layer to the next, with theory's steps for the two inputs. */
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
    if (field) disc(pen, x(field.fixedPoint), y(field.fixedPoint), 4.5, palette.surface, palette.theory);
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
