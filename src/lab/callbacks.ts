/** Check of the callback objects that the functions of the lab take. */
import { checkSignal } from '../abort.js';
import { checkFunction, knownKeys } from '../errors.js';

/**
 * Checks an object of callbacks.
 *
 * @param argument   name of the object in messages
 * @param functions  names of its functions
 * @param others     names of its other fields, which may include `signal`
 * @throws TypeError that opens with the name of the object or of its field
 */
export function checkCallbacks(
  argument: string,
  given: object,
  functions: readonly string[],
  others: readonly string[] = ['signal'],
): void {
  knownKeys(argument, given, [...functions, ...others]);
  const fields = given as Readonly<Record<string, unknown>>;
  for (const name of functions) checkFunction(`${argument}.${name}`, fields[name]);
  if (others.includes('signal')) checkSignal(fields.signal);
}
