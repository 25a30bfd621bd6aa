/** One network of the page and its training. All numbers follow from the state, the data and the number of steps. */
import { MLP, Rng } from 'evenkeel';
import type { DataSet, InputValues, Part, TargetValues } from './data/data-set.js';
import { adapt, compileOptions, modelOptions } from './model-options.js';
import type { NetworkState, State } from './state.js';

/** Loss on training and test rows; for classes also accuracy. */
export interface Score {
  readonly loss: number;
  readonly accuracy?: number;
  readonly testLoss: number;
  readonly testAccuracy?: number;
}

/** Part of the training with one learning rate, from step `from` on. */
export interface Stretch {
  readonly from: number;
  readonly rate: number;
}

/** Multiply-adds of one measurement, at most: about 40 ms in a page. */
const MEASURED_WORK = 2e8;
/** Fewest rows of a measurement. */
const LEAST_MEASURED = 32;
/** Most points of a curve. A longer curve loses every second point. */
const MOST_POINTS = 600;

/** Returns the number of rows to measure. Large networks have fewer, so that a measurement stays short. */
export function measuredRows(rows: number, parameters: number): number {
  return Math.min(rows, Math.max(LEAST_MEASURED, Math.floor(MEASURED_WORK / parameters)));
}

/** Returns the first rows of a part. */
export function firstRows({ x, y, rows }: Part, wanted: number): Part {
  if (wanted >= rows) return { x, y, rows };
  return { x: x.subarray(0, (x.length / rows) * wanted), y: y.subarray(0, wanted), rows: wanted };
}

/** A network, its data and its history. */
export class Runner {
  readonly options: NetworkState;
  readonly data: DataSet;
  readonly model: MLP;
  /** Number of weights and biases. */
  readonly parameters: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  /** Learning rates so far, with the steps at which they begin. */
  readonly stretches: Stretch[];
  /** Number of steps taken. */
  step = 0;
  /** Message of the library's error that ended the training. */
  failure: string | undefined;
  /** Losses of the recorded epochs. */
  readonly curves = { step: [] as number[], loss: [] as number[], testLoss: [] as number[] };
  readonly #batchX: InputValues;
  readonly #batchY: TargetValues;
  #order: Uint32Array = new Uint32Array(0);
  /** Every #stride-th epoch is recorded. */
  #stride = 1;
  #score: { readonly step: number; readonly value: Score | undefined } | undefined;

  constructor(state: State, options: NetworkState, data: DataSet) {
    const { train, inputSize } = data;
    this.options = options;
    this.data = data;
    this.model = new MLP(modelOptions(state, options, data));
    this.model.compile(compileOptions(options, data));
    adapt(this.model, data);
    const sizes = [inputSize, ...this.model.config.layers.map(({ units }) => units)];
    this.parameters = sizes.slice(1).reduce((sum, units, l) => sum + (sizes[l]! + 1) * units, 0);
    this.batchSize = Math.min(options.batch, train.rows);
    this.stepsPerEpoch = Math.floor(train.rows / this.batchSize);
    this.stretches = [{ from: 0, rate: options.rate }];
    this.#batchX = train.x.slice(0, this.batchSize * inputSize);
    this.#batchY = train.y.slice(0, this.batchSize);
    this.#record();
  }

  /** Number of completed epochs. */
  get epoch(): number {
    return Math.floor(this.step / this.stepsPerEpoch);
  }

  /** Training rows that are measured. */
  get measured(): Part {
    return firstRows(this.data.train, measuredRows(this.data.train.rows, this.parameters));
  }

  /** Test rows that are measured. */
  get measuredTest(): Part {
    return firstRows(this.data.test, measuredRows(this.data.test.rows, this.parameters));
  }

  /** Changes the learning rate from the next step on. The optimizer's state, such as its momentum, is reset. */
  changeRate(rate: number): void {
    this.model.compile(compileOptions(this.options, this.data, rate));
    const last = this.stretches.at(-1)!;
    if (last.from === this.step) this.stretches.pop();
    this.stretches.push({ from: this.step, rate });
  }

  /** Takes one step. After an error, which is kept in `failure`, it does nothing. */
  advance(): void {
    if (this.failure !== undefined) return;
    const { inputSize, train } = this.data;
    const within = this.step % this.stepsPerEpoch;
    if (within === 0) this.#order = epochOrder(this.options.seed, this.epoch, train.rows);
    for (let i = 0; i < this.batchSize; i++) {
      const row = this.#order[within * this.batchSize + i]!;
      this.#batchX.set(train.x.subarray(row * inputSize, (row + 1) * inputSize), i * inputSize);
      this.#batchY[i] = train.y[row]!;
    }
    try {
      this.model.trainOnBatch(this.#batchX, this.#batchY);
      this.step += 1;
      if (this.step % this.stepsPerEpoch === 0) this.#record();
    } catch (error) {
      this.failure = (error as Error).message;
    }
  }

  /** Returns loss and accuracy at the present step; undefined if they are not finite. They are measured once a step. */
  score(): Score | undefined {
    if (this.#score?.step !== this.step) this.#score = { step: this.step, value: this.#measure() };
    return this.#score.value;
  }

  /** Discards measurements after a change of the weights from outside. At step 0 the curves start again too. */
  changed(): void {
    this.#score = undefined;
    this.failure = undefined;
    if (this.step > 0) return;
    for (const values of Object.values(this.curves)) values.length = 0;
    this.#record();
  }

  #measure(): Score | undefined {
    const { measured, measuredTest } = this;
    try {
      const train = this.model.evaluate(measured.x, measured.y);
      const test = this.model.evaluate(measuredTest.x, measuredTest.y);
      return {
        loss: train.loss,
        testLoss: test.loss,
        ...(this.data.classes > 0 && { accuracy: train.accuracy!, testAccuracy: test.accuracy! }),
      };
    } catch {
      return undefined;
    }
  }

  #record(): void {
    if (this.epoch % this.#stride !== 0) return;
    const { step, loss, testLoss } = this.curves;
    const score = this.score();
    step.push(this.step);
    loss.push(score?.loss ?? Number.NaN);
    testLoss.push(score?.testLoss ?? Number.NaN);
    if (step.length <= MOST_POINTS) return;
    this.#stride *= 2;
    for (const values of [step, loss, testLoss]) {
      values.splice(0, values.length, ...values.filter((_, i) => i % 2 === 0));
    }
  }
}

/** Returns the order of the training rows in an epoch. */
function epochOrder(seed: number, epoch: number, rows: number): Uint32Array {
  return Uint32Array.from(new Rng(seed).split('order').split(epoch).permutation(rows));
}
