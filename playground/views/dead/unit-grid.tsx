/** The units, layer by layer, as buttons. The arrow keys move between them. */
import { useRef } from 'preact/hooks';
import { percent } from '../../page/numbers.js';
import type { LayerUnits } from './form.js';

const MOST_LAYERS = 8;
const MOST_UNITS = 64;

/** A unit, counted from 0. */
export interface Place {
  readonly layer: number;
  readonly unit: number;
}

interface UnitGridProps {
  readonly layers: readonly LayerUnits[];
  readonly chosen: Place;
  readonly onChoose: (place: Place) => void;
}

/** Change of the chosen unit by each arrow key. */
const moves: Readonly<Record<string, Place>> = {
  ArrowLeft: { layer: 0, unit: -1 },
  ArrowRight: { layer: 0, unit: 1 },
  ArrowUp: { layer: -1, unit: 0 },
  ArrowDown: { layer: 1, unit: 0 },
};

export function UnitGrid({ layers, chosen, onChoose }: UnitGridProps) {
  const grid = useRef<HTMLDivElement>(null);
  const shown = layers.slice(0, MOST_LAYERS);
  const go = (place: Place) => {
    onChoose(place);
    grid.current!.querySelector<HTMLElement>(`[data-unit="${place.layer}.${place.unit}"]`)?.focus();
  };
  const press = (event: KeyboardEvent) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const layer = clamp(chosen.layer + move.layer, shown.length);
    go({ layer, unit: clamp(chosen.unit + move.unit, Math.min(MOST_UNITS, shown[layer]!.dead.length)) });
  };
  return (
    <div class="dead-grid" ref={grid}>
      {shown.map(({ dead, sloping }, layer) => (
        <fieldset key={layer} class="dead-layer" aria-label={`Layer ${layer + 1}`} onKeyDown={press}>
          <span class="small">
            {layer + 1}
            {dead.length > MOST_UNITS && ` (${MOST_UNITS} of ${dead.length})`}
          </span>
          {Array.from(dead.subarray(0, MOST_UNITS), (isDead, unit) => {
            const isChosen = layer === chosen.layer && unit === chosen.unit;
            const share = percent(sloping[unit]);
            return (
              <button
                type="button"
                key={unit}
                class={`dead-tile ${isDead ? 'is-dead' : ''}`}
                style={{ '--share': `${100 * sloping[unit]!}%` }}
                data-unit={`${layer}.${unit}`}
                tabIndex={isChosen ? 0 : -1}
                aria-pressed={isChosen}
                aria-label={`Unit ${unit + 1} of layer ${layer + 1}: ${isDead ? 'dead' : `slope on ${share} of the rows`}`}
                onClick={() => go({ layer, unit })}
              >
                {isDead ? '×' : ''}
              </button>
            );
          })}
        </fieldset>
      ))}
      {layers.length > MOST_LAYERS && <p class="small">… and {layers.length - MOST_LAYERS} more layers</p>}
    </div>
  );
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}
