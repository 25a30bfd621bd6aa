/** Documents of the repository and their links, as the tests read them. */
import { readFileSync } from 'node:fs';

export function documentText(name: string): string {
  return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
}

/** Without what stands in code, which may look like a link. */
const prose = (text: string) => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

/** Targets of [text](target) and ![text](target), and of pictures in HTML. */
export function linksOf(text: string): string[] {
  const found = [...prose(text).matchAll(/\]\(([^)\s]+)\)|(?:src|href|srcset)="([^"\s]+)"/g)];
  return found.map(([, markdown, html]) => (markdown ?? html)!);
}
