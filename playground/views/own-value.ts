/** Reads the fields that a view adds to the state. */
import type { OwnValues } from '../engine/state.js';

type Fields = Readonly<Record<string, { readonly initial: number | string }>>;

/** Returns the value of a view's field: the field's initial value if the state does not name it. */
export function ownValue<Own extends Fields, Name extends keyof Own & string>(
  { own: values }: { readonly own: OwnValues },
  own: Own,
  name: Name,
): Own[Name]['initial'] {
  // A link is read by its fields, so that a value has the type of its field.
  return (values[name] as Own[Name]['initial'] | undefined) ?? own[name]!.initial;
}
