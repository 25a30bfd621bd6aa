/** Checks of a drawn activation: the pointer draws it, and its numbers are those of the engine in Node. */
import { labOf, load } from './node-lab.mjs';
import { must, pause, until } from './visit.mjs';

export const checks = {
  'a drawn activation has the numbers of Node': async (visit) => {
    const page = await visit.open('view=activation&h=5&B=-');
    await pause(page);
    const canvas = page.getByRole('img', { name: /^ReLU: f\(-4\) = 0/ });
    const { x, y, width, height } = await canvas.boundingBox();
    await page.mouse.move(x + 0.3 * width, y + 0.3 * height);
    await page.mouse.down();
    await page.mouse.move(x + 0.5 * width, y + 0.4 * height);
    await page.mouse.up();
    await until(() => page.url().includes('_c='), 'the curve is in the link');
    await page.locator('.activation-note').waitFor();
    await page.waitForTimeout(300);
    const { readLink } = await load('engine/link.ts');
    const { ownFields } = await load('views/fields.ts');
    const { state } = readLink(new URL(page.url()).hash, ownFields);
    const lab = await labOf(state);
    const { numbers } = lab.view.frame(lab);
    const shown = await page
      .locator('.activation-numbers td')
      .evaluateAll((cells) => cells.map((c) => c.title));
    const { gain, gradientGain, weights, field } = numbers;
    for (const [i, value] of [
      [0, gain],
      [1, gradientGain],
      [3, weights],
      [4, field.fixedPoint],
      [5, field.chi],
    ])
      must(shown[i] === String(value), `row ${i} shows ${shown[i]}, Node has ${value}`);
  },
};
