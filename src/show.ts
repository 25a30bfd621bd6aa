/** Descriptions for messages of any value, even one of another realm or a revoked Proxy. */

/** Largest number of characters of a user's text that a message shows. */
const LONGEST_SHOWN = 60;

/** Shortens the text of a user or a file for a message. */
export function shortened(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** Describes a value for a message: primitives as in code, objects by the name of their class. */
export function show(value: unknown): string {
  if (isRevoked(value)) return 'a revoked Proxy';
  if (typeof value === 'string') return `'${shortened(value)}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (value === null || typeof value !== 'object') return String(value);
  const name = className(value);
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
  if (isList) return `${name ?? 'an array'} of ${(value as unknown as ArrayLike<unknown>).length}`;
  // A Proxy of a typed array has the name of its class, but cannot be read as one.
  const imitates = /^[A-Z]\w*\d\w*Array$/.test(name ?? '')
    ? ' that is not itself an array, such as a Proxy of one'
    : '';
  return `an object (${name ?? 'no prototype'})${imitates}`;
}

/** Returns true for an array, and false for a revoked Proxy, for which `Array.isArray` throws without naming the argument. */
export function isArray(value: unknown): value is unknown[] {
  return !isRevoked(value) && Array.isArray(value);
}

/** Returns true for an object that is neither an array nor a revoked Proxy. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isRevoked(value) && !Array.isArray(value);
}

/** Returns true for a Proxy that was revoked, on which every operation throws. */
export function isRevoked(value: unknown): boolean {
  try {
    Array.isArray(value);
    return false;
  } catch {
    return true;
  }
}

/** Returns the name of an object's class; undefined for an object without a prototype. */
function className(value: object): string | undefined {
  const prototype: { constructor?: { name?: unknown } } | null = Object.getPrototypeOf(value);
  if (prototype === null) return undefined;
  // The name is read from the prototype, because an object from JSON may have an own property `constructor` that is not its
  // class.
  const name = prototype.constructor?.name;
  // A generator's constructor has no name, but its tag names the kind.
  return typeof name === 'string' && name !== '' ? name : Object.prototype.toString.call(value).slice(8, -1);
}

/** Returns true for an error of any realm, also for a DOMException. */
export function isError(value: unknown): value is Error {
  return ['[object Error]', '[object DOMException]'].includes(Object.prototype.toString.call(value));
}

/** Returns true for a plain object of any realm. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Formats a count with its noun: `1 row`, `3 rows`, `2 batches`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
