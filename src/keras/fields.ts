/** Reads the configs of layers, which may come from an untrusted file. Only own properties count. */
import { isArray, isObject, show } from '../errors.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Returns an own property of a value; undefined for anything that is no object, and for null. */
export function own(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? ((value as Fields)[name] ?? undefined) : undefined;
}

/** Returns a text that a value has under a name; undefined if it is no text. */
export function textIn(value: unknown, name: string): string | undefined {
  const text = own(value, name);
  return typeof text === 'string' ? text : undefined;
}

/**
 * Returns a name in snake case, as Keras's `to_snake_case` does, without a prefix of packages: `hard_sigmoid` for `hardSigmoid`, `p_re_lu`
 * for `PReLU`.
 */
export function snake(name: string): string {
  return name
    .slice(name.lastIndexOf('>') + 1)
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** Layer of a file, with typed access to its config. */
export class Layer {
  /** Argument that holds the layer, such as `modelJson`. */
  readonly argument: string;
  readonly name: string;
  readonly className: string;
  readonly config: unknown;
  /** Names of the models that contain the layer, from the outermost to the innermost. */
  readonly scope: readonly string[];
  /** Beginning of a message about the layer. */
  readonly from: string;

  constructor(argument: string, name: string, className: string, config: unknown, scope: readonly string[]) {
    this.argument = argument;
    this.name = name;
    this.className = className;
    this.config = config;
    this.scope = scope;
    this.from = `${argument}: layer ${show(name)}, ${className}`;
  }

  /** Returns the error for a layer that a model cannot have. @param what  what would be needed */
  needs(what: string): RangeError {
    return new RangeError(`${this.from}: needs ${what}`);
  }

  /** Returns the first of several options that is given; undefined if none is, or it is null. */
  given(...names: readonly string[]): unknown {
    return names.map((name) => own(this.config, name)).find((value) => value !== undefined);
  }

  /** Returns a finite number. @throws RangeError */
  number(names: readonly string[], byDefault: number): number {
    const value = this.given(...names) ?? byDefault;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.needs(`a number as its ${names[0]}, not ${show(value)}`);
  }

  /** Returns a share from 0 up to, not including, 1. @throws RangeError */
  share(name: string, byDefault: number): number {
    const value = this.number([name], byDefault);
    if (value >= 0 && value < 1) return value;
    throw this.needs(`a number from 0 to 1 as its ${name}, not ${value}`);
  }

  /** Returns a whole number ≥ 1. @throws RangeError */
  count(name: string): number {
    const value = this.given(name);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
    throw this.needs(`a whole number ≥ 1 as its ${name}, not ${show(value)}`);
  }

  /** Returns true or false. @throws RangeError */
  flag(name: string, byDefault: boolean): boolean {
    const value = this.given(name) ?? byDefault;
    if (typeof value === 'boolean') return value;
    throw this.needs(`true or false as its ${name}, not ${show(value)}`);
  }

  /** Returns one number, or a list of numbers however it is nested; undefined if the option is not given. @throws RangeError */
  numbers(name: string): number[] | undefined {
    const value = this.given(name);
    if (value === undefined) return undefined;
    // Keras writes an array of NumPy as { class_name: '__numpy__', config: { value, dtype } }.
    const plain = own(own(value, 'config'), 'value') ?? value;
    const list = isArray(plain) ? plain.flat(MOST_NESTED) : [plain];
    if (list.length > 0 && list.every((each) => typeof each === 'number' && Number.isFinite(each))) {
      return list as number[];
    }
    throw this.needs(`numbers as its ${name}, not ${show(value)}`);
  }

  /** Checks that the layer works along the columns of rows. @throws RangeError */
  expectLastAxis(name: string, byDefault: number): void {
    const axes = this.numbers(name) ?? [byDefault];
    if (axes.length === 1 && (axes[0] === -1 || axes[0] === 1)) return;
    throw this.needs(`axis −1, the values of a row, and not axis ${axes}`);
  }
}

/** Deepest nesting of lists of numbers. */
const MOST_NESTED = 8;
