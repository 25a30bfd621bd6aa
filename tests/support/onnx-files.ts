/** ONNX files of other tools, with the outputs of these tools; tests/golden/interop/README.md says where they come from. */
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../golden/interop/onnx/', import.meta.url);

/** Folders of files by the tool that wrote them; `hand` has legal oddities, `refuse` what is no chain of dense layers. */
export const folders = ['torch', 'keras', 'tensorflow', 'sklearn', 'hand', 'refuse'] as const;
export type OnnxFolder = (typeof folders)[number];

export interface OnnxFile {
  readonly folder: OnnxFolder;
  readonly name: string;
  /** Network in words. */
  readonly model: string;
  readonly bytes: Uint8Array;
  /** Rows of inputs, and the tool's outputs for them; absent in `refuse`. */
  readonly inputs?: readonly (readonly number[])[];
  readonly outputs?: readonly (readonly number[])[];
  /** Files with external tensors, by their names. */
  readonly external: Readonly<Record<string, Uint8Array>>;
}

interface Index {
  readonly inputs: readonly unknown[][];
  readonly files: Readonly<Record<string, { model: string; inputs?: number; outputs?: unknown[] }>>;
}

/** JSON has no infinities, so they are texts. */
const flat = (row: unknown): number[] => [row].flat(9).map(Number);

/** Reads all files of a folder. */
export function onnxFiles(name: OnnxFolder): OnnxFile[] {
  const index = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Index;
  const here = readdirSync(new URL(`${name}/`, folder));
  const read = (file: string) => new Uint8Array(readFileSync(new URL(`${name}/${file}`, folder)));
  return Object.entries(index.files).map(([file, { model, inputs, outputs }]) => ({
    folder: name,
    name: file,
    model,
    bytes: read(`${file}.onnx`),
    ...(outputs && { inputs: index.inputs[inputs!]!.map(flat), outputs: outputs.map(flat) }),
    external: Object.fromEntries(
      here
        .filter((each) => each.startsWith(file) && !/\.(?:onnx|json)$/.test(each))
        .map((each) => [each, read(each)]),
    ),
  }));
}
