/** The drawn activation of the link; without one, the network's own is shown. */
import type { Field } from '../../engine/fields.js';
import type { OwnFields } from '../../engine/state.js';
import { readCurve } from './curve.js';

const curve: Field<string> = {
  key: 'c',
  label: 'drawn activation',
  initial: '',
  write: (text) => text,
  read: (text) => (text === '' || readCurve(text) ? text : undefined),
};

export const own = { curve } as const satisfies OwnFields;
