/** Widths of texts in terminal columns, and texts cut and wrapped by them. */
import { visible } from '../visible.js';

/** Characters of two columns, which are East Asian wide ones and pictographs. Combining characters take none. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const ZERO = /[\p{Mn}\p{Me}\p{Cf}]/u;

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  // Shortcut for almost every character, since matching the classes is slow.
  if (character >= ' ' && character <= '~') return 1;
  return ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

/** Text in one line without control characters, so that a name can neither move the cursor nor set colours. */
export function printable(text: string): string {
  return visible(text.replace(/\s+/gu, ' '));
}

/** Cuts a text to at most `columns`, with an ellipsis if it was cut. */
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

/** Wraps texts that stand beside each other. Each row has one line of every text; the last lines are level. */
export function wrapBeside(texts: readonly string[], columns: number): string[][] {
  const wrapped = texts.map((text) => wrap(printable(text), columns));
  const height = Math.max(0, ...wrapped.map(({ length }) => length));
  return Array.from({ length: height }, (_, i) =>
    wrapped.map((lines) => lines[i - height + lines.length] ?? ''),
  );
}

/** Wraps a text to at most `columns` per line; a longer word is broken. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ').filter(Boolean)) {
    if (line && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = '';
    }
    // Only the head of a long word is measured. Measuring all the rest for every line would take quadratic time.
    for (;;) {
      const start = head(word, columns);
      if (start === word) break;
      // A character wider than the line is kept, since nothing shorter is possible.
      const taken = start || String.fromCodePoint(word.codePointAt(0)!);
      lines.push(taken);
      word = word.slice(taken.length);
    }
    line = line ? `${line} ${word}` : word;
  }
  return line || lines.length === 0 ? [...lines, line] : lines;
}
