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

/**
 * An error as text, for what is kept: an error holds the functions of its stack and what they were called on, and what is caught
 * need not be an error at all.
 */
export function messageOf(cause: unknown): string {
  const message = (cause as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(cause);
}
