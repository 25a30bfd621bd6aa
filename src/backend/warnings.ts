import { warn } from '../platform.js';

/** Messages that were shown already; each is shown once. */
const warned = new Set<string>();

/** Writes a warning of the library to the console, unless it was shown already. */
export function warnOnce(message: string): void {
  if (!warned.has(message)) warn(`evenkeel: ${message}`);
  warned.add(message);
}

/** Warns that the work runs on one thread although more were requested. */
export function warnOfOneThread(asked: number, reason: string): void {
  warnOnce(`one thread runs instead of the requested ${asked}: ${reason}`);
}
