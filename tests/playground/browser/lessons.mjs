/** Checks of the lessons: each opens, its picture moves with the numbers of Node, and its questions are checked. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { labLosses, labOfLink, load } from './node-lab.mjs';
import { losses, must, until } from './visit.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LESSONS = 12;
const permissions = ['clipboard-read', 'clipboard-write'];
const numbers = Array.from({ length: LESSONS }, (_, i) => i + 1);
const linkTo = (lesson) => `view=lessons&_n=${lesson}`;
const ready = '.lesson-picture[aria-busy="false"] .report svg';

/** Waits until the picture shows the present values of its controls. */
const moved = (page) => page.locator(ready).first().waitFor();

/** Returns the numbers of the picture, as the page copies them. */
async function copied(page) {
  await page.getByRole('button', { name: 'Copy the numbers' }).click();
  await page.getByRole('button', { name: 'Numbers copied' }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/**
 * Numbers that come from Math.sin, Math.exp or Math.log, by lesson and path. JavaScript leaves their last bit to the engine, and
 * that of the browser is newer than Node's.
 */
const engineMath = { 1: /^sections\.0\.panels\.0\.series\.3\./, 2: /^sections\./, 3: /^sections\./ };
const LAST_BITS = 1e-14;

/** Checks that two reports have the same numbers bit for bit, except for `engineMath`. */
function mustBeSame(shown, wanted, lesson, path = []) {
  if (typeof wanted === 'object' && wanted !== null) {
    must(`${Object.keys(shown)}` === `${Object.keys(wanted)}`, `${path.join('.')} has other parts`);
    for (const key of Object.keys(wanted)) mustBeSame(shown[key], wanted[key], lesson, [...path, key]);
    return;
  }
  const isClose =
    typeof wanted === 'number' &&
    engineMath[lesson]?.test(path.join('.')) &&
    Math.abs(shown - wanted) <= LAST_BITS * Math.abs(wanted);
  must(shown === wanted || isClose, `${path.join('.')} is ${shown}, Node has ${wanted}`);
}

/** Checks that the picture has the numbers of the same address in Node, and returns them as text. */
async function mustEqualNode(page, lesson) {
  const { readLink } = await load('engine/link.ts');
  const { ownFields } = await load('views/fields.ts');
  const { valuesOf } = await load('views/lessons/pictures.ts');
  const { pictureOf } = await load('views/lessons/lessons.ts');
  const { state } = readLink(new URL(page.url()).hash, ownFields);
  const { report } = await pictureOf(lesson, valuesOf(state, lesson));
  const shown = await copied(page);
  mustBeSame(JSON.parse(shown), JSON.parse(JSON.stringify(report)), lesson);
  return shown;
}

/** Moves a control by keys: a slider by some steps, a list by one entry. */
async function move(page, control) {
  const isList = (await control.evaluate((element) => element.tagName)) === 'SELECT';
  if (isList) await control.selectOption({ index: 5 });
  else {
    await control.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('PageUp');
  }
}

async function mustBeAccessible(page, what) {
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ['violations'] }),
  );
  const found = violations.map(
    ({ id, nodes }) => `${id} at ${nodes.slice(0, 3).map(({ target }) => target)}`,
  );
  must(found.length === 0, `${what}: ${found.join('; ')}`);
}

const each = numbers.map((lesson) => [
  `lesson ${lesson} has a picture that moves, with the bits of Node`,
  async (visit) => {
    const page = await visit.open(linkTo(lesson), { permissions, ready });
    await page.locator(`[data-lesson="${lesson}"] h1`).waitFor();
    const first = await mustEqualNode(page, lesson);
    for (const control of await page.locator('.lesson-controls :is(input, select)').all()) {
      const before = page.url();
      await move(page, control);
      must(page.url() !== before, 'the address does not change');
      await moved(page);
    }
    must((await mustEqualNode(page, lesson)) !== first, 'the picture does not move');
    await page.getByRole('button', { name: 'Reset to the lesson’s values' }).click();
    await moved(page);
    must((await copied(page)) === first, 'the picture does not move back');
    await page.getByRole('link', { name: 'Open in the playground' }).click();
    await page.locator('.scores tbody tr').first().waitFor();
  },
]);

const look = ['light', 'dark'].map((colorScheme) => [
  `no violation in any lesson, ${colorScheme}`,
  async (visit) => {
    const page = await visit.open('view=lessons', {
      colorScheme,
      reducedMotion: 'reduce',
      ready: '.lesson-list a',
    });
    await page.evaluate(axe);
    await mustBeAccessible(page, 'list');
    for (const lesson of numbers) {
      await page.evaluate((hash) => location.assign(hash), `#${linkTo(lesson)}`);
      await page.locator(`[data-lesson="${lesson}"] ${ready}`).first().waitFor();
      for (const fold of await page.locator('.lesson details').all()) {
        await fold.evaluate((element) => element.toggleAttribute('open', true));
      }
      await mustBeAccessible(page, `lesson ${lesson}`);
    }
  },
]);

