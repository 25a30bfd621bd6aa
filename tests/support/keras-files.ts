/** Files of Keras 3 with its outputs; tests/golden/interop/README.md says where they come from. */
import { readFileSync } from 'node:fs';
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import * as hdf5 from 'jsfive';
import { fromKeras } from '../../src/keras/read.js';
import { rowsOf } from './foreign-outputs.js';

interface Index {
  readonly inputs: readonly unknown[][];
  readonly files: Readonly<Record<string, { model: string; inputs: number; outputs: unknown[] }>>;
}
const folder = new URL('../golden/interop/', import.meta.url);
const index = JSON.parse(readFileSync(new URL('keras.json', folder), 'utf8')) as Index;
/** All files, with the outputs of Keras. */
export const files = Object.entries(index.files).map(([name, { inputs, outputs }]) => ({
  name,
  bytes: new Uint8Array(readFileSync(new URL(`keras/${name}`, folder))),
  inputs: rowsOf(index.inputs[inputs]!),
  outputs: rowsOf(outputs),
}));
/** Returns the file of this name. */
export const fileOf = (name: string) => files.find((file) => file.name === name)!;
/** Makes a model of a file with jsfive. */
export const read = (bytes: Uint8Array) => fromKeras(bytes, { hdf5 });

/** Changes the config of a .keras file. */
export function changed(name: string, change: (config: Config) => void, more: Zippable = {}): Uint8Array {
  const entries = unzipSync(fileOf(name).bytes);
  const config = JSON.parse(strFromU8(entries['config.json']!)) as Config;
  change(config);
  return zipSync({ ...entries, 'config.json': strToU8(JSON.stringify(config)), ...more }, { level: 0 });
}

/** Content of config.json. */
export interface Config {
  config: { layers: { class_name: string; config: Record<string, unknown> }[] };
  compile_config: unknown;
}

/** Returns the option of a library that opens every file as this root. */
export function libraryOf(root: unknown) {
  function File() {
    return root;
  }
  return { hdf5: { File: File as never } };
}
