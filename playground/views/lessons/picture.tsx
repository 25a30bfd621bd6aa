/** Picture of a lesson with its controls, and a link to the nearest view of the playground. */
import { useState } from 'preact/hooks';
import { writeLink } from '../../engine/link.js';
import { Choice, Slider } from '../../page/controls/field-control.js';
import { updateOwn } from '../../page/store.js';
import { ownFields, settled } from '../fields.js';
import type { ViewProps } from '../pages.js';
import type { Piece, Values } from './form.js';
import { kept } from './kept.js';
import { Markup } from './markup.js';
import { type Control, opened, ownName, pictures, valuesOf } from './pictures.js';

interface PictureProps extends ViewProps<undefined, Piece | undefined> {
  readonly lesson: number;
}

export function Picture({ state, pieces, lesson }: PictureProps) {
  const { controls, opens } = pictures[lesson - 1]!;
  const values = valuesOf(state, lesson);
  const shown = kept(pieces).pictures.get(lesson);
  const isPresent = shown !== undefined && sameValues(shown.values, values);
  const names = Object.keys(controls);
  const isMoved = names.some((option) => values[option] !== controls[option]!.initial);
  return (
    <figure class="card lesson-picture" aria-busy={!isPresent} aria-label="Picture with controls">
      <div class="lesson-controls">
        {Object.entries(controls).map(([option, field]) => (
          <Move
            key={option}
            field={field}
            value={values[option]!}
            onChange={(value) => updateOwn(ownName(lesson, option), value)}
          />
        ))}
      </div>
      {shown ? <Markup html={shown.markup} /> : <p class="small">The picture is being computed.</p>}
      <p class="buttons small">
        <a href={`#${writeLink(settled(opened(lesson, values)), ownFields)}`}>Open in the playground</a>
        <span>{opens}</span>
        {isMoved && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              for (const option of names) updateOwn(ownName(lesson, option), controls[option]!.initial);
            }}
          >
            Reset to the lesson’s values
          </button>
        )}
        {isPresent && <CopyNumbers text={JSON.stringify(shown.report)} />}
      </p>
    </figure>
  );
}

interface MoveProps {
  readonly field: Control;
  readonly value: number | string;
  readonly onChange: (value: number | string) => void;
}

function Move({ field, value, onChange }: MoveProps) {
  return 'names' in field ? (
    <Choice label={field.label} value={String(value)} names={field.names} onChange={onChange} />
  ) : (
    <Slider label={field.label} value={Number(value)} {...field.limits} {...field.run} onChange={onChange} />
  );
}

/** Button that copies the numbers of the picture with all their digits. */
function CopyNumbers({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState('');
  return (
    <button
      type="button"
      class="quiet"
      onClick={async () => {
        await navigator.clipboard.writeText(text);
        setCopied(text);
      }}
    >
      {copied === text ? 'Numbers copied' : 'Copy the numbers'}
    </button>
  );
}

function sameValues(a: Values, b: Values): boolean {
  return Object.keys(b).every((name) => a[name] === b[name]);
}