export const checks = {
  ...Object.fromEntries([...each, ...look]),

  'a lesson is found in the menu and opened by keys, and back returns to the list': async (visit) => {
    const page = await visit.open();
    await page.getByRole('button', { name: 'Lessons', exact: true }).focus();
    await page.keyboard.press('Enter');
    const links = page.locator('.lesson-list a');
    await links.first().waitFor();
    must((await links.count()) === LESSONS, `${await links.count()} lessons`);
    await links.nth(4).focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-lesson="5"] h1').waitFor();
    must(page.url().endsWith(`#${linkTo(5)}`), `the address is ${page.url()}`);
    await until(
      () => page.locator('h1').evaluate((h1) => h1 === document.activeElement),
      'focus on the title',
    );
    await page.goBack();
    await links.first().waitFor();
    must((await page.locator('.transport').count()) === 0, 'the list has controls of training');
    await page.goBack();
    await page.locator('.transport').waitFor();
  },

  'a link restores a lesson with its picture, and a damaged one opens with a note': async (visit) => {
    const page = await visit.open(`${linkTo(9)}&_9v=3.5`, { permissions, ready });
    must((await page.getByRole('slider').getAttribute('aria-valuetext')) === '3.5', 'the control');
    await mustEqualNode(page, 9);
    const other = await visit.open('view=lessons&_n=77', { ready: '.lesson-list a' });
    must((await other.locator('.notes').textContent()).includes('“_n=77”'), 'there is no note');
  },

  'answers are checked': async (visit) => {
    const page = await visit.open(linkTo(1), { ready });
    const verdict = (n) => page.locator('.lesson-check p').nth(n);
    const says = (n, text) => until(async () => (await verdict(n).textContent()).includes(text), text);
    await page.getByRole('button', { name: 'a', exact: true }).click();
    await says(0, 'It is c.');
    await page.getByRole('button', { name: 'c', exact: true }).click();
    await says(0, 'Right.');
    await page.getByLabel('Your answer').fill('112');
    await page.keyboard.press('Enter');
    await says(1, 'Those are the weights.');
    await page.getByLabel('Your answer').fill('131');
    await page.keyboard.press('Enter');
    await says(1, 'Right.');
    const code = page.getByLabel('Your function');
    await code.fill('export function exercise2(inputs, weights, bias) { return bias }');
    await page.getByRole('button', { name: 'Check', exact: true }).nth(1).click();
    await says(2, 'should be');
    await code.fill(
      'export const exercise2 = (x, w, b) => x.reduce((sum, value, i) => sum + value * w[i], b);',
    );
    await page.getByRole('button', { name: 'Check', exact: true }).nth(1).click();
    await says(2, 'Right.');
  },

  'a program is copied as it stands': async (visit) => {
    const page = await visit.open(linkTo(7), { permissions, ready });
    await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
    await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
    const program = readFileSync(
      new URL('../../../docs/lessons/07-variance-of-a-sum/program.mjs', import.meta.url),
      'utf8',
    );
    const text = await page.evaluate(() => navigator.clipboard.readText());
    must(text === program, `copied: ${text.slice(0, 80)}`);
  },

  'flower 1 has the same loss in the lesson and in the network with wires': async (visit) => {
    const page = await visit.open(`${linkTo(3)}&_3l=2.5`, { permissions, ready });
    const { sections } = JSON.parse(await copied(page));
    const shown = sections[0].panels[0].series[1].y[0];
    await page.getByRole('link', { name: 'Open in the playground' }).click();
    await page.locator('.wires-picture').waitFor();
    const link = new URL(page.url()).hash.slice(1);
    const [loss] = labLosses(await labOfLink(link, 0));
    await until(async () => (await losses(page))[0] === loss, `the loss ${loss}`);
    must(Math.abs(loss / shown - 1) < 1e-6, `the lesson has ${shown}, the view ${loss}`);
  },

  'a lesson opens without a network, once the page has been loaded': async (visit) => {
    const page = await visit.open();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForTimeout(500);
    await page.context().setOffline(true);
    await page.goto(`${visit.address}#${linkTo(2)}`);
    await page.reload();
    await page.locator(`[data-lesson="2"] ${ready}`).first().waitFor();
  },

  'no lesson is wider than its window': async (visit) => {
    for (const width of [390, 768]) {
      const page = await visit.open('view=lessons', {
        viewport: { width, height: 844 },
        ready: '.lesson-list a',
      });
      for (const lesson of numbers) {
        await page.evaluate((hash) => location.assign(hash), `#${linkTo(lesson)}`);
        await page.locator(`[data-lesson="${lesson}"] ${ready}`).first().waitFor();
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        must(over <= 0, `lesson ${lesson} at ${width} is ${over} pixels too wide`);
      }
    }
  },
};
