/** Checks of the look into a network: its confusion matrix and its unit maps, against Node. */
import { confusionMatrix } from 'evenkeel/metrics';
import { countOf, difference, keepAnswers, kept, keptNow, plain } from './kept.mjs';
import { labOfLink } from './node-lab.mjs';
import { must, pause, press, stepsOf, until } from './visit.mjs';

const MAP_PAUSED = 100;
const matrixOf = (page) =>
  page
    .locator('.confusion tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent))),
    );
const captionOf = (page) => page.locator('.unit-large figcaption').textContent();
const tile = (page, n) => page.locator('.unit-tiles button').nth(n - 1);

/** Pauses after some steps, and checks the matrix on the screen against `confusionMatrix` in Node. */
async function mustMatchMatrix(page, link) {
  await until(async () => (await stepsOf(page)) > 20, 'some steps');
  await pause(page);
  const lab = await labOfLink(link, await stepsOf(page));
  const { test, classes } = lab.data;
  const expected = confusionMatrix(test.y, lab.runners[0].model.predict(test.x), { classes });
  await until(
    async () => `${await matrixOf(page)}` === `${expected}`,
    `the matrix ${expected}; the last is ${await matrixOf(page)}`,
    10_000,
  );
  return expected;
}

/** Pauses after some steps, and checks the unit maps that the page has against those of Node. */
async function mustMatchUnits(page, link, { network = 0, layer }) {
  await until(async () => (await stepsOf(page)) > 20, 'some steps');
  await pause(page);
  const lab = await labOfLink(link, await stepsOf(page));
  const [runner] = lab.runners.slice(network);
  const { plane } = lab.data;
  await until(async () => (await kept(page, 'units?.layer')) === String(layer), `layer ${layer}`);
  await until(async () => (await kept(page, 'units?.network')) === String(network), `network ${network}`);
  const units = await keptNow(page, 'units');
  const size = Number(units.size);
  if (!plane) {
    const { kernel } = runner.model.getWeights()[0];
    const all = Number(units.units);
    const expected = Array.from({ length: 24 * size * size }, (_, i) =>
      String(kernel[(i % (size * size)) * all + Math.floor(i / (size * size))]),
    );
    must(difference(units.values, expected) === undefined, difference(units.values, expected));
    return;
  }
  must(size === MAP_PAUSED / 2, `a pause has ${size} points`);
  let answer = lab.answer({ id: 0, steps: 0, want: ['units'], network, layer, mapSize: MAP_PAUSED });
  while (answer.mapping) answer = lab.answer({ id: 0, steps: 0, want: [] });
  const found = difference(units, plain(answer.units));
  must(found === undefined, `units${found}`);
}

