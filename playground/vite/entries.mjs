/** Entries of evenkeel as a user's bundler finds them: the built files that package.json names. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

/**
 * Returns aliases of Vite, one for each entry.
 *
 * @param condition  condition in `exports` of package.json: 'default' for a page, 'node' for tests in Node
 */
export function entries(condition) {
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([name, target]) => ({
      find: new RegExp(`^evenkeel${name.slice(1)}$`),
      replacement: fileURLToPath(new URL(target[condition] ?? target.default, root)),
    }));
}
