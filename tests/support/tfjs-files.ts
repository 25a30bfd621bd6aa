/** TF.js and ml5 models of other tools, with the outputs of these tools; tests/golden/interop/README.md says where they come from. */
import { readdirSync, readFileSync } from 'node:fs';
import type { TfjsFiles } from '../../src/tfjs/index.js';

const folder = new URL('../golden/interop/', import.meta.url);

/** Tensor that TF.js read of a quantized file. */
export interface Dequantized {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface TfjsFile {
  readonly name: string;
  /** Network in words. */
  readonly model: string;
  readonly modelJson: Uint8Array;
  /** Weights by their paths. */
  readonly weights: Readonly<Record<string, Uint8Array>>;
  /** Content of ml5's model_meta.json. */
  readonly meta: Uint8Array | undefined;
  /** Rows of inputs, and the tool's outputs for them. */
  readonly inputs: readonly unknown[];
  readonly outputs: readonly unknown[] | undefined;
  readonly dequantized: readonly Dequantized[] | undefined;
}

interface Index {
  readonly inputs: readonly unknown[][];
  readonly files: Readonly<
    Record<string, { model: string; inputs: number; outputs?: unknown[]; dequantized?: Dequantized[] }>
  >;
}

/** Reads all models of a folder. */
export function tfjsFiles(kind: 'tfjs' | 'tfjs-converter' | 'ml5'): TfjsFile[] {
  const index = JSON.parse(readFileSync(new URL(`${kind}.json`, folder), 'utf8')) as Index;
  return Object.entries(index.files).map(([name, { model, inputs, outputs, dequantized }]) => {
    const here = new URL(`${kind}/${name}/`, folder);
    const read = (file: string) => new Uint8Array(readFileSync(new URL(file, here)));
    const files = readdirSync(here);
    return {
      name,
      model,
      modelJson: read('model.json'),
      weights: Object.fromEntries(
        files.filter((file) => file.endsWith('.bin')).map((file) => [file, read(file)]),
      ),
      meta: files.includes('model_meta.json') ? read('model_meta.json') : undefined,
      inputs: index.inputs[inputs]!,
      outputs,
      dequantized,
    };
  });
}

/** Returns the model of TF.js or its converter that has this name. */
export function tfjsFile(name: string): TfjsFile {
  return [...tfjsFiles('tfjs'), ...tfjsFiles('tfjs-converter')].find((file) => file.name === name)!;
}

/** Returns a model with changed JSON. */
export function changed(name: string, change: (json: TfjsJson) => void): TfjsFiles {
  const { modelJson, weights } = tfjsFile(name);
  const json = JSON.parse(Buffer.from(modelJson).toString()) as TfjsJson;
  change(json);
  return { modelJson: json, weights };
}

/** Parsed model.json. */
export interface TfjsJson {
  modelTopology: {
    class_name: string;
    config: { layers: { class_name: string; config: Record<string, unknown> }[] };
  };
  weightsManifest: { paths: string[]; weights: Record<string, unknown>[] }[];
  [key: string]: unknown;
}

/** Returns the layers of a model.json, which a test may change. */
export function layersOf(json: TfjsJson) {
  return json.modelTopology.config.layers;
}
