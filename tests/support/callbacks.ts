/** A callback that writes a log. */
import type { Callback } from '../../src/index.js';

/** Writes down who was called, and with what. */
export function scribe(log: unknown[][], name: string): Callback {
  return {
    onFitBegin: (event) => void log.push([name, 'begin', event]),
    onBatchEnd: (event) => void log.push([name, 'batch', event]),
    onEpochEnd: (event) => void log.push([name, 'epoch', event]),
    onFitEnd: () => void log.push([name, 'end']),
  };
}
