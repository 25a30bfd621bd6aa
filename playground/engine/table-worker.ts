/** Worker that reads the visitor's file, so that neither the page nor the training waits for a large one. */
import { type OwnTable, readTable, type TableWish } from './data/table.js';
import { buffersOf } from './messages.js';

/** File to read, and the visitor's choices. */
export interface TableRequest {
  readonly file: File;
  readonly wish: TableWish;
}

/** Table, or the message of the error. */
export type TableAnswer = { readonly table: OwnTable } | { readonly error: string };

/** Global scope of the worker. The types of a page have no name for it. */
const scope = globalThis as unknown as {
  postMessage(message: TableAnswer, transfer: ArrayBuffer[]): void;
  onmessage: (event: { readonly data: TableRequest }) => void;
};

scope.onmessage = async ({ data: { file, wish } }) => {
  try {
    const table = readTable(file.name, await bytesOf(file), wish);
    scope.postMessage({ table }, buffersOf(table));
  } catch (error) {
    scope.postMessage({ error: (error as Error).message }, []);
  }
};

/** @throws Error that names the file, if the browser cannot read it */
async function bytesOf(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Error(
      `${file.name} could not be read: it is a folder, or the file was changed or moved after it was chosen`,
    );
  }
}
