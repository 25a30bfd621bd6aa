/** The visitor's own table. It is read in a worker of its own and does not leave the page. */
import { batch, signal } from '@preact/signals';
import type { TableInfo, TableWish } from '../engine/data/table.js';
import type { TableAnswer } from '../engine/table-worker.js';
import { viewPage } from '../views/pages.js';
import { count } from './numbers.js';
import { state, tell, update } from './store.js';
import { provide } from './worker-link.js';

/** Largest file, in bytes. */
const MOST_BYTES = 100 * 2 ** 20;
const MEGABYTE = 2 ** 20;

/** Description of the present table; undefined before the first. */
export const table = signal<TableInfo | undefined>(undefined);
/** Name of the file that is being read. */
export const isReading = signal<string | undefined>(undefined);
/** Reason why the last file, or the last choice of its target, could not be read. The table before it stays. */
export const failure = signal<string | undefined>(undefined);

let file: File | undefined;
let reader: Worker | undefined;

/** Reads a file, guesses its target, and shows its rows. */
export function openTable(chosen: File): void {
  if (chosen.size > MOST_BYTES) {
    const size = count(Math.round(chosen.size / MEGABYTE));
    fail(
      `${chosen.name} has ${size} MB, but the page reads at most ${MOST_BYTES / MEGABYTE} MB. Choose a file with fewer rows.`,
    );
    return;
  }
  read(chosen, {});
}

/** Reads the present file again, with another target or the target as another kind. */
export function chooseTarget(wish: TableWish): void {
  if (file) read(file, wish);
}

/** Returns true if the present view has the control of the table. */
function hasControl(): boolean {
  const view = viewPage(state.value.view);
  return view !== undefined && !view.isReading && view.hasControls !== false;
}

/** Shows why a file could not be read: beside its control, or as a note in a view without one. */
function fail(message: string): void {
  failure.value = message;
  if (!hasControl()) tell(message);
}

function read(chosen: File, wish: TableWish): void {
  reader?.terminate();
  const worker = new Worker(new URL('../engine/table-worker.ts', import.meta.url), {
    type: 'module',
    name: 'evenkeel table',
  });
  reader = worker;
  isReading.value = chosen.name;
  const end = (message?: string) => {
    worker.terminate();
    isReading.value = undefined;
    if (message === undefined) failure.value = undefined;
    else fail(message);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    batch(() => end(`${chosen.name} could not be read: ${event.message || 'its reader stopped'}.`));
  };
  worker.onmessage = ({ data }: MessageEvent<TableAnswer>) =>
    batch(() => {
      if ('error' in data) {
        end(data.error);
        return;
      }
      end();
      file = chosen;
      table.value = data.table.info;
      provide('table', data.table.rows);
      update({ data: 'table' });
      if (!hasControl())
        tell(`${chosen.name} is read. Networks of the views with options, such as the race, learn it.`);
    });
  worker.postMessage({ file: chosen, wish });
}
