/** The bench fills: a rate or a reason for each way, and one loss for all. */
import { must, until } from './visit.mjs';

export const checks = {
  'fills with rates': async (visit) => {
    const page = await visit.open('view=bench');
    const rows = page.locator('.bench-bars tbody tr');
    const text = (row) => row.locator('td').evaluateAll((cells) => cells.map((cell) => cell.textContent));
    await until(
      async () => {
        const all = await Promise.all((await rows.all()).map(text));
        return all.length === 8 && all.every(([bar, rate]) => bar !== '' || rate !== '–');
      },
      'all bars',
      50_000,
    );
    for (const row of await rows.all()) {
      const [bar, rate, loss] = await text(row);
      const way = await row.getAttribute('data-way');
      must(
        way === 'threads' ? bar.includes('isolated') : Number(rate.replace(/\D/g, '')) > 0,
        `${way}: ${bar} ${rate}`,
      );
      must(way === 'threads' || /\d/.test(loss), `${way} has no loss`);
    }
  },
};
