/**
 * Entry `evenkeel/extras`: parts of the library that a page loads only if it uses them. Each function loads one part for all later
 * calls; calling it again changes nothing. Programs in Node have all parts from the start.
 *
 * @packageDocumentation
 */

import { useAliases } from '../aliases.js';
import { fused } from '../backend/fused-binary.js';
import { useWasmDraws } from '../backend/index.js';
import { provideFused, provideThreads } from '../backend/optional.js';
import { availableThreads, whyNoThreads } from '../backend/thread-host.js';
import { threaded } from '../backend/threads.js';
import { useJavascript } from '../backend/use-javascript.js';
import { useInitializers } from '../initializers/index.js';
import { useMetrics } from '../metrics/rows.js';
import { readModel, save } from '../saving/model.js';
import { provideSaving } from '../saving/optional.js';
import { useSchedules } from '../schedules/index.js';

export { useJavascript } from '../backend/use-javascript.js';

/** Loads `arithmetic: 'fused'`. */
export function useFused(): void {
  provideFused(fused);
}

/** Loads the code for `threads` above 1. */
export function useThreads(): void {
  provideThreads({ threaded, whyNoThreads, availableThreads });
}

/** Loads `model.save` and `MLP.load`, and what `useNames` loads, because a saved model is plain data. */
export function useSaving(): void {
  useNames();
  provideSaving({ readModel, save });
}

/**
 * Loads every initializer, metric and schedule by its name. Without it a model knows by name the metric 'accuracy', the initializers by
 * fans (He, Glorot, LeCun) and the plain distributions, and whatever the page made by a call such as `orthogonal()`.
 */
export function useNames(): void {
  useInitializers();
  useMetrics();
  useSchedules();
}

/** Loads the names that other libraries use, such as `lr` and `nn.Linear`, for suggestions in errors about unknown names. */
export function useHints(): void {
  useAliases();
}

/** Loads all parts. */
export function useEverything(): void {
  useWasmDraws();
  useJavascript();
  useFused();
  useThreads();
  useSaving();
  useHints();
}
