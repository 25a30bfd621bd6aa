/** Pictures of the units of a layer as small buttons, and the chosen unit large. */
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ShownData, UnitMaps } from '../../engine/messages.js';
import { Canvas, type Draw } from '../draw/canvas.js';
import { drawRows } from '../draw/decision-map.js';
import { Overflow } from '../network-card.js';
import { digits } from '../numbers.js';
import { Term } from '../terms.js';
import { colours, theme } from '../theme.js';
import { pictureOf, pixelsOf, type UnitPicture } from './unit-picture.js';

/** Units in a row of the grid, as in inside.css. */
const ACROSS = 6;
/** Side of the large picture in pixels, at most. */
const LARGE = 330;
/** Change of the chosen unit by each arrow key. */
const moves: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -ACROSS,
  ArrowDown: ACROSS,
};

interface UnitsProps {
  readonly maps: UnitMaps;
  readonly data: ShownData;
}

export function UnitPictures({ maps, data }: UnitsProps) {
  const { kind, layer, units, shown, dead } = maps;
  const chosen = useSignal(0);
  const grid = useRef<HTMLFieldSetElement>(null);
  const unit = Math.min(chosen.value, shown - 1);
  const picture = pictureOf(maps, unit);
  if (!picture || !dead) return <Overflow />;
  const deaths = dead.reduce((sum, one) => sum + one, 0);
  const move = (event: KeyboardEvent) => {
    const next = unit + (moves[event.key] ?? 0);
    if (!moves[event.key]) return;
    event.preventDefault();
    if (next >= 0 && next < shown) grid.current!.querySelectorAll('button')[next]!.focus();
  };
  const what = kind === 'plane' ? 'Activations' : 'Weights';
  return (
    <>
      <p class="small">
        {what} of {shown < units ? `${shown} of ${units}` : `all ${units}`} units of layer {layer + 1}.{' '}
        {deaths > 0 && (
          <>
            {deaths} of {units} {deaths === 1 ? 'is' : 'are'} <Term name="dead">dead</Term> (×).
          </>
        )}
      </p>
      <fieldset class="unit-tiles" aria-label={`Units of layer ${layer + 1}`} ref={grid} onKeyDown={move}>
        {Array.from({ length: shown }, (_, u) => (
          <Tile
            key={u}
            picture={pictureOf(maps, u)!}
            label={`Unit ${u + 1}`}
            isChosen={u === unit}
            onChoose={() => (chosen.value = u)}
          />
        ))}
      </fieldset>
      <Large picture={picture} maps={maps} data={data} unit={unit} />
    </>
  );
}

interface TileProps {
  readonly picture: UnitPicture;
  readonly label: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Tile({ picture, label, isChosen, onChoose }: TileProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = Math.sqrt(picture.values.length);
  useLayoutEffect(() => {
    canvas.current!.getContext('2d')!.putImageData(pixelsOf(picture, colours(theme.value)), 0, 0);
  });
  return (
    <button
      type="button"
      class={picture.isDead ? 'is-dead' : ''}
      tabIndex={isChosen ? 0 : -1}
      aria-pressed={isChosen}
      aria-label={`${label}: ${rangeWords(picture)}`}
      onMouseEnter={onChoose}
      onFocus={onChoose}
      onClick={onChoose}
    >
      <canvas ref={canvas} width={size} height={size} />
    </button>
  );
}

interface LargeProps extends UnitsProps {
  readonly picture: UnitPicture;
  readonly unit: number;
}

/** The chosen unit with the rows of the data on it, and its range. */
function Large({ picture, maps: { kind, layer }, data, unit }: LargeProps) {
  const draw: Draw = (pen, w, h, palette) => {
    const image = pixelsOf(picture, palette);
    const small = new OffscreenCanvas(image.width, image.height);
    small.getContext('2d')!.putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = kind === 'plane';
    pen.drawImage(small, 0, 0, w, h);
    if (kind === 'plane') drawRows(pen, w, h, data, palette);
  };
  const who = `Unit ${unit + 1} of layer ${layer + 1}`;
  const does = kind === 'plane' ? 'has activations' : 'has weights';
  const { low, high, isDead } = picture;
  return (
    <figure class="unit-large">
      <figcaption class="small">
        {/* The title has all digits. */}
        <span title={`${low} ${high}`}>
          {who} {does} {rangeWords(picture)}.
        </span>{' '}
        {isDead && 'No gradient reaches it.'}
      </figcaption>
      <Canvas
        class="map"
        draw={draw}
        height={(width) => Math.min(width, LARGE)}
        label={`${who} ${does} ${rangeWords(picture)}`}
      />
    </figure>
  );
}

function rangeWords({ low, high, isDead }: UnitPicture): string {
  const range = low === high ? digits(low) : `from ${digits(low)} to ${digits(high)}`;
  return isDead ? `${range}, dead` : range;
}
