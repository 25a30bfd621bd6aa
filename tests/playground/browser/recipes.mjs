/** Checks of the recipes: each is clicked, and its losses are those of the engine in Node, at its start and for two steps. */
import { labLosses, labOf, load } from './node-lab.mjs';
import { losses, must, press, until } from './visit.mjs';

const STEPS = 2;
const equal = (a, b) => a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

export const checks = {
  'each has the numbers of Node, bit for bit': async (visit) => {
    const { recipes, recipeState } = await load('engine/recipes.ts');
    const page = await visit.open();
    const menu = page.getByRole('navigation', { name: 'Recipes' });
    for (const recipe of recipes) {
      await menu.getByRole('button', { name: recipe.name, exact: true }).click();
      must((await page.locator('.look').textContent()).includes(recipe.look), `${recipe.name}: no sentence`);
      // A recipe of a training plays at once.
      if (recipe.trains) {
        await page.getByRole('button', { name: /Pause/ }).click();
        await press(page, 'Back to start');
      }
      const lab = await labOf(recipeState(recipe));
      for (let step = 0; step <= STEPS; step++) {
        if (step > 0) {
          await press(page, 'Step');
          lab.run(1);
        }
        const wanted = labLosses(lab);
        let shown;
        const isSame = async () => {
          shown = await losses(page);
          return equal(shown, wanted);
        };
        await until(isSame, `${recipe.name}, step ${step}: Node has ${wanted}`).catch((error) => {
          throw new Error(`${error.message}; the screen shows ${shown}`);
        });
      }
    }
  },
};
