import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Field, type Limits, rounded } from '../../playground/engine/fields.js';
import { readLink, writeLink } from '../../playground/engine/link.js';
import {
  type Difference,
  initialState,
  networkFields,
  type State,
  sharedFields,
  viewNames,
} from '../../playground/engine/state.js';
import { ownFields } from '../../playground/views/fields.js';

const MOST_CHARACTERS = 200;

/** Values of a field, rounded as the page rounds them. */
function valuesOf(field: Field<never>): fc.Arbitrary<unknown> {
  const { names, limits } = field as unknown as { names?: readonly string[]; limits?: Limits };
  if (names) return fc.constantFrom(...names);
  const { low, high, whole } = limits!;
  if (whole) return fc.integer({ min: low, max: high });
  return fc
    .double({ min: low, max: high, noNaN: true })
    .map(rounded)
    .filter((value) => value >= low && value <= high);
}

function recordOf(fields: object): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, valuesOf(field as Field<never>)]),
    ),
  );
}

const differences = fc
  .constantFrom(...Object.keys(networkFields).filter((name) => name !== 'size'))
  .chain((name): fc.Arbitrary<Difference> => recordOf({ [name]: networkFields[name as 'depth'] }));
const states = fc
  .tuple(recordOf({ ...sharedFields, ...networkFields }), fc.array(differences, { maxLength: 3 }))
  .map(([values, others]) => ({ ...initialState, ...values, networks: [{}, ...others] }) as State);

describe('a link', () => {
  it('is empty for the first state', () => {
    expect(writeLink(initialState, ownFields)).toBe('');
    expect(readLink('', ownFields)).toEqual({ state: initialState, notes: [] });
  });

  it('restores every state', () => {
    fc.assert(
      fc.property(states, (state) => {
        const link = writeLink(state, ownFields);
        const { state: restored, notes } = readLink(`#${link}`, ownFields);
        expect(notes).toEqual([]);
        expect(writeLink(restored, ownFields)).toBe(link);
        // The size of an initializer that takes none is not in the link.
        expect({ ...restored, size: 0 }).toEqual({ ...state, size: 0 });
      }),
    );
  });

  it('has at most 200 characters', () => {
    fc.assert(fc.property(states, (state) => writeLink(state, ownFields).length <= MOST_CHARACTERS));
  });

  it('is read from any text, with a note for each part that is not understood', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { state } = readLink(`#${text}`, ownFields);
        expect(viewNames).toContain(state.view);
      }),
    );
    const { state, notes } = readLink('#h=51&a=rellu&zz=1&B=i:he,r:0.1&%&v=2&_q=1', ownFields);
    expect(state.depth).toBe(initialState.depth);
    expect(state.networks[1]).toEqual({ rate: 0.1 });
    expect(notes).toHaveLength(7);
  });

  it.each(['D=h:3', 'C=h:3', 'B=-&C=h:3', 'B=-&D=h:3', 'C=h:2&C=-&D=h:3'])(
    'leaves no gap between networks, and says so: %s',
    (link) => {
      const { state, notes } = readLink(`#${link}`, ownFields);
      expect(Object.keys(state.networks)).toHaveLength(state.networks.length);
      expect(state.networks).not.toContain(undefined);
      expect(notes.length).toBe(link.startsWith('C=h:3') ? 0 : 1);
    },
  );
});
