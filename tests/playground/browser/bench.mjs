/** Checks of the bench: each way has a rate or a reason, and all have the same loss. */
import { must, until } from './visit.mjs';

/** Waits until each way has a rate or a reason. Returns way, bar, rate and loss of each row; without a loss NaN. */
async function measured(page) {
  const rows = page.locator('.bench-bars tbody tr');
  const read = () =>
    rows.evaluateAll((all) =>
      all.map((row) => {
        const [bar, rate, loss] = row.querySelectorAll('td');
        return {
          way: row.dataset.way,
          bar: bar.textContent,
          width: bar.querySelector('.bench-fill')?.getBoundingClientRect().width ?? 0,
          rate: Number(rate.textContent.replace(/\D/g, '')),
          loss: Number(loss.title),
        };
      }),
    );
  await until(
    async () => {
      const all = await read();
      return all.length === 8 && all.every(({ bar, rate }) => bar !== '' || rate > 0);
    },
    'all bars',
    50_000,
  );
  return read();
}

/** Checks that the ways of each network have one loss. Fused arithmetic differs from the others in the last bits. */
function mustAgree(rows) {
  for (const half of [rows.slice(0, 4), rows.slice(4)]) {
    const losses = half.map(({ loss }) => loss).filter(Number.isFinite);
    for (const loss of losses) {
      must(Math.abs(loss / losses[0] - 1) < 1e-4, `the losses of one network are ${losses.join(', ')}`);
    }
  }
}

export const checks = {
  'fills with rates, all ways have one loss, and threads say why they do not run': async (visit) => {
    const rows = await measured(await visit.open('view=bench'));
    for (const { way, bar, rate, loss } of rows) {
      must(way === 'threads' ? bar.includes('isolated') : rate > 0, `${way}: ${bar} ${rate}`);
      must(way === 'threads' || loss > 0, `${way} has no loss`);
    }
    mustAgree(rows);
  },

  'fills the bar of threads in an isolated page, with the same bits': async (visit) => {
    const page = await visit.open('view=bench', { isolated: true });
    must(await page.evaluate(() => globalThis.crossOriginIsolated), 'the page is not isolated');
    const cores = await page.evaluate(() => navigator.hardwareConcurrency);
    const rows = await measured(page);
    for (const { way, bar, width, rate } of rows) {
      // A machine with one core has no threads, and says so.
      if (way === 'threads' && cores < 2) must(/core/.test(bar), `threads: ${bar}`);
      else must(rate > 0 && width > 0, `${way}: ${bar} ${rate}, a bar of ${width} pixels`);
    }
    for (const [i, { way, loss }] of rows.entries()) {
      const portable = rows[i - (i % 4)].loss;
      must(way !== 'threads' || cores < 2 || loss === portable, `threads: ${loss}, portable: ${portable}`);
    }
    mustAgree(rows);
  },
};
