/** Checks links of HTML files by their text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Folder of the playground, whose pages have tests of their own. */
const PLAYGROUND = 'playground';

/** Lists the links of all pages of a folder that lead nowhere, and parts of pages that another server would have to send. */
export function brokenLinks(folder) {
  const pages = readdirSync(folder, { recursive: true }).filter(
    (path) => path.endsWith('.html') && !path.startsWith(PLAYGROUND),
  );
  const texts = new Map(pages.map((path) => [join(folder, path), readFileSync(join(folder, path), 'utf8')]));
  const anchors = new Map([...texts].map(([path, text]) => [path, new Set(idsOf(text))]));
  const broken = [];
  for (const [path, text] of texts) {
    for (const { tag, target } of linksOf(text)) {
      const fault = faultOf(folder, path, tag, target, anchors);
      if (fault) broken.push(`${relative(folder, path)}: ${target}: ${fault}`);
    }
  }
  return broken;
}

/** Returns the addresses in a page, each with the tag that has it. */
export function linksOf(text) {
  const found = [...text.matchAll(/<(\w+)\b[^>]*?\s(?:href|src|srcset)="([^"]*)"/g)];
  return found.map(([, tag, target]) => ({ tag, target: target.replaceAll('&amp;', '&') }));
}

function idsOf(text) {
  return [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
}

function faultOf(folder, path, tag, target, anchors) {
  if (/^[a-z]+:/.test(target)) {
    if (tag === 'a') return /^(https?|mailto):/.test(target) ? undefined : 'unknown kind of address';
    return target.startsWith('data:') ? undefined : 'from another server';
  }
  if (target.startsWith('/')) return tag === 'base' ? undefined : 'not relative';
  const [file, anchor] = target.split('#');
  const place = file === '' ? path : join(dirname(path), decodeURIComponent(file));
  if (!place.startsWith(folder) || !existsSync(place)) return 'no such file';
  if (file.endsWith('.md')) return 'Markdown that the site does not show';
  const known = anchors.get(place);
  if (anchor && tag === 'a' && known && !known.has(decodeURIComponent(anchor))) return 'no such anchor';
  return undefined;
}
