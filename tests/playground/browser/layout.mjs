/** Checks of the layout: every view fits the width of its window, and what is compared is on one screen. */
import { must } from './visit.mjs';

const sizes = { phone: [390, 844], tablet: [768, 1024], desk: [1440, 900] };

/** Opens every view of the menu in turn, and calls `look` with its name. */
export async function eachView(page, look) {
  const menu = page.getByRole('navigation', { name: 'Views' }).getByRole('button');
  const views = await menu.count();
  must(views > 0, 'the menu is empty');
  for (let i = 0; i < views; i++) {
    const name = await menu.nth(i).textContent();
    await menu.nth(i).click();
    await page.locator('.stage h1').waitFor();
    await page.waitForTimeout(300);
    await look(name);
  }
}

export const checks = {
  'no view is wider than its window': async (visit) => {
    for (const [size, [width, height]] of Object.entries(sizes)) {
      const page = await visit.open('', { viewport: { width, height } });
      await eachView(page, async (name) => {
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        must(over <= 0, `${name} on a ${size} is ${over} pixels too wide`);
      });
    }
  },

  'at 1440 × 900 what is compared is on the screen': async (visit) => {
    const parts = { sigma: '.sigma-depth', wires: '.wires-loss', race: '.race-maps', chaos: '.chaos-map' };
    for (const [view, part] of Object.entries(parts)) {
      const page = await visit.open(`view=${view}`);
      const bottom = await page.locator(part).evaluate((element) => element.getBoundingClientRect().bottom);
      must(bottom <= 900, `${part} of ${view} ends at ${bottom}`);
    }
  },

  'beside the controls, the outcome follows the stage at once on a tablet': async (visit) => {
    const [width, height] = sizes.tablet;
    const page = await visit.open('', { viewport: { width, height } });
    await eachView(page, async (name) => {
      // Text has no outcome.
      if ((await page.locator('.reading').count()) > 0) return;
      const gap = await page.evaluate(
        () =>
          document.querySelector('.outcome').getBoundingClientRect().top -
          document.querySelector('.stage').getBoundingClientRect().bottom,
      );
      must(gap >= 0 && gap <= 20, `${name}: ${gap} pixels between stage and outcome`);
    });
  },

  'on a phone the options are a sheet, and one network is shown at a time': async (visit) => {
    const [width, height] = sizes.phone;
    const page = await visit.open('', { viewport: { width, height } });
    const depth = page.getByLabel('depth', { exact: true });
    must(!(await depth.isVisible()), 'the options are open at first');
    await page.getByRole('button', { name: 'Options' }).click();
    must(await depth.isVisible(), 'the options do not open');
    await page.getByRole('button', { name: 'Done' }).click();
    must(!(await depth.isVisible()), 'the options do not close');
    const maps = page.locator('.race-maps figure');
    must((await maps.nth(0).isVisible()) && !(await maps.nth(1).isVisible()), 'A is not alone');
    await page.getByRole('button', { name: 'B', exact: true }).click();
    must(!(await maps.nth(0).isVisible()) && (await maps.nth(1).isVisible()), 'B is not alone');
  },
};
