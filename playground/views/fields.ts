/** Fields that views add to the state. A view registers by its folder: views/NAME/fields.ts exports `own`. */
import type { OwnFields, ViewName } from '../engine/state.js';

const modules = import.meta.glob<{ readonly own: OwnFields }>('./*/fields.ts', { eager: true });

/** Returns the fields that a view adds to the state. */
export function ownFields(name: ViewName): OwnFields {
  return modules[`./${name}/fields.ts`]?.own ?? {};
}
