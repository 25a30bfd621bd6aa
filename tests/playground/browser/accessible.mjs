/** Checks that axe-core finds no violation in any view, in both themes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { eachView } from './layout.mjs';
import { must } from './visit.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const checks = Object.fromEntries(
  ['light', 'dark'].map((colorScheme) => [
    `no violation, ${colorScheme}`,
    async (visit) => {
      const page = await visit.open('', { colorScheme, reducedMotion: 'reduce' });
      await page.evaluate(axe);
      const found = [];
      await eachView(page, async (name) => {
        const { violations } = await page.evaluate(() =>
          globalThis.axe.run(document, { resultTypes: ['violations'] }),
        );
        for (const { id, nodes } of violations)
          found.push(
            `${name}: ${id} at ${nodes
              .slice(0, 3)
              .map(({ target }) => target)
              .join(', ')}`,
          );
      });
      must(found.length === 0, found.join('\n'));
    },
  ]),
);
