/** Progress of `npm start`: a bar on a terminal, one line per epoch elsewhere. */
import { MultiBar } from 'cli-progress';
import { formatCount, formatDuration, formatLoss, formatShare } from '../format.js';
import { type FiveStartsCallbacks, type StartResult, startNames } from '../lab/five-starts.js';

export interface Progress extends FiveStartsCallbacks {
  /** Restores the terminal; nothing may be shown afterwards. */
  stop(): void;
}

export interface Work {
  epochs: number;
  /** Number of training rows per epoch. */
  samples: number;
}

const NAME_WIDTH = Math.max(...startNames.map((name) => name.length));
/** Number of batches from which the time left is estimated, about a second's worth. */
const ETA_BATCHES = 500;

/** Shows a bar over all starts, with rate and time left, below one line per finished start. */
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
      // The remaining work of an abandoned start is dropped.
      total -= samplesPerStart - ofThisStart;
      bar.setTotal(total);
      beforeThisStart += ofThisStart;
      ofThisStart = 0;
      bars.log(`${finishedLine(start)}\n`);
    },
    stop() {
      // Waiting lines are written only together with the bar.
      bars.update();
      bars.stop();
    },
  };
}

/** Writes whole lines, for a file, a pipe or a terminal that cannot move its cursor. */
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
  return `${start.name.padEnd(NAME_WIDTH)}  ${start.failure ? 'abandoned: not finite' : scores(start)}`;
}

function scores({ epochs, samplesPerSecond }: StartResult): string {
  const { loss, testAccuracy } = epochs.at(-1) ?? { loss: Number.NaN, testAccuracy: Number.NaN };
  const rate = formatCount(samplesPerSecond);
  return `loss ${formatLoss(loss)}  test accuracy ${formatShare(testAccuracy)}  ${rate} samples/s`;
}
