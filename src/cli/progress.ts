/** How `npm start` shows that it goes on: a bar on a terminal, a line an epoch elsewhere. */
import { MultiBar } from 'cli-progress';
import { formatCount, formatDuration, formatLoss, formatShare } from '../format.js';
import { type FiveStartsCallbacks, type StartResult, startNames } from '../lab/five-starts.js';

export interface Progress extends FiveStartsCallbacks {
  /** Leaves the terminal as it was found; nothing may be shown after it. */
  stop(): void;
}

export interface Work {
  epochs: number;
  /** Training rows of an epoch. */
  samples: number;
}

const NAME_WIDTH = Math.max(...startNames.map((name) => name.length));
/** Batches over which the time left is estimated: about a second of them. */
const ETA_BATCHES = 500;

/** A bar over all starts, with rate and time left, below a line for each start that is through. */
export function barProgress(stream: NodeJS.WriteStream, { epochs, samples }: Work): Progress {
  const samplesPerStart = epochs * samples;
  const bars = new MultiBar({
    stream,
    format: '{start} {epoch} {bar} {percentage} % {rate} samples/s {eta_formatted} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 10,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: ETA_BATCHES,
    formatTime: (seconds) => formatDuration(Number(seconds)),
  });
  let total = startNames.length * samplesPerStart;
  let beforeThisStart = 0;
  let ofThisStart = 0;
  const bar = bars.create(total, 0, payload(startNames[0]!, 1));

  function payload(name: string, epoch: number, samplesPerSecond = Number.NaN) {
    const rate = formatCount(samplesPerSecond);
    return { start: name.padEnd(NAME_WIDTH), epoch: `epoch ${epoch}/${epochs}`, rate };
  }

  return {
    onStart({ name }) {
      bar.update(beforeThisStart, payload(name, 1));
    },
    onBatch({ name, samplesPerSecond }, batch) {
      ofThisStart = batch.samples;
      bar.update(beforeThisStart + ofThisStart, payload(name, batch.epoch, samplesPerSecond));
    },
    onFinish(start) {
      // A start that was given up leaves work undone, which is no longer left to do.
      total -= samplesPerStart - ofThisStart;
      bar.setTotal(total);
      beforeThisStart += ofThisStart;
      ofThisStart = 0;
      bars.log(`${finishedLine(start)}\n`);
    },
    stop() {
      // The lines that wait are only written with the bar.
      bars.update();
      bars.stop();
    },
  };
}

/** Whole lines only, for a file, a pipe or a terminal that cannot move its cursor. */
export function lineProgress(stream: NodeJS.WritableStream, { epochs }: Work): Progress {
  return {
    onEpoch(start, { epoch }) {
      stream.write(`${start.name.padEnd(NAME_WIDTH)}  epoch ${epoch}/${epochs}  ${scores(start)}\n`);
    },
    onFinish(start) {
      if (start.failure) stream.write(`${finishedLine(start)}\n`);
    },
    stop() {},
  };
}

function finishedLine(start: StartResult): string {
  return `${start.name.padEnd(NAME_WIDTH)}  ${start.failure ? 'given up: not finite' : scores(start)}`;
}

function scores({ epochs, samplesPerSecond }: StartResult): string {
  const { loss, testAccuracy } = epochs.at(-1) ?? { loss: Number.NaN, testAccuracy: Number.NaN };
  const rate = formatCount(samplesPerSecond);
  return `loss ${formatLoss(loss)}  test accuracy ${formatShare(testAccuracy)}  ${rate} samples/s`;
}
