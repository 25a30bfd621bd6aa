/** `evenkeel/lab`: the lectures' worked examples and experiments. */
export {
  type FiveStartsCallbacks,
  type FiveStartsData,
  type FiveStartsOptions,
  fiveStarts,
  fiveStartsDefaults,
  type LabelledImages,
  type StartResult,
  startNames,
} from './five-starts.js';
export {
  type Recipe,
  type RecipeName,
  type RecipeOptions,
  type RecipeRun,
  recipeNames,
  recipes,
  trainRecipe,
} from './recipes.js';
