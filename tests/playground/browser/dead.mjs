/** Checks of the dead units: three ways to kill them, and the cures. */
import { mustMatchNode } from './node-lab.mjs';
import { must, press, told, until } from './visit.mjs';

const START = 'view=dead&d=circles&h=1&w=8&o=sgd&r=0.03&s=3&B=-';
const verdict = (page) => page.locator('.dead-verdict').textContent();

export const checks = {
  'a bias kills a unit, which turns grey and says why; the cure brings it back': async (visit) => {
    const page = await visit.open(START);
    await told(page, /all 8 ReLU units live/);
    await press(page, 'by a bias');
    await told(page, /1 of 8 ReLU units is dead/);
    must(
      await page.getByText(/Unit 1 of layer 1 is dead.*Its bias of −10 holds it there/).isVisible(),
      'the cause',
    );
    must(
      (await page.getByRole('button', { name: 'Unit 1 of layer 1: dead' }).textContent()) === '×',
      'no cross',
    );
    await press(page, 'Set its bias to 0');
    await told(page, /all 8 ReLU units live/);
  },

  'the arrow keys choose a unit, and the slider kills it': async (visit) => {
    const page = await visit.open(`${START}&h=2`);
    await page.getByRole('button', { name: /^Unit 1 of layer 1/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await until(async () => page.getByText(/^Unit 2 of layer 2 /).isVisible(), 'unit 2 of layer 2');
    await page.getByLabel('bias of unit 2 in layer 2').focus();
    await page.keyboard.press('Home');
    await until(async () => page.getByText(/^Unit 2 of layer 2 is dead/).isVisible(), 'it is dead');
    must(/_l=2&_u=2&_c=-30/.test(page.url()), page.url());
  },

  'the learning rate kills many, and the diagnosis names it': async (visit) => {
    const page = await visit.open(START);
    await press(page, 'by the learning rate');
    await told(page, /[5-8] of 8 ReLU units are dead/);
    await until(async () => /: dead\..*learning rate/.test(await verdict(page)), 'the verdict');
    await press(page, 'Start again at a learning rate of 0.03');
    await told(page, /After \d+ steps?, all 8 ReLU units live/);
  },

  'raw bytes kill, and scaled pixels do not': async (visit) => {
    const page = await visit.open(START);
    await press(page, 'by raw bytes');
    await told(page, /\d of 8 ReLU units (is|are) dead/);
    await until(async () => /: \w+\..*unscaled/.test(await verdict(page)), 'the verdict');
    await press(page, 'Scale the pixels to −1 … 1');
    await told(page, /After \d+ steps, all 8 ReLU units live/);
  },

  'the losses are those of Node, bit for bit': async (visit) => {
    const page = await visit.open(`${START}&_c=-10`);
    await press(page, '▶ Play');
    await mustMatchNode(page, `${START}&_c=-10`);
  },
};
