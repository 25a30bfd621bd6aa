/** Checks of the gradient backwards. */
import { mustMatchNode } from './node-lab.mjs';
import { must, pause, press, told, until } from './visit.mjs';

const START = 'view=backward&h=12&a=sigmoid&i=glorotNormal&B=a:tanh';
const equation = (page, n) => page.locator('.backward-equation').nth(n).locator('p').first().textContent();

export const checks = {
  'the sentence names the layer where the gradient dies, and the slope': async (visit) => {
    const page = await visit.open(START);
    await told(page, /A \(sigmoid.*dies at layer \d+ of 13.*because of the slope.*B \(tanh/);
    await page.getByLabel('activation', { exact: true }).selectOption('relu');
    await page.getByLabel('start', { exact: true }).selectOption('heNormal');
    await told(page, /A \(ReLU, He\): the gradient keeps/);
  },

  'buttons and keys go back layer by layer, and the link holds the layer': async (visit) => {
    const page = await visit.open(START);
    await pause(page);
    await press(page, 'To the output');
    await until(
      async () => (await equation(page, 0)).startsWith('Output: the gradient begins here'),
      'output',
    );
    must(await page.getByRole('button', { name: 'To the output' }).isDisabled(), 'the button is still there');
    await press(page, 'One layer back');
    await until(async () => (await equation(page, 0)).startsWith('Layer 12: 1 × '), 'layer 12');
    await page.getByLabel('layers back from the output').focus();
    await page.keyboard.press('ArrowRight');
    await until(async () => (await equation(page, 1)).startsWith('Layer 11: '), 'layer 11');
    must(page.url().includes('_b=2'), `the address is ${page.url()}`);
    const [, from, weights, slope, to] = (await equation(page, 0)).match(
      /: ([\d.]+) × ([\d.]+) \(weights\) × ([\d.]+) \(slope\) = ([\d.]+)/,
    );
    const product = from * weights * slope;
    must(Math.abs(product / to - 1) < 0.02, `${from} × ${weights} × ${slope} is not ${to}`);
  },

  'a press on a bar goes to its layer, and pictures have their numbers as labels': async (visit) => {
    const page = await visit.open(START);
    await pause(page);
    const picture = page.getByRole('img', { name: /Size of the gradient in network A/ });
    const { width } = await picture.boundingBox();
    await picture.click({ position: { x: 48 + 0.5, y: 60 } });
    await until(async () => (await equation(page, 0)).startsWith('Layer 1:'), 'layer 1');
    await picture.click({ position: { x: width - 12, y: 60 } });
    await until(async () => (await equation(page, 0)).startsWith('Output:'), 'output');
    const label = await picture.getAttribute('aria-label');
    must(/layer 13 1, layer 12 0\.\d+/.test(label), `the label is ${label}`);
  },

  'the losses are those of Node, bit for bit': async (visit) => {
    const page = await visit.open(START);
    await press(page, '▶ Play');
    await mustMatchNode(page, START);
  },
};
