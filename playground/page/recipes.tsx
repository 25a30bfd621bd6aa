/** The recipes as buttons, and the sentence of the one that is on the screen. */
import { computed } from '@preact/signals';
import { writeLink } from '../engine/link.js';
import { type Recipe, recipeState, recipes } from '../engine/recipes.js';
import { ownFields } from '../views/fields.js';
import { isPlaying, state, update } from './store.js';

const links = recipes.map((recipe) => writeLink(recipeState(recipe), ownFields));
/** Recipe whose state is the present one. */
const present = computed<Recipe | undefined>(() => recipes[links.indexOf(writeLink(state.value, ownFields))]);

/** Shows a recipe. One of a start rests before the first step. */
function show(recipe: Recipe): void {
  update(recipeState(recipe));
  isPlaying.value = recipe.trains === true && !matchMedia('(prefers-reduced-motion: reduce)').matches;
}

export function Recipes() {
  return (
    <nav class="menu recipes" aria-label="Recipes">
      <span class="small">Recipes</span>
      {recipes.map((recipe) => (
        <button
          type="button"
          key={recipe.name}
          aria-current={present.value === recipe ? 'true' : undefined}
          onClick={() => show(recipe)}
        >
          {recipe.name}
        </button>
      ))}
    </nav>
  );
}

/** What to look for in the recipe on the screen. */
export function Look() {
  const recipe = present.value;
  if (!recipe) return null;
  return (
    <p class="look">
      <b>{recipe.name}.</b> {recipe.look}
    </p>
  );
}
