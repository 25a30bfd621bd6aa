/** A layer as a row of units: twins share a colour, a letter and an arc that links them. */
import { ALONE } from './groups.js';
import { layerWords, membersOf } from './words.js';

/** Sizes in CSS pixels: the place of a unit, its circle, the room for arcs, and the margin. Eight units fit on a phone. */
const SPACE = 42;
const RADIUS = 15;
const ARCS = 34;
const PADDING = 4;
/** Heights of the arcs. Groups beyond this many share the largest height. */
const LEVELS = 4;
const names = 'abcdefghijklmnopqrstuvwxyz';
/** Number of colours for groups in view.css. */
const COLOURS = 4;
/** Most units that are shown. */
export const MOST_UNITS = 24;

export function LayerPicture({ groups, l }: { readonly groups: Int16Array; readonly l: number }) {
  const shown = groups.subarray(0, MOST_UNITS);
  const width = shown.length * SPACE;
  const height = ARCS + 2 * RADIUS + 2 * PADDING;
  const y = height - RADIUS - PADDING;
  const members = membersOf(shown);
  const told = members.map((units, g) => `twins ${names[g % names.length]}: units ${units.join(', ')}`);
  return (
    <svg
      class="twins-layer"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={`Layer ${l + 1} ${layerWords(groups)}${told.length > 0 ? `; ${told.join('; ')}` : ''}`}
    >
      {members.map((units, g) => (
        <path
          key={`arc${units[0]}`}
          class={`twins-arc group-${g % COLOURS}`}
          d={arcs(units, g, y - RADIUS)}
        />
      ))}
      {Array.from(shown, (group, unit) => (
        <g key={unit} class={group === ALONE ? 'twins-unit alone' : `twins-unit group-${group % COLOURS}`}>
          <circle cx={middle(unit)} cy={y} r={RADIUS} />
          <text x={middle(unit)} y={y + 4.5}>
            {unit + 1}
            {group === ALONE ? '' : names[group % names.length]}
          </text>
        </g>
      ))}
    </svg>
  );
}

function middle(unit: number): number {
  return (unit + 0.5) * SPACE;
}

/** Returns the path of the arcs that link each unit with the next of its group. */
function arcs(units: readonly number[], g: number, top: number): string {
  const rise = ((Math.min(g, LEVELS - 1) + 1) / LEVELS) * (ARCS - 4);
  return units
    .slice(1)
    .map((unit, i) => {
      const [x1, x2] = [middle(units[i]! - 1), middle(unit - 1)];
      return `M${x1} ${top}C${x1} ${top - rise} ${x2} ${top - rise} ${x2} ${top}`;
    })
    .join('');
}
