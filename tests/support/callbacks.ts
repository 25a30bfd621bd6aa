/** Callback that writes a log. */
import type { Callback } from '../../src/index.js';

/** Logs every call of a callback with its arguments. */
export function scribe(log: unknown[][], name: string): Callback {
  return {
    onFitBegin: (event) => void log.push([name, 'begin', event]),
    onBatchEnd: (event) => void log.push([name, 'batch', event]),
    onEpochEnd: (event) => void log.push([name, 'epoch', event]),
    onFitEnd: () => void log.push([name, 'end']),
  };
}
