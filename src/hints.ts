/** Suggestions for unknown names: first aliases from other libraries, then the nearest name by spelling. */
import { bare, nearestSpelling } from './names.js';

type Lookup = (word: string, names: readonly string[]) => string | undefined;

/** Look-up of the aliases of other libraries; set by `useAliases`, because a page need not carry the table. */
let aliased: Lookup = () => undefined;

/** Makes `nearestName` know aliases. @param lookUp  returns the name that a word without case and separators stands for */
export function provideAliases(lookUp: Lookup): void {
  aliased = lookUp;
}

/** Returns the name among `names` that is most likely meant: by an alias of another library, otherwise by spelling. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  return meant(given, names) ?? nearestSpelling(given, names);
}

function meant(given: string, names: readonly string[]): string | undefined {
  const whole = bare(given);
  if (whole === '') return undefined;
  const alike = names.find((name) => bare(name) === whole) ?? aliased(whole, names);
  if (alike !== undefined) return alike;
  // Keras's `val_loss` is 'validation.loss'.
  const validated = /^val(?:id(?:ation)?)?[_.-]?(.+)$/i.exec(given)?.[1];
  const measures = names.filter((name) => name.startsWith(VALIDATION));
  const measure =
    validated &&
    meant(
      validated,
      measures.map((name) => name.slice(VALIDATION.length)),
    );
  if (measure) return VALIDATION + measure;
  // A qualified name such as `torch.optim.Adam` or `keras.losses.MSE` is known by its last part.
  const last = given.slice(given.lastIndexOf('.') + 1);
  return last === given ? undefined : meant(last, names);
}

const VALIDATION = 'validation.';

/**
 * Returns advice if a constructor came where its result is expected, such as `; call it: adam()`; otherwise an empty text.
 *
 * @param names  names of the constructors
 * @param args   arguments of the call, as the advice shows them
 */
export function callHint(value: unknown, names: readonly string[], args = ''): string {
  if (typeof value !== 'function' || !names.includes(value.name)) return '';
  return `; call it: ${value.name}(${args})`;
}
