/** Buttons of the recipes, and the sentence of the recipe on the screen. */
import { computed } from '@preact/signals';
import { writeLink } from '../engine/link.js';
import { type Recipe, recipeState, recipes } from '../engine/recipes.js';
import { ownFields } from '../views/fields.js';
import { isPlaying, lessMotion, state, update } from './store.js';

const links = recipes.map((recipe) => writeLink(recipeState(recipe), ownFields));
/** Recipe whose state the page shows; undefined if there is none. */
const present = computed<Recipe | undefined>(() => recipes[links.indexOf(writeLink(state.value, ownFields))]);

/** Shows a recipe. It plays at once if it shows a training. */
function show(recipe: Recipe): void {
  update(recipeState(recipe));
  isPlaying.value = recipe.trains === true && !lessMotion.matches;
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

/** Sentence that says what the recipe on the screen shows. */
export function Look() {
  const recipe = present.value;
  if (!recipe) return null;
  return (
    <p class="look">
      <b>{recipe.name}.</b> {recipe.look}
    </p>
  );
}
