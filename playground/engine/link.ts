/** The state as text after `#` in the address: `view=sigma&d=xor&B=i:normal,z:1`. Initial values are left out. */
import type { Field } from './fields.js';
import {
  type Difference,
  initialState,
  letters,
  mostNetworks,
  networkFields,
  type OwnFields,
  type OwnValues,
  type State,
  sharedFields,
  takesSize,
  type ViewName,
} from './state.js';

/** Version of the format of links. A link without `v` has version 1. */
const LINK_VERSION = 1;
/** Prefix of a view's own field: `_angle=30`. */
const OWN = '_';
/** Value of B in a link with network A alone: `B=-`. */
const ONLY_A = '-';

type AnyField = Field<unknown>;
const common = { ...sharedFields, ...networkFields } as unknown as Readonly<Record<string, AnyField>>;
const ofNetwork = networkFields as unknown as Readonly<Record<string, AnyField>>;

/** Function that returns the own fields of a view. */
export type FieldsOf = (view: ViewName) => OwnFields;

/** Returns the text of a state, without `#`; empty for the initial state. */
export function writeLink(state: State, fieldsOf: FieldsOf): string {
  const parts: string[] = [];
  for (const [name, field] of Object.entries(common)) {
    if (name === 'size' && !takesSize(state.init)) continue;
    const value = state[name as keyof State];
    if (value !== field.initial) parts.push(`${field.key}=${encodeURIComponent(field.write(value))}`);
  }
  for (let n = 1; n < mostNetworks; n++) {
    const [is, was] = [state.networks[n], initialState.networks[n]].map((d) => d && writeDifference(d));
    if (is !== was) parts.push(`${letters[n]}=${is ?? ONLY_A}`);
  }
  const own = fieldsOf(state.view) as Readonly<Record<string, AnyField>>;
  for (const [name, field] of Object.entries(own)) {
    const value = state.own[name] ?? field.initial;
    if (value !== field.initial) parts.push(`${OWN}${field.key}=${encodeURIComponent(field.write(value))}`);
  }
  return parts.join('&');
}

function writeDifference(difference: Difference): string {
  const pairs = Object.entries(difference).filter(
    ([name]) => name !== 'size' || difference.init === undefined || takesSize(difference.init),
  );
  return pairs.map(([name, value]) => `${ofNetwork[name]!.key}:${ofNetwork[name]!.write(value)}`).join(',');
}

/** Returns the state of a link, and a sentence for each part that was not understood and left at its initial value. */
export function readLink(text: string, fieldsOf: FieldsOf): { state: State; notes: string[] } {
  const notes: string[] = [];
  const values: Record<string, unknown> = {};
  const networks: (Difference | undefined)[] = [...initialState.networks];
  const ownTexts = new Map<string, string>();
  const byKey = new Map(Object.entries(common).map(([name, field]) => [field.key, { name, field }]));
  for (const part of text.replace(/^#/, '').split('&')) {
    if (part === '') continue;
    const [key, value] = halves(part, '=');
    const n = letters.indexOf(key as 'A');
    const found = byKey.get(key);
    if (found) {
      const read = found.field.read(value);
      if (read === undefined) notes.push(`${found.field.label}: the link has ${quoted(value)}`);
      else values[found.name] = read;
    } else if (n > 0) networks[n] = value === ONLY_A ? undefined : readDifference(letters[n]!, value, notes);
    else if (key.startsWith(OWN)) ownTexts.set(key.slice(OWN.length), value);
    else if (key !== 'v' || value !== String(LINK_VERSION))
      notes.push(key === 'v' ? `the link has version ${quoted(value)}` : `${quoted(key)} is unknown`);
  }
  // Networks have no gaps: B comes before C.
  // biome-ignore lint/complexity/useIndexOf: indexOf skips the holes of an array
  const gap = networks.findIndex((one) => one === undefined);
  const present = (gap < 0 ? networks : networks.slice(0, gap)) as Difference[];
  for (const [n, one] of networks.entries()) {
    if (one && n >= present.length) notes.push(`network ${letters[n]}: there is no network ${letters[gap]}`);
  }
  const state = { ...initialState, ...values, networks: present } as State;
  return { state: { ...state, own: readOwn(fieldsOf(state.view), ownTexts, notes) }, notes };
}

function readDifference(letter: string, text: string, notes: string[]): Difference {
  const difference: Record<string, unknown> = {};
  for (const pair of text.split(',')) {
    if (pair === '') continue;
    const [key, value] = halves(pair, ':');
    const [name, field] = Object.entries(ofNetwork).find(([, field]) => field.key === key) ?? [];
    const read = field?.read(value);
    if (name === undefined || read === undefined)
      notes.push(`network ${letter}: the link has ${quoted(pair)}`);
    else difference[name] = read;
  }
  return difference;
}

function readOwn(fields: OwnFields, texts: ReadonlyMap<string, string>, notes: string[]): OwnValues {
  const own: Record<string, number | string> = {};
  const known = Object.entries(fields) as [string, Field<number | string>][];
  for (const [key, text] of texts) {
    const [name, field] = known.find(([, field]) => field.key === key) ?? [];
    const read = field?.read(text);
    if (name === undefined || read === undefined)
      notes.push(`the link has ${quoted(`${OWN}${key}=${text}`)}`);
    else own[name] = read;
  }
  return own;
}

/** Splits at the first mark, and decodes both halves. A half that cannot be decoded, such as a lone %, stays unchanged. */
function halves(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  const parts = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  return parts.map((part) => {
    try {
      return decodeURIComponent(part!);
    } catch {
      return part!;
    }
  }) as [string, string];
}

function quoted(text: string): string {
  return `“${text.length > 30 ? `${text.slice(0, 30)}…` : text}”`;
}
