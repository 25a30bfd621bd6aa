/** Text as XML and HTML may hold it. */

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

/** XML allows neither control characters nor halves of surrogate pairs, however they are written. */
export function legible(text: string): string {
  return text.replace(/\s/g, ' ').replace(/[\p{Cc}\p{Cs}\ufffe\uffff\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
