import assert from 'node:assert/strict';
import { expectGoodLooks, until } from './example.mjs';

const turn = 2 * Math.PI;
/** Points of the three doodles, from 0 to 1. `wobble` makes each drawing another. */
const shapes = {
  circle: (wobble) =>
    Array.from({ length: 17 }, (_, i) => [
      0.5 + 0.3 * (1 + wobble) * Math.cos((turn * i) / 16 + wobble),
      0.5 + 0.3 * Math.sin((turn * i) / 16 + wobble),
    ]),
  triangle: (wobble) => [
    [0.5 + wobble / 2, 0.2],
    [0.8, 0.75 + wobble / 3],
    [0.2 + wobble / 3, 0.75],
    [0.5 + wobble / 2, 0.2],
  ],
  zigzag: (wobble) =>
    Array.from({ length: 7 }, (_, i) => [0.1 + 0.13 * i, i % 2 ? 0.35 - wobble / 3 : 0.65 + wobble / 3]),
};
const names = Object.keys(shapes);

async function padOf(page) {
  const canvas = page.locator('canvas');
  await canvas.scrollIntoViewIfNeeded();
  return canvas.boundingBox();
}

/** Draws on the pad by mouse. */
async function draw(page, points) {
  const { x, y, width, height } = await padOf(page);
  const at = ([px, py]) => [x + px * width, y + py * height];
  await page.mouse.move(...at(points[0]));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...at(point), { steps: 2 });
  await page.mouse.up();
}

/** Draws on the pad by finger. */
async function drawByFinger(page, points) {
  const { x, y, width, height } = await padOf(page);
  const session = await page.context().newCDPSession(page);
  const touch = (type, [point]) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: point ? [{ x: x + point[0] * width, y: y + point[1] * height }] : [],
    });
  await touch('touchStart', [points[0]]);
  for (const point of points.slice(1)) await touch('touchMove', [point]);
  await touch('touchEnd', []);
}

const learn = (page, name) => page.getByRole('button', { name: `Learn as ${name}`, exact: true }).click();
/** Returns the text of the status, which is empty while the page reads its storage. */
const status = (page) => until('a status', () => page.locator('.status').textContent());
const trainedOn = (page, count) =>
  until(`a model of ${count} drawings`, async () =>
    (await status(page)).startsWith(`Trained on ${count} drawings`),
  );
const shown = async (page) =>
  (await page.locator('output').allTextContents()).map((text) => Number.parseInt(text, 10));

async function teach(page, drawBy = draw) {
  for (const wobble of [-0.1, 0, 0.1]) {
    for (const name of names) {
      await drawBy(page, shapes[name](wobble));
      await learn(page, name);
    }
  }
  await trainedOn(page, 9);
}

async function expectGuesses(page, drawBy = draw) {
  for (const [label, name] of names.entries()) {
    await drawBy(page, shapes[name](0.05));
    const shares = await shown(page);
    assert.equal(shares.indexOf(Math.max(...shares)), label, `${name}: ${shares}`);
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) <= 2, `${name}: ${shares}`);
    await page.getByRole('button', { name: 'Clear' }).click();
    assert.deepEqual(await shown(page), [Number.NaN, Number.NaN, Number.NaN]);
  }
}

export const checks = {
  'learns three classes by mouse, and knows them after a reload': async (example) => {
    const page = await example.visit();
    assert.match(await status(page), /^Nothing learnt yet/);
    await teach(page);
    await expectGuesses(page);
    await page.reload();
    assert.match(await status(page), /^Trained on 9 drawings/);
    assert.equal(await page.locator('.drawings button').count(), 9);
    await expectGuesses(page);
  },
  'guesses while the line is drawn, and looks good': async (example) => {
    const page = await example.visit();
    await expectGoodLooks(page);
    await teach(page);
    const { x, y, width, height } = await page.locator('canvas').boundingBox();
    await page.mouse.move(x + 0.2 * width, y + 0.5 * height);
    await page.mouse.down();
    await page.mouse.move(x + 0.5 * width, y + 0.2 * height, { steps: 3 });
    assert.ok((await shown(page)).every((share) => share >= 0));
    await page.mouse.up();
    await expectGoodLooks(page);
  },
  'learns by finger on a phone': async (example) => {
    const page = await example.visit({
      viewport: { width: 375, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    await teach(page, drawByFinger);
    await expectGuesses(page, drawByFinger);
  },
  'forgets a drawing, and everything, for good': async (example) => {
    const page = await example.visit();
    await teach(page);
    await page.getByRole('button', { name: 'Remove this drawing of circle' }).first().click();
    await trainedOn(page, 8);
    assert.equal(await page.locator('.drawings button').count(), 8);
    await page.getByRole('button', { name: 'Forget everything' }).click();
    await until('an empty model', async () => (await status(page)).startsWith('Nothing learnt yet'));
    await draw(page, shapes.circle(0));
    assert.deepEqual(await shown(page), [Number.NaN, Number.NaN, Number.NaN]);
    await page.reload();
    assert.match(await status(page), /^Nothing learnt yet/);
    assert.equal(await page.locator('.drawings button').count(), 0);
  },
  'trains on the latest drawings, even if it was closed meanwhile': async (example) => {
    const page = await example.visit();
    await teach(page);
    // A worker that never answers stands for a page that is closed before the end of the training.
    await page.route('**/trainer*', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await page.reload();
    await draw(page, shapes.circle(0.2));
    await learn(page, 'circle');
    await page.unrouteAll();
    await page.reload();
    await trainedOn(page, 10);
    await expectGuesses(page);
  },
  'ignores the answer to an earlier request': async (example) => {
    const page = await example.visit();
    await page.addInitScript(() => {
      globalThis.Worker = class extends Worker {
        constructor(...given) {
          super(...given);
          globalThis.trainer = this;
        }
      };
    });
    await page.reload();
    await teach(page);
    const before = await status(page);
    await page.evaluate(() => {
      const answer = (data) => globalThis.trainer.dispatchEvent(new MessageEvent('message', { data }));
      answer({ request: 8, error: 'an earlier error' });
      answer({ request: 8, bytes: undefined });
      answer({ request: 8, progress: 0.5 });
    });
    assert.equal(await status(page), before);
    assert.equal(await page.locator('progress').getAttribute('value'), '0');
    await expectGuesses(page);
  },
  'keeps new names, and all buttons can be reached by keyboard': async (example) => {
    const page = await example.visit();
    await page.getByLabel('Name of the class').first().fill('ring');
    await draw(page, shapes.circle(0));
    const reached = [];
    await page.locator('body').focus();
    for (let i = 0; i < 10; i++) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.textContent),
      );
      if (reached.at(-1) === 'Learn as ring') break;
    }
    await page.keyboard.press('Enter');
    assert.ok(reached.includes('Clear'), reached.join());
    assert.equal(await page.getByRole('button', { name: 'Remove this drawing of ring' }).count(), 1);
    await page.reload();
    assert.equal(await page.getByLabel('Name of the class').first().inputValue(), 'ring');
    assert.equal(await page.getByRole('button', { name: 'Learn as ring' }).count(), 1);
  },
};
