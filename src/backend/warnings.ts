import { warn } from '../platform.js';

/** What has been warned of: each thing once. */
const warned = new Set<string>();

export function warnOnce(message: string): void {
  if (!warned.has(message)) warn(`evenkeel: ${message}`);
  warned.add(message);
}

export function warnOfOneThread(asked: number, reason: string): void {
  warnOnce(`one thread runs where ${asked} were asked for: ${reason}`);
}
