/** How many columns of a terminal a text takes, and texts cut and broken by that. */
import { visible } from '../visible.js';

/** East Asian wide characters and pictures take two columns, what combines with its neighbour none. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const ZERO = /[\p{Mn}\p{Me}\p{Cf}]/u;

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  // Nearly every character; the classes of the others are slow to ask for.
  if (character >= ' ' && character <= '~') return 1;
  return ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

/** A text in one line that a terminal shows as it is: a name must neither move its cursor nor colour it. */
export function printable(text: string): string {
  return visible(text.replace(/\s+/gu, ' '));
}

/** At most so many columns, its end an ellipsis where it was cut. */
export function cut(text: string, columns: number): string {
  return widthOf(text) <= columns ? text : `${head(text, columns - 1)}…`;
}

function head(text: string, columns: number): string {
  let taken = '';
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    taken += character;
  }
  return taken;
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - widthOf(text))) + text;
}

/** Lines of at most so many columns; a word that is longer is broken. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ').filter(Boolean)) {
    if (line && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = '';
    }
    // By its head alone: the width of all that is left of a long word, line by line, would take the square of its length.
    for (;;) {
      const start = head(word, columns);
      if (start === word) break;
      // A character wider than the line is passed on: nothing shorter would come of it.
      const taken = start || String.fromCodePoint(word.codePointAt(0)!);
      lines.push(taken);
      word = word.slice(taken.length);
    }
    line = line ? `${line} ${word}` : word;
  }
  return line || lines.length === 0 ? [...lines, line] : lines;
}
