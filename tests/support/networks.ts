/** Networks for the tests, with equal weights and data on every backend. */
import {
  type Arithmetic,
  type BackendName,
  type LayerOptions,
  type Loss,
  MLP,
  type Optimizer,
  Rng,
} from '../../src/index.js';

export interface Arrangement {
  readonly name: string;
  readonly backend: BackendName;
  readonly arithmetic: Arithmetic;
  /** Tolerance of its arithmetic against f64. */
  readonly tolerance: number;
  /** Tolerance after ten steps. */
  readonly trajectoryTolerance: number;
}

const f32 = { tolerance: 1e-5, trajectoryTolerance: 2e-5 };

/** Every build, as a user requests it. */
export const arrangements: readonly Arrangement[] = [
  { name: 'portable', backend: 'wasm', arithmetic: 'portable', ...f32 },
  { name: 'fused', backend: 'wasm', arithmetic: 'fused', ...f32 },
  { name: 'javascript', backend: 'javascript', arithmetic: 'portable', ...f32 },
  {
    name: 'javascript64',
    backend: 'javascript64',
    arithmetic: 'portable',
    tolerance: 1e-9,
    trajectoryTolerance: 1e-9,
  },
];

export const oracle = arrangements[3]!;

export interface Task {
  readonly inputSize: number;
  readonly layers: readonly LayerOptions[];
  readonly loss: Loss;
  readonly optimizer: Optimizer;
}

/** Makes a compiled model of the task on one of the builds. */
export function build(
  { inputSize, layers, loss, optimizer }: Task,
  { backend, arithmetic }: Arrangement,
): MLP<BackendName> {
  const model = new MLP<BackendName>({ inputSize, layers, backend, arithmetic, seed: 3 });
  model.compile({ loss, optimizer });
  return model;
}

/** Draws normal inputs in f32, so that every backend starts from the same numbers. */
export function normalInputs(rows: number, columns: number, seed = 11): Float32Array {
  return new Rng(seed).split('inputs').normal(rows * columns);
}

/** Draws class indices that depend on the seed alone. */
export function randomClasses(rows: number, classes: number, seed = 12): Uint8Array {
  return Uint8Array.from(new Rng(seed).uniform(rows, { high: classes }), Math.floor);
}

/** Transposes a matrix with rows [out, in] into the library's form [in, out]. */
export function transposed(rows: readonly (readonly number[])[]): number[] {
  return rows[0]!.flatMap((_, i) => rows.map((row) => row[i]!));
}
