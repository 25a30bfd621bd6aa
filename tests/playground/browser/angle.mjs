/** Checks of the two inputs: slider and pointer set the angles, and sentence and pictures compare them with theory. */
import { must, press, told, until, wordsOf } from './visit.mjs';

const label = (page, name) => page.getByRole('img', { name }).getAttribute('aria-label');

export const checks = {
  'tanh of gain 1 closes the angle, of gain 2 keeps the inputs apart': async (visit) => {
    const page = await visit.open();
    await press(page, 'Two inputs');
    await told(page, /In A .* closes to \d+° in layer 20; theory expects \d+° and, after many layers, 0°/);
    await until(
      async () =>
        /B goes to 0\.\d+, theory to 0\.\d+ and in the end to 0\.\d+/.test(
          await label(page, /^Correlation by layer/),
        ),
      'B',
    );
    await until(
      async () => /1 stays 1; it ends at 1$/.test(await label(page, /^Map of the correlation in network A/)),
      'the map of A',
    );
    await until(
      async () => /it ends at 0\.\d+$/.test(await label(page, /^Map of the correlation in network B/)),
      'the map of B',
    );
    must(/60° at the inputs, then layer by layer/.test(await label(page, /in network A: 60°/)), 'the fans');
  },

  'the inputs are turned by keys and dragged on the plane': async (visit) => {
    const page = await visit.open('view=angle&h=10&a=relu&B=-');
    const slider = page.getByLabel('angle between the inputs');
    await slider.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    must(page.url().includes('_a=63'), `the address is ${page.url()}`);
    await until(async () => (await wordsOf(page)).startsWith('Two inputs are 63° apart'), '63°');
    // A change sooner than that would belong to the same step of the browser's back.
    await page.waitForTimeout(800);
    const canvas = page.locator('.angle-plane canvas');
    const { x, y, width, height } = await canvas.boundingBox();
    // Input 1 points to 20°, its length is 2 of the 4.4 to the edge.
    const at = (degrees, length) => [
      x + width / 2 + ((length / 4.4) * width * Math.cos((degrees * Math.PI) / 180)) / 2,
      y + height / 2 - ((length / 4.4) * height * Math.sin((degrees * Math.PI) / 180)) / 2,
    ];
    await page.mouse.move(...at(20, 2));
    await page.mouse.down();
    await page.mouse.move(...at(0, 3), { steps: 4 });
    await page.mouse.up();
    must(
      /_a=8[234]/.test(page.url()) && /_l=(3|2\.9\d*|3\.0\d*)(&|$)/.test(page.url()),
      `the address is ${page.url()}`,
    );
    await told(page, /Two inputs are 8[234]° apart/);
    await page.goBack();
    must(page.url().includes('_a=63'), 'back does not undo the drag');
  },

  'rows of the digits are compared too': async (visit) => {
    const page = await visit.open('view=angle&h=5&d=digits&B=-&_i=3&_j=8');
    await told(page, /Two inputs are \d+° apart\. In A .* theory expects/);
    must((await page.locator('.angle-plane').count()) === 0, 'a plane of 784 inputs');
    must((await page.getByLabel('row of input 2').inputValue()) === '8', 'the row');
  },
};
