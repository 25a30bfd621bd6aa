/** Targets of two outputs of very different size, and models that scale them. */
import { afterEach, beforeEach, type MockInstance, vi } from 'vitest';
import {
  type BackendName,
  type LayerOptions,
  MLP,
  type MLPOptions,
  sgd,
  type TargetScaling,
} from '../../src/index.js';
import { normalInputs } from './networks.js';

export const ROWS = 60;
export const COLUMNS = 3;
export const UNITS = 2;
export const x = normalInputs(ROWS, COLUMNS);
/** Targets of two outputs of very different size. */
export const y = Float64Array.from(normalInputs(ROWS, UNITS, 5), (value, i) =>
  i % 2 === 0 ? 5e5 + 1e5 * (value + x[(i / 2) * COLUMNS]!) : 0.02 * value - 0.3,
);
export const column = (c: number) => Array.from({ length: ROWS }, (_, r) => y[r * UNITS + c]!);
export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value / values.length, 0);
export const deviation = (values: readonly number[]) =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

const layers: LayerOptions[] = [{ units: 5, activation: 'tanh' }, { units: UNITS }];
export const measured = {
  loss: 'meanSquaredError',
  optimizer: sgd({ learningRate: 0.05, momentum: 0.5 }),
  metrics: ['rootMeanSquaredError', 'meanAbsoluteError', 'r2'],
} as const;

export function make(targetScaling: TargetScaling, options: Partial<MLPOptions<BackendName>> = {}) {
  const model = new MLP<BackendName>({ inputSize: COLUMNS, layers, targetScaling, seed: 3, ...options });
  model.compile(measured);
  return model;
}

/** Silences `console.warn` during every test of a file, and returns the spy of the present test. */
export function silentWarnings(): () => MockInstance {
  let warn: MockInstance;
  beforeEach(() => {
    warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => warn.mockRestore());
  return () => warn;
}
