/** Escapes for users' text that is shown on a terminal. */

/**
 * Characters that would control a terminal or disguise a text: control characters (including ESC and the one-character CSI and
 * OSC), line separators, unpaired surrogates, noncharacters, which XML forbids, and changes of the writing direction.
 */
const OBEYED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Returns a text as one line with escapes for characters that would control a terminal: ESC becomes `\u001b`. */
export function visible(text: string): string {
  return text.replace(OBEYED, (character) => SHORT[character] ?? escapeOf(character));
}

/** Escapes characters that would control a terminal, except line breaks. The meaning of JSON stays the same. */
export function visibleLines(text: string): string {
  return text.replace(OBEYED, (character) => (character === '\n' ? character : escapeOf(character)));
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
