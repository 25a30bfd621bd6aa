/** Kinds of options, and their texts in a link. Any text can be read; the result is undefined if it is not a value of the field. */

/** An option: its key and initial value in a link, and functions that write and read a value. */
export interface Field<Value> {
  /** Name in a link, usually one letter. */
  readonly key: string;
  /** Value if a link does not name the option. Links leave it out. */
  readonly initial: Value;
  /** Name in sentences, such as "learning rate". */
  readonly label: string;
  /** Returns the text of a value. */
  readonly write: (value: Value) => string;
  /** Returns the value of a text; undefined if the text is not one. */
  readonly read: (text: string) => Value | undefined;
}

/** Smallest and largest value of a number; `whole` is true for whole numbers. */
export interface Limits {
  readonly low: number;
  readonly high: number;
  readonly whole?: boolean;
}

/** Makes a field whose value is one of several names. */
export function choice<const Names extends readonly string[]>(
  key: string,
  label: string,
  names: Names,
  initial: Names[number],
): Field<Names[number]> & { readonly names: Names } {
  const read = (text: string) => names.find((name) => name === text);
  return { key, label, initial, names, write: (value) => value, read };
}

/** Makes a field whose value is a number. Fractions have four significant digits, so that links stay short. */
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

/** Smallest magnitude that `rounded` does not turn into 0. */
const LEAST = 1e-6;

/** Rounds to four significant digits; whole numbers keep all digits. */
export function rounded(value: number): number {
  if (Math.abs(value) < LEAST) return 0;
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
