/** Protection against proxies with which frameworks observe the state of a page. */
import { show } from './errors.js';

/**
 * Makes every method and getter of a class throw a helpful error if it is called through a proxy. A proxy does not reach private
 * fields, and the engine's own error names neither the object nor a remedy. The mark of Vue's `markRaw` is also set, which keeps
 * Vue from making proxies at all.
 *
 * @param prototype  prototype of the class
 * @param what       word for an object of the class in messages, such as 'model'
 * @param isOwn      returns true for an object of the class, and false for a proxy of one
 * @returns a function that returns its argument, or throws if that is not an object of the class
 */
export function refuseProxies(
  prototype: object,
  what: string,
  isOwn: (value: object) => boolean,
): <T>(value: T) => T {
  const isItself = (value: unknown) => typeof value === 'object' && value !== null && isOwn(value);
  const guard = (method: Method | undefined, name: string): Method | undefined => {
    if (method === undefined) return undefined;
    const rejects = Object.prototype.toString.call(method) === '[object AsyncFunction]';
    const guarded = function (this: unknown, ...given: unknown[]): unknown {
      if (isItself(this)) return Reflect.apply(method, this, given);
      const error = notItself(name, what, this);
      if (rejects) return Promise.reject(error);
      throw error;
    };
    return Object.defineProperty(guarded, 'name', { value: method.name });
  };
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === 'constructor') continue;
    const { value, get, set, ...flags } = property as Accessors & { readonly value?: Method };
    const guarded =
      value === undefined ? { get: guard(get, name), set: guard(set, name) } : { value: guard(value, name) };
    Object.defineProperty(prototype, name, { ...flags, ...guarded } as PropertyDescriptor);
  }
  Object.defineProperty(prototype, '__v_skip', { value: true });
  return (value) => {
    if (!isItself(value)) throw notItself(what, what, value);
    return value;
  };
}

type Method = (...given: unknown[]) => unknown;
interface Accessors {
  readonly get?: Method;
  readonly set?: Method;
}

/** Returns the error for a proxy or any other value. @param argument  method or argument with which the error opens */
export function notItself(argument: string, what: string, value: unknown): TypeError {
  if (typeof value !== 'object' || value === null) {
    return new TypeError(`${argument}: expected a ${what} to be called on, got ${show(value)}`);
  }
  return new TypeError(
    `${argument}: the ${what} is behind a proxy, which does not reach its state; keep the ${what} itself: markRaw or shallowRef in Vue, observable.ref or observableRef in MobX`,
  );
}
