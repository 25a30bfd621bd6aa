/** A look into one network: the classes that it confuses, and pictures of its units. Both are computed only while they are seen. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Want } from '../../engine/messages.js';
import { letters } from '../../engine/state.js';
import { Choice } from '../controls/field-control.js';
import { confusion, data, options, selected, state, unitLayer, units } from '../store.js';
import { demand, see } from '../worker-link.js';
import { ConfusionPicture } from './confusion-table.js';
import { UnitPictures } from './unit-maps.js';
import './inside.css';

/** Fewest classes for which a matrix is shown. For two, the accuracy and the map say enough. */
const LEAST_CLASSES = 3;

export function Inside() {
  const rows = data.value;
  const n = selected.value;
  const isPlane = rows?.plane !== undefined;
  const hasUnits = isPlane || state.value.data === 'digits';
  const hasMatrix = rows !== undefined && rows.classes >= LEAST_CLASSES;
  useEffect(() => {
    demand('confusion');
    demand('units');
  }, [n, unitLayer.value]);
  if (!rows || !(hasUnits || hasMatrix)) return null;
  const matrix = confusion.value;
  const maps = units.value;
  return (
    <div class={`inside network-${letters[n]}`}>
      <WhichNetwork />
      {hasMatrix && (
        <Part name="confusion" title="Which classes are confused">
          {matrix?.classes === rows.classes && <ConfusionPicture confusion={matrix} data={rows} />}
        </Part>
      )}
      {hasUnits && (
        <Part name="units" title={isPlane ? 'What each unit computes' : 'What each unit looks for'}>
          {isPlane && <WhichLayer n={n} />}
          {maps?.kind === (isPlane ? 'plane' : 'weights') && <UnitPictures maps={maps} data={rows} />}
        </Part>
      )}
    </div>
  );
}

/** Buttons that choose the network to look into. */
function WhichNetwork() {
  const { networks } = state.value;
  if (networks.length < 2) return null;
  return (
    <fieldset class="inside-networks" aria-label="Look into network">
      {networks.map((_, n) => (
        <button
          type="button"
          key={letters[n]}
          class={`network-${letters[n]}`}
          aria-label={`Look into network ${letters[n]}`}
          aria-pressed={selected.value === n}
          onClick={() => (selected.value = n)}
        >
          {letters[n]}
        </button>
      ))}
    </fieldset>
  );
}

function WhichLayer({ n }: { readonly n: number }) {
  const { depth } = options.value[n]!;
  const names = Array.from({ length: depth }, (_, l) => String(l + 1));
  return (
    <Choice
      label="hidden layer"
      value={String(Math.min(unitLayer.value, depth))}
      names={names}
      onChange={(layer) => (unitLayer.value = Number(layer))}
    />
  );
}

interface PartProps {
  readonly name: Want;
  readonly title: string;
  readonly children: ComponentChildren;
}

/** A part that can be closed. It tells the link whether it is on the screen. */
function Part({ name, title, children }: PartProps) {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => see(name, entries.at(-1)!.isIntersecting));
    observer.observe(body.current!);
    return () => {
      observer.disconnect();
      see(name, false);
    };
  }, [name]);
  return (
    <details open>
      <summary>{title}</summary>
      <div class="inside-body" ref={body}>
        {children}
      </div>
    </details>
  );
}
