import { show } from './errors.js';

/** A learning rate that changes over the steps, as plain data: its name and its options, frozen. */
export interface Schedule {
  readonly name: string;
}

/** @throws TypeError if it is no schedule */
export function checkSchedule(argument: string, value: unknown): Schedule {
  throw new TypeError(`${argument}: expected a number > 0, got ${show(value)}`);
}
