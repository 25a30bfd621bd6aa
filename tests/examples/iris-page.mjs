/** Checks of the two pages that show the same component, in React and in Vue. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectGoodLooks, until } from './example.mjs';

/** Script that counts closed models, in the bundle of the page. */
const probe = `import { MLP } from 'evenkeel';
globalThis.closedModels = [];
const { close } = MLP.prototype;
MLP.prototype.close = function () {
  close.call(this);
  globalThis.closedModels.push(this.epoch);
};
`;

/** Adds the probe before the page's own script. */
export function prepare(folder) {
  const path = join(folder, 'index.html');
  const html = readFileSync(path, 'utf8');
  writeFileSync(join(folder, 'src/probe.js'), probe);
  writeFileSync(
    path,
    html.replace('<script', '<script type="module" src="/src/probe.js"></script>\n    <script'),
  );
}

const closed = (page) => page.evaluate(() => globalThis.closedModels);
const shares = async (page) =>
  (await page.locator('dd').allTextContents()).map((text) => Number.parseInt(text, 10));
const epoch = async (page) =>
  Number(/epoch (\d+),/.exec((await page.locator('output').allTextContents()).join())?.[1]);
const trained = (page) =>
  until(
    'the end of the training',
    async () => (await epoch(page)) >= 100 && (await page.getByText('Train').count()) > 0,
  );
const setSliders = async (page, values) => {
  for (const [i, value] of values.entries())
    await page.locator('input[type=range]').nth(i).fill(String(value));
};

export const checks = {
  'trains, tells the three species apart, and looks good': async (example) => {
    const page = await example.visit();
    assert.deepEqual(await page.locator('dd').allTextContents(), ['–', '–', '–']);
    await page.getByRole('button', { name: 'Train' }).click();
    await trained(page);
    const [, loss] = /loss ([\d.]+)/.exec(await page.locator('output').first().textContent());
    assert.ok(loss < 0.1, loss);
    const points = (await page.locator('polyline').getAttribute('points')).split(' ');
    assert.equal(points.length, 100);
    for (const [species, flower] of [
      [5.1, 3.5, 1.4, 0.2],
      [5.9, 3, 4.2, 1.3],
      [6.3, 3.3, 6, 2.5],
    ].entries()) {
      await setSliders(page, flower);
      const found = await shares(page);
      assert.equal(found.indexOf(Math.max(...found)), species, found.join());
      assert.ok(found[species] > 90, found.join());
    }
    assert.deepEqual(await closed(page), []);
    await expectGoodLooks(page);
  },
  'closes the model when the component is unmounted, and gets a new one': async (example) => {
    const page = await example.visit();
    await page.getByRole('button', { name: 'Train' }).click();
    await trained(page);
    await page.getByLabel('Mounted').uncheck();
    assert.equal(await page.locator('section').count(), 0);
    assert.deepEqual(
      await until('a closed model', async () => (await closed(page)).length && closed(page)),
      [100],
    );
    await page.getByLabel('Mounted').check();
    assert.deepEqual(await page.locator('dd').allTextContents(), ['–', '–', '–']);
    assert.ok(Number.isNaN(await epoch(page)));
  },
  'ends a training when the component is unmounted': async (example) => {
    const page = await example.visit();
    // In one task, so that the training cannot end between the clicks.
    await page.evaluate(() => {
      document.querySelector('button').click();
      document.querySelector('input[type=checkbox]').click();
    });
    const [epochs] = await until('a closed model', async () => (await closed(page)).length && closed(page));
    assert.ok(epochs < 100, `${epochs} epochs`);
  },
  'stops and continues': async (example) => {
    const page = await example.visit();
    await page.evaluate(async () => {
      document.querySelector('button').click();
      await Promise.resolve();
      document.querySelector('button').click();
    });
    await page.getByRole('button', { name: 'Train' }).waitFor();
    assert.ok(!((await epoch(page)) >= 100));
    await page.getByRole('button', { name: 'Train' }).click();
    await trained(page);
  },
};
