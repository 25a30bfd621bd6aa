/** Checks of the phase map: it fills row by row, and clicks and keys make networks. */
import { must, press, told, until, wordsOf } from './visit.mjs';

const map = (page) => page.getByRole('img', { name: /^Phase map/ });
const label = (page) => map(page).getAttribute('aria-label');
const button = (page) => page.getByRole('button', { name: /^Make network/ });

export const checks = {
  'the map fills, and its critical line is that of tanh': async (visit) => {
    const page = await visit.open();
    await press(page, 'Edge of chaos');
    must(/A .* ordered phase/.test(await told(page, /B .* chaotic phase/)), 'the sentence');
    await until(
      async () => /goes from a gain of 1 at σ_b 0 to 2\.\d+ at σ_b 1\.5/.test(await label(page)),
      'the line',
      50_000,
    );
    must(/A is in the ordered phase; B is in the chaotic phase/.test(await label(page)), 'the networks');
  },

  'a click makes network A, and the other keeps its place': async (visit) => {
    const page = await visit.open('view=chaos&h=20&w=64&a=tanh&i=gain&z=0.8&u=0.3&B=z:2.4');
    await told(page, /A .* ordered phase/);
    const { width, height } = await button(page).boundingBox();
    await button(page).click({ position: { x: 0.95 * width, y: 0.5 * height } });
    await told(page, /A \(σ_w 3\.\d+, σ_b 0\.7\d*\) is in the chaotic phase/);
    must(/B \(σ_w 2\.4, σ_b 0\.3\)/.test(await wordsOf(page)), `B has moved: ${await wordsOf(page)}`);
    await page.goBack();
    await told(page, /A \(σ_w 0\.8, σ_b 0\.3\)/);
  },

  'arrows and Enter make network B': async (visit) => {
    const page = await visit.open('view=chaos&h=20&w=64&a=relu&B=-');
    await page.getByLabel('a click makes').selectOption('B');
    await button(page).focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    must(
      /^Make network B at σ_w 1\.76, σ_b 0\.15/.test(await button(page).getAttribute('aria-label')),
      'the cursor',
    );
    await page.keyboard.press('Enter');
    await told(page, /B \(σ_w 1\.76, σ_b 0\.15\) is in the chaotic phase/);
    must(
      /A \(σ_w 1\.41, σ_b 0\) is at the edge of chaos/.test(await wordsOf(page)),
      'He is critical for ReLU',
    );
    must((await page.locator('.scores tbody tr').count()) === 2, 'there is no B');
  },
};
