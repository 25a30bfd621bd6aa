/** Field of the drawn activation in the link. If it is empty, the view shows the activation of the network. */
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
