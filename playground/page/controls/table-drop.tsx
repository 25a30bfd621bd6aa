/** Controls of the visitor's own table: its file, chosen or dropped anywhere on the page, and its target. */
import type { TargetKind } from '../../engine/data/table.js';
import { count } from '../numbers.js';
import { chooseTarget, failure, isReading, openTable, table } from '../own-table.js';
import { state, tell } from '../store.js';
import { Choice } from './field-control.js';
import './table-drop.css';

/** Names of the kinds of a target. */
const kindNames: Record<TargetKind, string> = { numeric: 'a number', category: 'a class' };

export function TableDrop() {
  const open = (input: HTMLInputElement) => {
    const [file] = input.files ?? [];
    if (file) openTable(file);
    // Without this a second choice of the same file would be no change.
    input.value = '';
  };
  return (
    <div class="table-drop">
      <label class="file">
        Own table (CSV)…
        <input
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          onChange={({ currentTarget }) => open(currentTarget)}
        />
      </label>
      {isReading.value && (
        <p class="small" role="status">
          Reading {isReading.value} …
        </p>
      )}
      {failure.value && (
        <p class="small problem" role="alert">
          {failure.value}
        </p>
      )}
      {state.value.data === 'table' && <Target />}
    </div>
  );
}

/** The table in words, the choice of its target, and the notes of the reader. */
function Target() {
  const info = table.value;
  if (!info) return null;
  const { name, rows, inputSize, columns, target, kind, kinds, classes, notes } = info;
  const what =
    kind === 'category'
      ? `${classes} classes`
      : 'a number, which is scaled to mean 0 and standard deviation 1 for the loss';
  return (
    <>
      <p class="small">
        {name}: {count(rows)} rows of {count(inputSize)} {inputSize === 1 ? 'input' : 'inputs'}. The networks
        predict the column “{target}”, {what}.
      </p>
      <Choice
        label="predict"
        value={target}
        names={columns}
        labels={(column) => column}
        onChange={(column) => chooseTarget({ target: column })}
      />
      {kinds.length > 1 && (
        <Choice
          label="as"
          value={kind}
          names={kinds}
          labels={(one) => kindNames[one as TargetKind]}
          onChange={(one) => chooseTarget({ target, kind: one as TargetKind })}
        />
      )}
      {notes.length > 0 && (
        <details class="small" open={notes.length <= 2}>
          <summary>{notes.length === 1 ? 'A note' : `${notes.length} notes`} about the file</summary>
          <ul>
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** Lets files drop anywhere on the page. */
export function acceptDrops(): void {
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    const files = event.dataTransfer?.files ?? [];
    if (files.length > 1) tell(`The page reads one table at a time. It reads only ${files[0]!.name}.`);
    if (files[0]) openTable(files[0]);
  });
}
