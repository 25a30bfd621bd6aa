/** Checks of the page around the views. */
import { readFileSync } from 'node:fs';
import { printedLosses } from '../printed-losses.mjs';
import { losses, must, pause, press, stepsOf, told, until } from './visit.mjs';

const accuracy = async (page, n) =>
  Number.parseFloat(await page.locator('.scores tbody tr').nth(n).locator('td').nth(2).textContent());

/** Keeps the page's workers, so that a check can break one. */
function keepWorkers() {
  globalThis.workers = [];
  globalThis.Worker = class extends Worker {
    constructor(...options) {
      super(...options);
      globalThis.workers.push(this);
    }
  };
}

export const checks = {
  'a view of the start opens at rest with its own options, whatever was on the screen before': async (
    visit,
  ) => {
    const page = await visit.open('', { viewport: { width: 1440, height: 900 } });
    await until(async () => (await stepsOf(page)) > 20, 'the race runs');
    await press(page, 'Drag σ');
    await until(async () => (await stepsOf(page)) === 0, 'the start');
    must(
      (await page.locator('.stage').textContent()).includes('Dots are measured before training'),
      'the note',
    );
    await press(page, '▶ Play');
    await until(
      async () =>
        /after \d+ steps of training.* for the start, before training/.test(
          await page.locator('.stage').textContent(),
        ),
      'the note says after how many steps the dots are measured',
    );
    // The phase map starts with random biases, which would tell twins apart, and the wires have one small network.
    for (const view of ['Edge of chaos', 'With wires']) {
      await press(page, view);
      await press(page, 'Twins');
      await told(page, /8 twins.*8 twins/);
      must((await stepsOf(page)) === 0, `Twins trains after ${view}`);
      await press(page, 'Race');
      await told(page, /B differs in: initializer, N\(0, 1\) where A has He/);
    }
    must(await page.getByRole('button', { name: /Pause/ }).isVisible(), 'the race does not go on');
  },

  'the first race is running, and He learns the spirals': async (visit) => {
    const page = await visit.open();
    await until(async () => (await accuracy(page, 0)) > 95, 'A above 95 %');
    must(
      /A \(He\).*B differs in: initializer/.test(await page.locator('.words').textContent()),
      'the sentence',
    );
    await until(
      async () => (await page.locator('.verdict strong').nth(1).textContent()).includes('exploding'),
      'B: exploding',
    );
  },

  'a link is restored, and the browser’s back undoes a change': async (visit) => {
    const page = await visit.open('view=sigma&d=xor&h=3&B=-');
    must((await page.getByLabel('depth', { exact: true }).inputValue()) === '3', 'depth is not 3');
    must((await page.locator('.scores tbody tr').count()) === 1, 'B is there');
    await page.getByLabel('activation', { exact: true }).selectOption('tanh');
    must(page.url().includes('a=tanh'), `the address is ${page.url()}`);
    await page.goBack();
    must(
      (await page.getByLabel('activation', { exact: true }).inputValue()) === 'relu',
      'back does not undo',
    );
  },

  'a damaged link opens with a note': async (visit) => {
    const page = await visit.open('h=900&a=nothing&zz=%');
    must(
      (await page.locator('.notes').textContent()).includes('depth: the link has “900”'),
      'there is no note',
    );
  },

  'the downloaded program prints the losses on the screen': async (visit) => {
    const page = await visit.open();
    await until(
      async () => Number(await page.locator('.clock b').first().textContent()) >= 3,
      'three epochs',
    );
    await pause(page);
    const shown = await losses(page);
    await press(page, 'Code');
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Download .mjs')]);
    const found = printedLosses(readFileSync(await download.path(), 'utf8'));
    must(`${found}` === `${shown}`, `the program prints ${found}, the screen shows ${shown}`);
  },

  'a worker that stops is started again, and the page says so': async (visit) => {
    const page = await visit.open('', { script: keepWorkers });
    await until(async () => (await stepsOf(page)) > 20, 'some steps');
    await pause(page);
    await page.evaluate(() =>
      globalThis.workers.at(-1).dispatchEvent(new ErrorEvent('error', { message: 'killed' })),
    );
    await until(
      async () => (await page.locator('.notes').textContent()).includes('started again'),
      'the note',
    );
    // At rest the clock shows 0 only once the new worker has answered.
    await until(async () => (await stepsOf(page)) === 0, 'new networks');
    await press(page, '▶ Play');
    await until(async () => (await stepsOf(page)) > 20, 'training goes on');
  },
};
