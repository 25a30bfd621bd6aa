/** State dicts of PyTorch: files, and tensors that a test makes. */
import { readFileSync } from 'node:fs';
import type { MLP } from '../../src/index.js';

/** Folder of the files; tests/golden/interop/README.md says where they come from. */
export const folder = new URL('../golden/interop/pytorch/', import.meta.url);

/** Returns the bytes of a file by its name. */
export const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`${name}.safetensors`, folder)));

/** Options of a network of two layers. */
export const relu = { layers: [{ activation: 'relu' }, {}] } as const;

/** Shapes of tensors by their names. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** Makes tensors of given shapes, filled with a number per name. */
export function dict(shapes: Shapes) {
  return new Map(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      { shape, values: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(i + 1) },
    ]),
  );
}

/** Shapes of the tensors of a batch norm. */
export const norm = (name: string, size: number): Shapes => ({
  [`${name}.weight`]: [size],
  [`${name}.bias`]: [size],
  [`${name}.running_mean`]: [size],
  [`${name}.running_var`]: [size],
  [`${name}.num_batches_tracked`]: [],
});

/** Returns the first weight of each layer, which tells their order. */
export function firstWeights(model: MLP) {
  return model.getWeights().map(({ kernel }) => kernel[0]);
}
