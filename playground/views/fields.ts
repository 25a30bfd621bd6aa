/**
 * Fields that views add to the state. A view registers by its folder: views/NAME/fields.ts exports `own`, and `fixed` if it
 * needs certain options.
 */
import type { OwnFields, State, ViewName } from '../engine/state.js';

const modules = import.meta.glob<{ readonly own: OwnFields; readonly fixed?: Partial<State> }>(
  './*/fields.ts',
  { eager: true },
);

/** Returns the fields that a view adds to the state. */
export function ownFields(name: ViewName): OwnFields {
  return modules[`./${name}/fields.ts`]?.own ?? {};
}

/** Returns the state with the options that its view needs. */
export function settled(state: State): State {
  return { ...state, ...modules[`./${state.view}/fields.ts`]?.fixed };
}
