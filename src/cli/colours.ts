/** Colours for terminals. */
import * as util from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';
/** Function that returns the text in a style, or unchanged. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;

/** Paints for a terminal, unless NO_COLOR is set (no-color.org); Node 20.12 brought styleText. */
export function paintFor({ isTTY }: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const wanted = isTTY === true && (env.NO_COLOR ?? '') === '';
  return wanted && 'styleText' in util ? (style, text) => util.styleText(style, text) : plain;
}
