/** Checks of the twins. */
import { labLosses, labOfLink } from './node-lab.mjs';
import { losses, must, pause, press, stepsOf, until } from './visit.mjs';

const START = 'view=twins&d=circles&h=2&w=8&a=tanh&i=constant&z=0.5&o=sgd&r=0.1&B=-';
const words = (page) => page.locator('.words').textContent();
const layer = (page, l) => page.getByRole('img', { name: new RegExp(`^Layer ${l} `) });

export const checks = {
  'equal units stay twins while they train': async (visit) => {
    const page = await visit.open(START);
    await until(async () => /Before training, layer 1 has 8 twins/.test(await words(page)), 'eight twins');
    await press(page, '▶ Play');
    await until(async () => /After \d{3,} steps, layer 1 has 8 twins/.test(await words(page)), 'still twins');
    must(
      /twins a: units 1, 2, 3, 4, 5, 6, 7, 8/.test(await layer(page, 2).getAttribute('aria-label')),
      'the picture says so',
    );
  },

  'a nudge sets one unit apart, and a random start all of them': async (visit) => {
    const page = await visit.open(START);
    await page.getByLabel('nudge the weight').selectOption('in');
    await until(
      async () => /layer 1 has 2 different units of 8/.test(await words(page)),
      'two different units',
    );
    must(/units 2, 3, 4, 5, 6, 7, 8$/.test(await layer(page, 1).getAttribute('aria-label')), 'units 2 to 8');
    await press(page, 'Step');
    await until(async () => /After 1 step, layer 1 has 2 different/.test(await words(page)), 'after a step');
    await page.getByLabel('by', { exact: true }).focus();
    await page.keyboard.press('End');
    await until(async () => page.url().includes('_g=1'), 'the nudge is 1');
    await press(page, 'Start at random instead');
    await until(async () => /every unit is different/.test(await words(page)), 'all different');
    await press(page, 'Start all equal');
    await until(async () => /layer 2 has 8 twins/.test(await words(page)), 'twins again');
  },

  'the losses are those of Node, bit for bit': async (visit) => {
    const page = await visit.open(`${START}&_p=middle`);
    await press(page, '▶ Play');
    await until(async () => (await stepsOf(page)) > 20, 'some steps');
    await pause(page);
    const lab = await labOfLink(`${START}&_p=middle`, await stepsOf(page));
    must(`${await losses(page)}` === `${labLosses(lab)}`, `${await losses(page)} is not ${labLosses(lab)}`);
  },
};
