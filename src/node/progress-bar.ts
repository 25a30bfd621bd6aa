/** Progress of a running fit: a bar on a terminal, one line per epoch elsewhere. */
import { SingleBar } from 'cli-progress';
import { isObject, knownKeys, show } from '../errors.js';
import { formatCount, formatDuration, formatNumber } from '../format.js';
import type { BatchEvent, Callback, EpochEvent, FitEvent } from '../index.js';

/** Output stream as Node's own are; `isTTY` marks a terminal. */
export interface ProgressStream {
  /** True for a terminal. */
  readonly isTTY?: boolean;
  /** Width of the terminal in characters. */
  readonly columns?: number;
  /** Writes a text. */
  write(text: string): unknown;
}

/** Options of `progressBar`. */
export interface ProgressBarOptions {
  /** Stream to draw on; default process.stderr. */
  readonly stream?: ProgressStream;
}

/**
 * Creates a callback for `fit` that draws a progress bar.
 *
 * The bar shows the epoch, the batches, the mean loss of the epoch so far, samples per second and the time left of the whole fit.
 * Each finished epoch leaves a line with its loss, metrics and validation. A stream that is not a terminal gets only these lines.
 * If a stream of batches has no known end, the bar counts the batches. The callback serves one fit at a time, and any number of fits
 * one after the other.
 *
 * @param options.stream  stream to draw on; default process.stderr
 * @throws TypeError  if the stream is not a stream or an option is unknown
 */
export function progressBar(options: ProgressBarOptions = {}): Callback {
  knownKeys('options', options, ['stream']);
  const { stream = process.stderr } = options;
  if (!isObject(stream) || typeof stream.write !== 'function') {
    throw new TypeError(`stream: expected a stream to write to, got ${show(stream)}`);
  }
  return canMoveCursor(stream) ? drawn(stream) : inLines(stream);
}

/** Returns true if a bar can be redrawn in place on the stream. */
export function canMoveCursor({ isTTY }: ProgressStream): boolean {
  return isTTY === true && process.env.TERM !== 'dumb';
}

function inLines(stream: ProgressStream): Callback {
  let lastEpoch = 0;
  return {
    onFitBegin(fit) {
      lastEpoch = fit.lastEpoch;
    },
    onEpochEnd(event) {
      stream.write(epochLine(event, lastEpoch));
    },
  };
}

function drawn(stream: ProgressStream): Callback {
  let drawing: Drawing | undefined;
  return {
    onFitBegin(fit) {
      drawing = new Drawing(stream, fit);
    },
    onBatchEnd(event) {
      drawing?.batch(event);
    },
    onEpochEnd(event) {
      drawing?.epoch(event);
    },
    onFitEnd() {
      drawing?.end();
      drawing = undefined;
    },
  };
}

const BAR_WIDTH = 12;
/** Minimum time between two redraws, for ten a second. In between, a batch costs one reading of the clock. */
const REDRAW_MS = 100;
const MILLISECONDS = 1000;

/** Bar of one fit, with the state that it needs. */
class Drawing {
  readonly #stream: ProgressStream;
  readonly #fit: FitEvent;
  readonly #bar: SingleBar;
  readonly #began = performance.now();
  #batchesOfFit = 0;
  // State of the running epoch: first counted sample, sum of the losses, and last batch.
  #from = { time: this.#began, samples: 0 };
  #losses = 0;
  #batches = 0;
  #last: BatchEvent | undefined;
  #nextPicture = 0;

  constructor(stream: ProgressStream, fit: FitEvent) {
    this.#stream = stream;
    this.#fit = fit;
    this.#bar = new SingleBar({
      stream: stream as NodeJS.WritableStream,
      format: fit.batches === undefined ? '{epoch} {rest}' : '{epoch} {bar} {rest}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: BAR_WIDTH,
      fps: MILLISECONDS / REDRAW_MS,
      clearOnComplete: true,
      // The terminal's own settings stay unchanged, so a killed program leaves nothing to restore.
      hideCursor: false,
      linewrap: true,
    });
    if (fit.firstEpoch <= fit.lastEpoch) this.#beginEpoch(fit.firstEpoch);
  }

  batch(event: BatchEvent): void {
    const now = performance.now();
    // This fit spent no time on the first batches of an epoch that an earlier fit began.
    if (this.#batches === 0 && event.batch > 1) this.#from = { time: now, samples: event.samples };
    this.#last = event;
    this.#losses += event.loss;
    this.#batches++;
    this.#batchesOfFit++;
    if (now < this.#nextPicture) return;
    this.#nextPicture = now + REDRAW_MS;
    this.#bar.update(event.batch, { rest: this.#rest(event, now) });
  }

  epoch(event: EpochEvent): void {
    this.#bar.stop();
    this.#last = undefined;
    this.#stream.write(epochLine(event, this.#fit.lastEpoch));
    if (event.epoch < this.#fit.lastEpoch) this.#beginEpoch(event.epoch + 1);
  }

  /** Writes a line for an epoch that ended before its last batch. */
  end(): void {
    this.#bar.stop();
    if (this.#last === undefined) return;
    const { epoch, batch, batches } = this.#last;
    const loss = formatNumber(this.#losses / this.#batches);
    this.#stream.write(`${this.#head(epoch)}  ended at ${batchOf(batch, batches)}  loss ${loss}\n`);
  }

  #beginEpoch(epoch: number): void {
    this.#from = { time: performance.now(), samples: 0 };
    this.#losses = 0;
    this.#batches = 0;
    this.#nextPicture = 0;
    this.#bar.start(this.#fit.batches ?? 0, 0, { epoch: this.#head(epoch), rest: '' });
  }

  #head(epoch: number): string {
    return epochOf(epoch, this.#fit.lastEpoch);
  }

  #rest({ batch, batches, samples }: BatchEvent, now: number): string {
    const rate = ((samples - this.#from.samples) / (now - this.#from.time)) * MILLISECONDS;
    const parts = [
      batches === undefined ? batchOf(batch, batches) : `${batch}/${batches}`,
      `loss ${formatNumber(this.#losses / this.#batches)}`,
      `${formatCount(rate)} samples/s`,
    ];
    if (batches !== undefined) parts.push(`${formatDuration(this.#secondsLeft(now))} left`);
    return parts.join(' ');
  }

  /** Estimates the time left from the mean time of this fit's batches, which includes work in between such as validation. */
  #secondsLeft(now: number): number {
    const { epoch, batch, batches } = this.#last!;
    const batchesLeft = (this.#fit.lastEpoch - epoch + 1) * batches! - batch;
    return ((now - this.#began) / this.#batchesOfFit / MILLISECONDS) * batchesLeft;
  }
}

function epochOf(epoch: number, lastEpoch: number): string {
  return `epoch ${String(epoch).padStart(String(lastEpoch).length)}/${lastEpoch}`;
}

function batchOf(batch: number, batches: number | undefined): string {
  return `batch ${batch}${batches === undefined ? '' : ` of ${batches}`}`;
}

/** Formats `epoch 2/6  loss 0.358  accuracy 0.870  validation: loss 0.382  accuracy 0.861`. */
function epochLine(
  { epoch, validation, learningRate: _, ...measures }: EpochEvent,
  lastEpoch: number,
): string {
  const validated = validation === undefined ? '' : `  validation: ${listed(validation)}`;
  return `${epochOf(epoch, lastEpoch)}  ${listed(measures)}${validated}\n`;
}

function listed(measures: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(measures)
    .map(([name, value]) => `${name} ${formatNumber(value ?? Number.NaN)}`)
    .join('  ');
}
