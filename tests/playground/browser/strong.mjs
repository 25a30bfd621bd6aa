/** Checks under load: large networks, many changes, no network. */
import { readFileSync } from 'node:fs';
import { losses, must, pause, press, stepsOf, until } from './visit.mjs';

const CHANGES = 200;
const PAGE_BYTES = 4096;
const MEGABYTE = 2 ** 20;

/** Returns the memory of the page and its worker, which are processes of the browser, in MB. */
async function memory(page) {
  const session = await page.context().browser().newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(
      ({ id }) => (Number(readFileSync(`/proc/${id}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES) / MEGABYTE,
    );
  return Math.max(...sizes);
}

const widthSlider = (page) => page.getByLabel('width', { exact: true });

/** Moves the slider of the width through many values, one a frame. */
async function drag(page, changes) {
  await widthSlider(page).evaluate(async (slider, count) => {
    for (let i = 0; i < count; i++) {
      slider.value = String(40 + ((i * 7) % 200));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise(requestAnimationFrame);
    }
  }, changes);
}

export const checks = {
  'memory stays flat over 200 changes of options': async (visit) => {
    const page = await visit.open('C=a:tanh&D=a:gelu');
    await drag(page, CHANGES);
    await page.waitForTimeout(1000);
    const before = await memory(page);
    await drag(page, CHANGES);
    await page.waitForTimeout(1000);
    const after = await memory(page);
    process.stdout.write(`        ${before.toFixed(0)} MB, then ${after.toFixed(0)} MB\n`);
    must(after < 1.5 * before + 50, `memory grows from ${before} MB to ${after} MB`);
    const words = await page.locator('.words').textContent();
    must(/A \(/.test(words), `the page says: ${words}`);
    must((await page.locator('.notes p').count()) === 0, 'there is a note');
  },

  'a network of 50 × 512 does not freeze the page': async (visit) => {
    const page = await visit.open('h=50&w=512&B=-');
    await until(async () => Number.isFinite((await losses(page))[0]), 'a loss');
    const longest = await page.evaluate(async () => {
      let most = 0;
      let last = performance.now();
      for (const end = last + 3000; last < end; ) {
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        most = Math.max(most, now - last);
        last = now;
      }
      return most;
    });
    process.stdout.write(`        longest frame ${longest.toFixed(0)} ms\n`);
    // The page only draws: a frame that waited for the worker would take seconds.
    must(longest < 1000, `a frame takes ${longest} ms`);
    await pause(page);
    await page.getByLabel('depth', { exact: true }).fill('2');
    await until(async () => (await stepsOf(page)) === 0, 'a new network');
    await press(page, '▶ Play');
    await until(async () => (await stepsOf(page)) > 0, 'training goes on');
  },

  'works without a network once loaded': async (visit) => {
    const page = await visit.open();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForTimeout(500);
    await page.context().setOffline(true);
    await page.goto(`${visit.address}#d=digits&B=-&h=1`);
    await page.reload();
    await until(async () => Number.isFinite((await losses(page))[0]), 'digits without a network');
    must((await page.getByLabel('data', { exact: true }).inputValue()) === 'digits', 'no digits');
  },
};
