/** Checks of the worked example with wires. */
import { labOfLink } from './node-lab.mjs';
import { must, press, told, until, wordsOf } from './visit.mjs';

const START = 'view=wires&r=0.01';

export const checks = {
  'the example opens at rest, with the numbers of the lecture and the dead unit': async (visit) => {
    const page = await visit.open(START);
    await told(page, /loss is 0\.989, and the next step makes it 0\.972/);
    must(/Unit h2 is dead: its sum is −1\.69/.test(await wordsOf(page)), await wordsOf(page));
    must(await page.getByText('h2 is dead', { exact: true }).isVisible(), 'the unit does not say it');
    must(
      (await page.locator('.wires-weight.dead').count()) === 5,
      'five weights lead to or from the dead unit',
    );
    const box = page.getByRole('spinbutton', { name: 'weight from h1 to z1' });
    must((await box.inputValue()) === '0.32', 'w11');
    const cell = box.locator('xpath=..');
    must((await cell.textContent()) === '∂ −0.862→ 0.329', await cell.textContent());
  },

  'a weight changed in place brings the unit back to life, and back undoes it': async (visit) => {
    const page = await visit.open(START);
    const box = page.getByRole('spinbutton', { name: 'weight from x1 to h2' });
    await box.fill('0.5');
    await until(async () => !(await wordsOf(page)).includes('dead'), 'h2 lives');
    must(page.url().includes('_m12=0.5'), page.url());
    // A change sooner than that would belong to the same step of the browser's back.
    await page.waitForTimeout(800);
    await page.goBack();
    await until(async () => (await wordsOf(page)).includes('h2 is dead'), 'h2 is dead again');
    await box.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowUp');
    await until(async () => !(await wordsOf(page)).includes('dead'), 'the arrow keys reach it too');
  },

  'a step moves the weights, and a change goes on from there': async (visit) => {
    const page = await visit.open(START);
    await press(page, 'Take the step');
    await told(page, /After 1 step the loss is 0\.972/);
    const box = page.getByRole('spinbutton', { name: 'weight from h1 to z1' });
    must((await box.inputValue()) === '0.329', await box.inputValue());
    await page.getByLabel('class 2').check();
    await told(page, /At the start the loss is 1\.1/);
    must((await box.inputValue()) === '0.329', 'the weight has gone back');
    await press(page, 'Back to the example');
    await told(page, /At the start the loss is 0\.989/);
  },

  'every number is that of Node, bit for bit': async (visit) => {
    const link = `${START}&_x1=-0.7&_m12=0.31`;
    const page = await visit.open(link);
    await press(page, 'Take the step');
    await told(page, /After 1 step/);
    const shown = await page
      .locator('.wires-value')
      .evaluateAll((all) => all.map(({ title }) => Number(title)));
    const lab = await labOfLink(link, 1);
    const expected = inOrder(lab.view.frame(lab).numbers);
    must(`${shown}` === `${expected}`, `${shown}\nis not\n${expected}`);
  },
};

/** Returns the numbers in their order on the page. */
function inOrder({ inputGradient, hidden, output }) {
  const weights = ({ kernelGradient, nextKernel }) =>
    [...kernelGradient].flatMap((g, i) => [g, nextKernel[i]]);
  const biases = ({ biasGradient, nextBias }, j) => [biasGradient[j], nextBias[j]];
  const units = [0, 1].flatMap((j) => [
    ...biases(hidden, j),
    hidden.z[j],
    hidden.zGradient[j],
    hidden.a[j],
    hidden.aGradient[j],
  ]);
  const classes = [0, 1, 2].flatMap((j) => [
    ...biases(output, j),
    output.z[j],
    output.zGradient[j],
    output.a[j],
  ]);
  return [...inputGradient, ...weights(hidden), ...units, ...weights(output), ...classes];
}
