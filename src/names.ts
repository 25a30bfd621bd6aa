/** Checks of names and keys against lists, with the one that is probably meant. */
import { isObject, shortened, show } from './show.js';

/** Returns the name among `names` that is most likely meant; undefined if there are none. */
export type NearestName = (given: string, names: readonly string[]) => string | undefined;

/** Removes case and separators from a name: `He_Normal`, `HeNormal` and `heNormal()` are then equal. */
export function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Returns the nearest name by spelling; case and separators do not matter. */
export function nearestSpelling(given: string, names: readonly string[]): string | undefined {
  const whole = bare(given);
  const alike = whole === '' ? undefined : names.find((name) => bare(name) === whole);
  return alike ?? closest(given, names);
}

/** Returns the first name of those that differ in the fewest characters. */
function closest(given: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Infinity;
  for (const name of names) {
    // Each surplus character is an edit, so that most names need no further look.
    if (Math.abs(name.length - given.length) >= fewest) continue;
    const edits = editsBetween(given, name);
    if (edits < fewest) [best, fewest] = [name, edits];
  }
  return best;
}

/** Number of characters to insert, delete or replace until two names are equal (Levenshtein 1966). */
function editsBetween(a: string, b: string): number {
  // Edits between the part of `a` that was read and each beginning of `b`.
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(row[j]! + Number(a[i] !== b[j]), row[j + 1]! + 1, next[j]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Checks that a value is one of the `names`. @throws TypeError that suggests the nearest name */
export function checkName<Name extends string>(
  argument: string,
  value: unknown,
  names: readonly Name[],
  nearest: NearestName = nearestSpelling,
): Name {
  if (typeof value !== 'string') {
    const hint = typeof value === 'function' && names.includes(value.name as Name);
    throw new TypeError(
      `${argument}: expected one of ${names.join(', ')}, got ${show(value)}${hint ? `; write its name: '${value.name}'` : ''}`,
    );
  }
  if (!names.includes(value as Name)) {
    const given = shortened(value);
    throw new TypeError(
      `${argument}: unknown name '${given}'; did you mean '${nearest(given, names)}'? Known: ${names.join(', ')}`,
    );
  }
  return value as Name;
}

/**
 * Tags of objects that may hold options. A Map or a Promise is refused: its options would not be own keys, so all defaults would
 * silently apply.
 */
const optionTags = ['[object Object]', '[object Module]'];

/** Checks an object with options. @throws TypeError if it cannot hold options, or has a key that is not among `keys` */
export function checkKeys(
  argument: string,
  value: unknown,
  keys: readonly string[],
  nearest: NearestName = nearestSpelling,
): void {
  if (!isObject(value)) {
    throw new TypeError(`${argument}: expected an object, got ${show(value)}`);
  }
  const given = Object.keys(value);
  if (given.length === 0 && !optionTags.includes(Object.prototype.toString.call(value))) {
    throw new TypeError(`${argument}: expected a plain object, got ${show(value)}`);
  }
  for (const key of given) {
    if (!keys.includes(key)) {
      const name = shortened(key);
      const known =
        keys.length === 0
          ? 'there are none here'
          : `did you mean '${nearest(name, keys)}'? Known: ${keys.join(', ')}`;
      throw new TypeError(`${argument}.${name}: unknown option; ${known}`);
    }
  }
}
