/** Checks of the bench: each way has a rate or a reason, and all have the same loss. */
import { must, until } from './visit.mjs';

export const checks = {
  'fills with rates, and all ways have one loss': async (visit) => {
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
    const measured = [];
    for (const row of await rows.all()) {
      const [bar, rate, loss] = await text(row);
      const way = await row.getAttribute('data-way');
      must(
        way === 'threads' ? bar.includes('isolated') : Number(rate.replace(/\D/g, '')) > 0,
        `${way}: ${bar} ${rate}`,
      );
      must(way === 'threads' || /\d/.test(loss), `${way} has no loss`);
      if (way !== 'threads') measured.push(Number(await row.locator('td').last().getAttribute('title')));
    }
    // Three ways of each network; fused arithmetic differs from the others in the last bits.
    for (const [i, loss] of measured.entries()) {
      const first = measured[3 * Math.floor(i / 3)];
      must(Math.abs(loss / first - 1) < 1e-4, `the losses of one network are ${first} and ${loss}`);
    }
  },
};
