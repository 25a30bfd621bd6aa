/** Text of users as a terminal may be given it. */

/**
 * Characters that a terminal would obey instead of showing them, or that would show a text as another: controls (among them
 * ESC, and CSI and OSC in one character), line separators, halves of surrogate pairs, noncharacters, which XML
 * does not allow, and what turns the direction of writing.
 */
const OBEYED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text in one line, with escapes for the characters that a terminal would obey: a name with ESC in it shows `\u001b`. */
export function visible(text: string): string {
  return text.replace(OBEYED, (character) => SHORT[character] ?? escapeOf(character));
}

/** Lines in which no character is one that a terminal would obey. JSON means the same after it. */
export function visibleLines(text: string): string {
  return text.replace(OBEYED, (character) => (character === '\n' ? character : escapeOf(character)));
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
