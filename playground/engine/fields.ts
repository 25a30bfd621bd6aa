/** Kinds of options and how a link writes them. Reading is total: text that is no value of the field gives undefined. */

/** An option: its short name in a link, its value if the link does not name it, and both directions. */
export interface Field<Value> {
  /** Name in a link, one or two letters. */
  readonly key: string;
  /** Value that a link leaves out. */
  readonly initial: Value;
  /** Name in sentences, such as "learning rate". */
  readonly label: string;
  /** Returns the text of a value. */
  readonly write: (value: Value) => string;
  /** Returns the value of a text; undefined if the text is not one. */
  readonly read: (text: string) => Value | undefined;
}

/** Limits of a number, and whether it is whole. */
export interface Limits {
  readonly low: number;
  readonly high: number;
  readonly whole?: boolean;
}

/** Makes the field of a name out of several. */
export function choice<const Names extends readonly string[]>(
  key: string,
  label: string,
  names: Names,
  initial: Names[number],
): Field<Names[number]> & { readonly names: Names } {
  const read = (text: string) => names.find((name) => name === text);
  return { key, label, initial, names, write: (value) => value, read };
}

/** Makes the field of a number. Other numbers than whole ones have four significant digits, so that links stay short. */
export function number(
  key: string,
  label: string,
  limits: Limits,
  initial: number,
): Field<number> & { readonly limits: Limits } {
  const read = (text: string) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) return undefined;
    return value >= limits.low && value <= limits.high && (!limits.whole || Number.isInteger(value))
      ? rounded(value)
      : undefined;
  };
  return { key, label, limits, initial, write: (value) => String(rounded(value)), read };
}

/** Magnitudes below are 0. */
const LEAST = 1e-6;

/** Rounds to four significant digits; whole numbers stay. */
export function rounded(value: number): number {
  if (Math.abs(value) < LEAST) return 0;
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
