/** Reads values of JSON that another tool wrote. Only own properties count, and every size is compared with what is there. */
import { elements, isList } from '../arrays.js';
import { isObject, messageOf, NonFiniteError, ShapeError, show } from '../errors.js';
import { parseJson } from '../json.js';

/** Returns the value of a text of JSON, and any other value as it is. @throws RangeError that opens with `json` */
export function jsonOf(json: unknown): unknown {
  if (typeof json !== 'string') return json;
  try {
    return parseJson(json);
  } catch (cause) {
    throw new RangeError(`json: expected a text of JSON: ${messageOf(cause)}`, { cause });
  }
}

/** Object of JSON, with the place at which it stands. */
export class JsonObject {
  /** Place of the object, which opens messages, such as `json.layers[1]`. */
  readonly at: string;
  readonly #value: object;

  /** Takes a value. @throws TypeError if it is no object */
  constructor(at: string, value: unknown) {
    if (!isObject(value)) throw new TypeError(`${at}: expected an object, got ${show(value)}`);
    this.at = at;
    this.#value = value;
  }

  /** Returns an own property; undefined if there is none, or it is null. */
  get(key: string): unknown {
    const found: unknown = Object.hasOwn(this.#value, key)
      ? (this.#value as Readonly<Record<string, unknown>>)[key]
      : undefined;
    return found ?? undefined;
  }

  keys(): string[] {
    return Object.keys(this.#value);
  }

  /** Returns a property that is an object. @throws TypeError if it is none */
  object(key: string): JsonObject {
    return new JsonObject(place(this.at, key), this.get(key));
  }

  /** Returns a property that is a list. @throws TypeError if it is none */
  list(key: string): unknown[] {
    return listOf(place(this.at, key), this.get(key));
  }

  /** Returns a property that is one of the keys of a table, and its value there. @throws RangeError if it is none */
  choice<Value>(key: string, table: Readonly<Record<string, Value>>): Value {
    const name = this.get(key);
    if (typeof name === 'string' && Object.hasOwn(table, name)) return table[name]!;
    const names = Object.keys(table).map((each) => `'${each}'`);
    throw new RangeError(`${place(this.at, key)}: expected ${names.join(' or ')}, got ${show(name)}`);
  }

  /** Returns a property that is a list of finite numbers. @param length  number of them, if it is known */
  numbers(key: string, length?: number): Float64Array {
    return numbersOf(place(this.at, key), this.get(key), length);
  }
}

/** Returns the place of a property: `json.sizes`, or `json["a b"]` if the name is no word. */
export function place(at: string, key: string): string {
  return /^[a-z_]\w*$/i.test(key) ? `${at}.${key}` : `${at}[${JSON.stringify(key)}]`;
}

/** Copies a list. @throws TypeError if the value is none */
export function listOf(at: string, value: unknown): unknown[] {
  if (!isList(value)) throw new TypeError(`${at}: expected a list, got ${show(value)}`);
  return elements(value, value.length);
}

/** Copies a list of finite numbers. @throws TypeError, ShapeError or NonFiniteError that names the element */
export function numbersOf(at: string, value: unknown, length?: number): Float64Array {
  const list = listOf(at, value);
  if (length !== undefined && list.length !== length) {
    throw new ShapeError(`${at}: expected ${length} numbers, got ${list.length}`, { argument: at });
  }
  return Float64Array.from(list, (each, i) => finite(`${at}[${i}]`, each));
}

/** Checks a finite number. @throws TypeError or NonFiniteError */
export function finite(at: string, value: unknown): number {
  if (typeof value !== 'number') throw new TypeError(`${at}: expected a number, got ${show(value)}`);
  if (Number.isFinite(value)) return value;
  throw new NonFiniteError(`${at}: expected a finite number, got ${value}`, { argument: at, value });
}

/** Copies a list of rows of equal length as one row-major list. @param columns  length of a row; default that of the first */
export function matrixOf(
  at: string,
  value: unknown,
  columns?: number,
): { readonly rows: number; readonly columns: number; readonly values: Float64Array } {
  const rows = listOf(at, value);
  if (rows.length === 0) throw new ShapeError(`${at}: expected at least one row, got none`, { argument: at });
  const first = numbersOf(`${at}[0]`, rows[0], columns);
  const n = first.length;
  if (n === 0) throw new ShapeError(`${at}[0]: expected at least one number, got none`, { argument: at });
  const copies = rows.map((row, r) => (r === 0 ? first : numbersOf(`${at}[${r}]`, row, n)));
  const values = new Float64Array(rows.length * n);
  for (const [r, row] of copies.entries()) values.set(row, r * n);
  return { rows: rows.length, columns: n, values };
}
