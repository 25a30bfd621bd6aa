/** Checks of the twins: they stay equal until a nudge or a random start sets them apart. */
import { mustMatchNode } from './node-lab.mjs';
import { must, press, told, until } from './visit.mjs';

const START = 'view=twins&d=circles&h=2&w=8&a=tanh&i=constant&z=0.5&o=sgd&r=0.1&B=-';
const layer = (page, l) => page.getByRole('img', { name: new RegExp(`^Layer ${l} `) });

export const checks = {
  'equal units stay twins while they train': async (visit) => {
    const page = await visit.open(START);
    await told(page, /Before training, layer 1 has 8 twins/);
    await press(page, '▶ Play');
    await told(page, /After \d{3,} steps, layer 1 has 8 twins/);
    must(
      /twins a: units 1, 2, 3, 4, 5, 6, 7, 8/.test(await layer(page, 2).getAttribute('aria-label')),
      'the picture says so',
    );
  },

  'a nudge sets one unit apart, and a random start all of them': async (visit) => {
    const page = await visit.open(START);
    await page.getByLabel('nudge the weight').selectOption('in');
    await told(page, /layer 1 has 2 different units of 8/);
    must(/units 2, 3, 4, 5, 6, 7, 8$/.test(await layer(page, 1).getAttribute('aria-label')), 'units 2 to 8');
    await press(page, 'Step');
    await told(page, /After 1 step, layer 1 has 2 different/);
    await page.getByLabel('by', { exact: true }).focus();
    await page.keyboard.press('End');
    await until(async () => page.url().includes('_g=1'), 'the nudge is 1');
    await press(page, 'Start at random instead');
    await told(page, /every unit is different/);
    await press(page, 'Start all equal');
    await told(page, /layer 2 has 8 twins/);
  },

  'the losses are those of Node, bit for bit': async (visit) => {
    const page = await visit.open(`${START}&_p=middle`);
    await press(page, '▶ Play');
    await mustMatchNode(page, `${START}&_p=middle`);
  },
};
