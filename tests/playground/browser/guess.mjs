/** Checks of the guess: the line is drawn by pointer and keys, then theory is shown and judges it. */
import { must, press, until, wordsOf } from './visit.mjs';

const knot = (page, name) => page.getByLabel(`variance in ${name}`);
const textOf = (page, name) => knot(page, name).getAttribute('aria-valuetext');

export const checks = {
  'keys move points; theory and networks answer with numbers': async (visit) => {
    const page = await visit.open();
    await press(page, 'Guess first');
    const first = knot(page, 'layer 4');
    await first.focus();
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowUp');
    const raised = Number(await textOf(page, 'layer 4'));
    const before = Number(await textOf(page, 'layer 7'));
    must(
      Math.abs(raised / before - 1000) < 50,
      `layer 4 has ${raised}, layer 7 ${before}: not a thousand times as much`,
    );
    await page.keyboard.press('ArrowRight');
    must(await knot(page, 'layer 7').evaluate((input) => input === document.activeElement), 'no next point');
    must(page.url().includes('_g='), 'the guess is not in the link');
    await press(page, 'Show theory');
    must(/not on the way there/.test(await page.locator('.guess-verdict').textContent()), 'the judgement');
    must(await knot(page, 'layer 7').isDisabled(), 'the guess can still be changed');
    await press(page, 'Show 20 networks');
    await until(
      async () =>
        /20 networks.*\d+ of them in theory’s band/.test(await page.locator('.guess-verdict').textContent()),
      'twenty networks',
    );
    await page.reload();
    await until(
      async () => /20 networks/.test(await page.locator('.guess-verdict').textContent()),
      'the link brings the guess back',
    );
    await press(page, 'Next question');
    must(
      (await page.getByRole('button', { name: 'Show theory' }).count()) === 1,
      'the next question is answered',
    );
    must((await wordsOf(page)).startsWith('Draw how you expect'), 'the sentence');
  },

  'the pointer draws a line, and another start asks anew': async (visit) => {
    const page = await visit.open();
    await press(page, 'Guess first');
    await page.getByLabel('question', { exact: true }).selectOption('xavierRelu');
    const canvas = page.locator('.guess-drawing canvas');
    await canvas.scrollIntoViewIfNeeded();
    const { x, y, width } = await canvas.boundingBox();
    // The axis runs from 10¹⁰ at 10 px to 10⁻¹⁰ at 338 px; the right line ends near 10⁻⁵·⁷.
    const at = (power) => y + 10 + ((10 - power) / 20) * 328;
    await page.mouse.move(x + 60, at(0));
    await page.mouse.down();
    await page.mouse.move(x + width - 24, at(-5.6), { steps: 12 });
    await page.mouse.up();
    const end = await textOf(page, 'layer 20');
    must(/^[1-5](\.\d+)?·10⁻⁶$/.test(end), `the line ends at ${end}`);
    await press(page, 'Show theory');
    const told = await page.locator('.guess-verdict').textContent();
    must(/^(Right|Close).*theory expects × 0\.5/.test(told), told);
    await page.getByLabel('start', { exact: true }).selectOption('heNormal');
    must(
      (await page.getByRole('button', { name: 'Show theory' }).count()) === 1,
      'another start shows an old answer',
    );
    must(
      (await page.locator('figcaption').first().textContent()).includes('He, variance 2 / inputs'),
      'the question',
    );
  },

  'a gradient question runs from the last layer back to layer 1': async (visit) => {
    const page = await visit.open(
      'view=guess&h=6&w=100&a=sigmoid&i=xavierTanh&x=zScore&B=-&_q=sigmoid&_k=backward',
    );
    await press(page, 'Show theory');
    const told = await page.locator('.guess-verdict').textContent();
    must(/Far off: .*too high\..*slope.*z changes its size/.test(told), told);
  },
};
