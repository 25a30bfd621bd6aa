import { createJavascriptBackend } from './javascript/index.js';
import { provideJavascript } from './optional.js';
import { usePlainDraws } from './plain-draws.js';

/**
 * Loads the backends in plain JavaScript: `backend: 'javascript'` and `'javascript64'`. Models without a `backend` then run where
 * WebAssembly is unavailable.
 */
export function useJavascript(): void {
  provideJavascript(createJavascriptBackend);
  usePlainDraws();
}
