/** Counter of the rows of a prediction, which also measures those with known targets. */
import type { AskedRows, RowFlaw } from '../../data/csv/every-row.js';
import { counted, show } from '../../errors.js';
import type { MLP } from '../../index.js';
import { listed } from '../output.js';
import type { Trained } from './trained.js';

/** Largest number of values of rows with targets that are held for measuring: 128 MB. */
const MOST_MEASURED = 1 << 24;
/** Values that each row counts in addition to its own. */
const VALUES_PER_ROW = 16;

/** Reasons in words, with the option that helps. */
const reasons: Readonly<Record<string, readonly [words: string, help?: string]>> = {
  missing: ['a missing cell', '--on-missing mean fills it'],
  unfilled: ['a missing cell that training has no fill for', '--on-missing mean may fill it'],
  number: ['no number where one is expected'],
  infinite: ['an infinite number'],
  large: ['a number too large for a 32-bit float'],
  date: ['no date where one is expected'],
  unknown: ['a category unknown to training', '--on-unknown zeros reads it as none of the known ones'],
  width: ['too few or too many cells'],
  json: ['no JSON object'],
  output: ['outputs that are not finite'],
};

export class Tally {
  /** Number of rows with an answer. */
  predicted = 0;
  readonly #model: MLP;
  readonly #trained: Trained;
  readonly #flaws = new Map<string, number>();
  #rows = 0;
  #x: AskedRows['x'][] = [];
  #y: number[] = [];
  #held = 0;
  #isFull = false;
  #unmeasured: string | undefined;

  constructor(model: MLP, trained: Trained) {
    this.#model = model;
    this.#trained = trained;
  }

  count(flaw: RowFlaw<string> | undefined): void {
    this.#rows++;
    if (flaw === undefined) this.predicted++;
    else this.#flaws.set(flaw.kind, (this.#flaws.get(flaw.kind) ?? 0) + 1);
  }

  /** Keeps the rows that have a target and could be predicted. */
  measure({ x, y, measured, unmeasured }: AskedRows, isPredicted: (r: number) => boolean): void {
    this.#unmeasured ??= unmeasured;
    const { inputSize } = this.#model;
    const columns = measured.length === 0 ? 0 : y.length / measured.length;
    for (const [m, r] of measured.entries()) {
      this.#isFull ||= this.#held > MOST_MEASURED;
      if (this.#isFull) return;
      if (!isPredicted(r)) continue;
      this.#x.push(x.slice(r * inputSize, (r + 1) * inputSize));
      this.#y.push(...y.subarray(m * columns, (m + 1) * columns));
      this.#held += inputSize + VALUES_PER_ROW;
    }
  }

  /** Returns lines about the rows without a prediction and about the accuracy of the others. */
  inWords(): string[] {
    return [...this.#notPredicted(), ...this.#measures()];
  }

  #notPredicted(): string[] {
    const without = this.#rows - this.predicted;
    if (without === 0) return [];
    const why = [...this.#flaws].map(([kind, count]) => {
      const [words, help] = reasons[kind] ?? ['another reason'];
      return `${count} with ${words}${help === undefined ? '' : ` (${help})`}`;
    });
    const rows = `${without} of ${counted(this.#rows, 'row')}`;
    return [`${rows} not predicted, for which the column 'note' gives the reason: ${why.join(', ')}`];
  }

  #measures(): string[] {
    const { targets } = this.#trained;
    const names = targets.map(show).join(', ');
    if (this.#x.length === 0) {
      return this.#unmeasured === undefined
        ? []
        : [`not measured, since no row has a usable ${names}: ${this.#unmeasured}`];
    }
    const rows = this.#x.length;
    const { inputSize } = this.#model;
    // Scalings treat bytes differently from numbers.
    const Kind = this.#x[0] instanceof Uint8Array ? Uint8Array : Float64Array;
    const x = new Kind(rows * inputSize);
    for (const [r, row] of this.#x.entries()) x.set(row, r * inputSize);
    const measures = listed(this.#model.evaluate(x, this.#y));
    if (rows === this.#rows) return [`${counted(rows, 'row')}: ${measures}`];
    const which = this.#isFull ? 'the first ones with' : 'those with';
    return [`${rows} of ${counted(this.#rows, 'row')}, ${which} a usable ${names}: ${measures}`];
  }
}
