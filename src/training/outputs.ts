import type { Elements } from '../backend/names.js';
import { type CheckedMetric, type MetricName, measureMetrics } from '../metrics/table.js';
import type { TargetScaler } from '../network/target-scaler.js';
import type { CheckedTargets } from './samples.js';
import type { Stretch } from './training-data.js';

/**
 * Outputs and targets as they are saved. Outputs are in the scale of training; targets are one class per row, or one value per
 * output.
 */
export interface KeptOutputs {
  readonly outputs: Float64Array;
  readonly targets: Float64Array;
}

/** Outputs and targets of an epoch, kept for metrics that need all of them at once. */
export class Outputs {
  readonly #units: number;
  readonly #scaler: TargetScaler;
  #values = new Float64Array(0);
  #targets = new Float64Array(0);
  #classes = new Uint32Array(0);
  #rows = 0;
  #given: 'classes' | 'rows' | 'both' = 'rows';

  constructor(units: number, scaler: TargetScaler) {
    this.#units = units;
    this.#scaler = scaler;
  }

  /** Copies the outputs of rows after their forward pass, and their targets. */
  add(outputs: Elements, { classes, values }: CheckedTargets, { order, start, rows }: Stretch): void {
    const units = this.#units;
    this.#given = classes === undefined ? 'rows' : values === undefined ? 'classes' : 'both';
    this.#grow(this.#rows + rows);
    this.#values.set(outputs, this.#rows * units);
    for (let r = 0; r < rows; r++) {
      const from = order === undefined ? start + r : order[start + r]!;
      const to = this.#rows + r;
      if (classes !== undefined) this.#classes[to] = classes[from]!;
      if (values !== undefined) {
        for (let c = 0; c < units; c++) this.#targets[to * units + c] = values[from * units + c]!;
      }
    }
    this.#rows += rows;
  }

  /** Drops all but the first rows. */
  truncate(rows: number): void {
    this.#rows = rows;
  }

  /**
   * Returns copies of outputs and targets. If targets are both classes and rows, only the classes are copied, because metrics use
   * those.
   */
  kept(byClass: boolean): KeptOutputs {
    const n = this.#rows * this.#units;
    const targets = byClass
      ? Float64Array.from(this.#classes.subarray(0, this.#rows))
      : this.#targets.slice(0, n);
    return { outputs: this.#values.slice(0, n), targets };
  }

  /** Replaces outputs and targets by stored ones. */
  resume({ outputs, targets }: KeptOutputs, byClass: boolean): void {
    const rows = outputs.length / this.#units;
    this.#rows = 0;
    this.#grow(rows);
    this.#values.set(outputs);
    if (byClass) this.#classes.set(targets);
    else this.#targets.set(targets);
    this.#given = byClass ? 'classes' : 'rows';
    this.#rows = rows;
  }

  /** Computes the metrics, in the unit of the targets. */
  measure(metrics: readonly CheckedMetric[]): Partial<Record<MetricName, number>> {
    const n = this.#rows * this.#units;
    const outputs = this.#scaler.restored(this.#values.subarray(0, n));
    const targets = {
      ...(this.#given !== 'rows' && { classes: this.#classes.subarray(0, this.#rows) }),
      ...(this.#given !== 'classes' && { values: this.#targets.subarray(0, n) }),
    };
    return measureMetrics(metrics, outputs, targets, this.#rows, this.#units);
  }

  #grow(rows: number): void {
    const held = this.#classes.length;
    if (rows <= held) return;
    const room = Math.max(rows, 2 * held);
    this.#values = grown(this.#values, new Float64Array(room * this.#units));
    this.#targets = grown(this.#targets, new Float64Array(room * this.#units));
    this.#classes = grown(this.#classes, new Uint32Array(room));
  }
}

function grown<A extends Float64Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
