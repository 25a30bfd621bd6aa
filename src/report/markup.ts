/** Text as XML and HTML may hold it. */
import { visible } from '../visible.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** In elements and in attributes. */
export function escaped(text: string): string {
  return legible(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A text as XML may hold it, which allows neither control characters nor halves of surrogate pairs, however they are written. */
export function legible(text: string): string {
  return visible(text.replace(/\s/g, ' '));
}
