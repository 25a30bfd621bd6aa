/** Escapes for XML and HTML. */
import { visible } from '../visible.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes a text for elements and attributes. */
export function escaped(text: string): string {
  return legible(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/**
 * Makes a text safe for XML, which allows neither control characters nor halves of surrogate pairs, however they are written.
 */
export function legible(text: string): string {
  return visible(text.replace(/\s/g, ' '));
}