export const checks = {
  'digits: the confusion matrix is that of Node, and the worst mistake is told': async (visit) => {
    const link = 'd=digits&h=1&B=-';
    const page = await visit.open(link);
    await page.locator('.confusion').waitFor();
    const matrix = await mustMatchMatrix(page, link);
    const all = matrix.flatMap((row, truth) =>
      row.map((rows, predicted) => ({ truth, predicted, rows, of: row.reduce((a, b) => a + b) })),
    );
    const worst = all.filter((one) => one.truth !== one.predicted).sort((a, b) => b.rows - a.rows)[0];
    const words = `${worst.truth} is taken for ${worst.predicted} in ${worst.rows} of ${worst.of} rows`;
    await page.getByRole('table', { name: words }).waitFor();
    await page.locator('.inside').getByText(words, { exact: false }).first().waitFor();
  },

  'three classes of points have a matrix; two classes and heights have none': async (visit) => {
    const link = 'd=blobs&n=0.5&B=-';
    const page = await visit.open(link);
    await mustMatchMatrix(page, link);
    for (const data of ['xor', 'wave']) {
      await page.getByLabel('data', { exact: true }).selectOption(data);
      await until(async () => (await page.locator('.confusion').count()) === 0, `${data} has no matrix`);
      await page.locator('.unit-tiles').waitFor();
    }
  },

  'an own table of three classes has a matrix with their names': async (visit) => {
    const page = await visit.open('B=-&h=1');
    const rows = Array.from(
      { length: 90 },
      (_, i) => `${i % 7},${i % 11},${i % 5},${['iris', 'lily', 'rose'][i % 3]}`,
    );
    await page.locator('.table-drop input[type=file]').setInputFiles({
      name: 'flowers.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`a,b,c,kind\n${rows.join('\n')}\n`),
    });
    await page.locator('.confusion').waitFor();
    must(
      `${await page.locator('.confusion tbody th').allTextContents()}` === 'iris,lily,rose',
      'the names are not there',
    );
    await until(async () => (await stepsOf(page)) > 5, 'some steps');
    await pause(page);
    const accuracy = async () => Number(await page.locator('.scores td').nth(2).getAttribute('title'));
    await until(async () => {
      const matrix = await matrixOf(page);
      const right = matrix.reduce((sum, row, c) => sum + row[c], 0);
      return right / matrix.flat().reduce((a, b) => a + b) === (await accuracy());
    }, 'the accuracy of the matrix');
  },

  'the unit maps of a chosen layer are those of Node': async (visit) => {
    const link = 'h=3&a=tanh';
    const page = await visit.open(link, { script: keepAnswers });
    await page.getByLabel('hidden layer').selectOption('2');
    await mustMatchUnits(page, link, { layer: 1 });
    must(
      await page.getByText('Activations of 24 of 32 units of layer 2.').isVisible(),
      'the number of units is not told',
    );
    await press(page, 'Look into network B');
    await mustMatchUnits(page, link, { network: 1, layer: 1 });
    const { values, size } = await kept(page, 'units');
    const points = Number(size) ** 2;
    await tile(page, 3).hover();
    await until(
      async () => /^Unit 3 of layer 2 has activations from/.test(await captionOf(page)),
      'unit 3 is named',
    );
    const own = values.slice(2 * points, 3 * points).map(Number);
    const shown = await page.locator('.unit-large span').first().getAttribute('title');
    must(shown === `${Math.min(...own)} ${Math.max(...own)}`, `its range is ${shown}`);
  },

  'digits: the units are the weights of Node': async (visit) => {
    const link = 'd=digits&h=1&B=-';
    const page = await visit.open(link, { script: keepAnswers });
    await page.locator('.unit-tiles').waitFor();
    await page.locator('.unit-tiles').scrollIntoViewIfNeeded();
    await mustMatchUnits(page, link, { layer: 0 });
  },

  'the arrow keys move between the units, and a dead one is said to be': async (visit) => {
    const page = await visit.open('view=dead&d=circles&h=1&w=8&o=sgd&r=0.03&s=3&B=-&_c=-30', {
      reducedMotion: 'reduce',
    });
    await until(
      async () => (await tile(page, 1).getAttribute('aria-label')) === 'Unit 1: 0, dead',
      'unit 1 is dead',
    );
    must(await page.getByText(/1 of 8 is dead/).isVisible(), 'the number of dead units');
    await tile(page, 1).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await until(async () => /^Unit 8 of layer 1/.test(await captionOf(page)), 'unit 8');
    must((await page.locator('.unit-tiles [tabindex="0"]').count()) === 1, 'the grid has not one tab stop');
  },

  'maps are computed only while they are on the screen': async (visit) => {
    const page = await visit.open('B=-', { script: keepAnswers, viewport: { width: 390, height: 600 } });
    await until(async () => (await stepsOf(page)) > 40, 'some steps');
    must((await countOf(page, 'units')) === 0, 'maps that nobody sees');
    await page.getByText('What each unit computes').scrollIntoViewIfNeeded();
    await page.getByLabel('hidden layer').scrollIntoViewIfNeeded();
    await until(async () => (await countOf(page, 'units')) > 2, 'maps');
    await page.getByText('What each unit computes').click();
    await page.waitForTimeout(300);
    const [before, steps] = [await countOf(page, 'units'), await stepsOf(page)];
    await until(async () => (await stepsOf(page)) > steps + 40, 'more steps');
    must((await countOf(page, 'units')) === before, 'maps that are closed');
  },

  'a network of 10 × 512 goes on training while its maps are drawn': async (visit) => {
    const page = await visit.open('h=10&w=512&B=-', { script: keepAnswers });
    await until(async () => (await countOf(page, 'units')) > 1, 'maps');
    const steps = await stepsOf(page);
    await until(async () => (await stepsOf(page)) > steps, 'training goes on');
    await pause(page);
    const at = await stepsOf(page);
    await press(page, 'Step');
    await until(async () => (await stepsOf(page)) === at + 1, 'one step');
  },
};
