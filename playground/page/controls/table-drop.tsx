/** The visitor's own table, chosen or dropped anywhere on the page. It does not leave the page. */
import { signal } from '@preact/signals';
import { readTable } from '../outside.js';
import { update } from '../store.js';
import { provide } from '../worker-link.js';

/** Error of the reader for the last table. */
const failure = signal<string | undefined>(undefined);
/** Sentence that describes the present table. */
const description = signal<string | undefined>(undefined);

/** Reads a table and shows it. */
async function open(file: File): Promise<void> {
  try {
    const rows = await readTable(file.name, await file.text());
    failure.value = undefined;
    description.value = `${file.name}: ${rows.y.length} rows, ${rows.inputSize} inputs. The last column is predicted.`;
    provide('table', rows);
    update({ data: 'table' });
  } catch (error) {
    failure.value = (error as Error).message;
  }
}

export function TableDrop() {
  return (
    <div class="table-drop">
      <label class="file">
        Own table (CSV)…
        <input
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          onChange={({ currentTarget: { files } }) => files?.[0] && open(files[0])}
        />
      </label>
      {description.value && <p class="small">{description.value}</p>}
      {failure.value && (
        <p class="small problem" role="alert">
          {failure.value}
        </p>
      )}
    </div>
  );
}

/** Lets files drop anywhere on the page. */
export function acceptDrops(): void {
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) void open(file);
  });
}
