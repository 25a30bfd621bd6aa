/** Reads documents of the repository and their links. */
import { readFileSync } from 'node:fs';

export function documentText(name: string): string {
  return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
}

/** Removes code from a document, because code may look like a link. */
const prose = (text: string) => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

/** Returns the targets of [text](target), of ![text](target), and of pictures in HTML. */
export function linksOf(text: string): string[] {
  const found = [...prose(text).matchAll(/\]\(([^)\s]+)\)|(?:src|href|srcset)="([^"\s]+)"/g)];
  return found.map(([, markdown, html]) => (markdown ?? html)!);
}
