import { warn } from '../platform.js';

/** Messages that were shown already; each is shown once. */
const warned = new Set<string>();

export function warnOnce(message: string): void {
  if (!warned.has(message)) warn(`evenkeel: ${message}`);
  warned.add(message);
}

export function warnOfOneThread(asked: number, reason: string): void {
  warnOnce(`one thread runs instead of the requested ${asked}: ${reason}`);
}
