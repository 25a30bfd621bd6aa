/** Signals of the page: the state, the last answer of the worker, and notes for the visitor. */
import { batch, computed, signal } from '@preact/signals';
import { rounded } from '../engine/fields.js';
import { readLink, writeLink } from '../engine/link.js';
import type { Answer, Confusion, NetworkAnswer, ShownData, UnitMaps } from '../engine/messages.js';
import { type Difference, type NetworkState, networkState, type State } from '../engine/state.js';
import { ownFields, settled } from '../views/fields.js';
import { count } from './numbers.js';

/** Longest time between two changes by keyboard that count as one drag. One step back undoes the whole drag. */
const SAME_DRAG_MS = 700;
/** Most damaged parts of a link that a note names. */
const MOST_DAMAGES = 5;

const first = readLink(location.hash, ownFields);

/** State of the page. */
export const state = signal<State>(settled(first.state));
/** Sentences about a damaged link, a file or the worker; the visitor can close them. */
export const notes = signal<readonly string[]>(linkNotes(first.notes));
/** Media query of visitors who want less motion. They start each training by hand. */
export const lessMotion = matchMedia('(prefers-reduced-motion: reduce)');
/** True while the networks train. */
export const isPlaying = signal(!lessMotion.matches);
/** Training steps in a frame. */
export const speed = signal(4);
/** Networks of the last answer. Maps, curves and verdicts stay until newer ones come. */
export const networks = signal<readonly NetworkAnswer[]>([]);
/** Data of the networks. */
export const data = signal<ShownData | undefined>(undefined);
/** Last result of the view's `frame`; undefined after a change of view. */
export const frame = signal<unknown>(undefined);
/** Parts of the view's long computation for the present state. */
export const pieces = signal<readonly unknown[]>([]);
/** Error that the last state caused in the worker. */
export const problem = signal<string | undefined>(undefined);
/** All options of each network. */
export const options = computed<readonly NetworkState[]>(() =>
  state.value.networks.map((_, n) => networkState(state.value, n)),
);
/** Index of the selected network: a narrow screen shows only this one, and its matrix and unit maps are shown. */
export const selected = signal(0);
/** Hidden layer whose units are shown, counted from 1. */
export const unitLayer = signal(1);
/** Latest confusion matrix and unit maps of the selected network. */
export const confusion = signal<Confusion | undefined>(undefined);
export const units = signal<UnitMaps | undefined>(undefined);

let lastPush = Number.NEGATIVE_INFINITY;
/** True while the pointer is pressed. All changes until its release are one drag, however slow it is. */
let isPressed = false;
let generation = -1;

addEventListener(
  'pointerdown',
  () => {
    isPressed = true;
    lastPush = Number.NEGATIVE_INFINITY;
  },
  true,
);
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => (isPressed = false), true);

function linkNotes(found: readonly string[]): string[] {
  if (found.length === 0) return [];
  const more = found.length - MOST_DAMAGES;
  const named = [...found.slice(0, MOST_DAMAGES), ...(more > 0 ? [`and ${count(more)} more`] : [])];
  return [`The link is damaged: ${named.join('; ')}. These options have their usual values now.`];
}

/** Changes the state and the address. `own` is merged into the view's own values; a change of view clears those. */
export function update(change: Partial<State>): void {
  const own = change.view !== undefined && change.view !== state.value.view ? {} : state.value.own;
  const next = settled({ ...state.value, ...change, own: { ...own, ...change.own } });
  const link = writeLink(next, ownFields);
  if (link === writeLink(state.value, ownFields)) return;
  const limit = isPressed ? Number.POSITIVE_INFINITY : SAME_DRAG_MS;
  const isSameDrag = performance.now() - lastPush < limit;
  lastPush = performance.now();
  history[isSameDrag ? 'replaceState' : 'pushState'](null, '', addressOf(link));
  show(next);
}

/** Changes a value of the view's own. */
export function updateOwn(name: string, value: number | string): void {
  update({ own: { [name]: typeof value === 'number' ? rounded(value) : value } });
}

/** Changes options of network `n`. Options of A are those of all networks that do not differ from it. */
export function updateNetwork(n: number, change: Difference): void {
  if (n === 0) update(change);
  else {
    const all = state.value.networks.map((difference, m) =>
      m === n ? { ...difference, ...change } : difference,
    );
    update({ networks: all });
  }
}

/** Replaces the differences of network `n` from A. */
export function setDifference(n: number, difference: Difference): void {
  update({ networks: state.value.networks.map((was, m) => (m === n ? difference : was)) });
}

function show(next: State): void {
  batch(() => {
    if (next.view !== state.value.view) frame.value = undefined;
    pieces.value = [];
    if (selected.value >= next.networks.length) selected.value = 0;
    state.value = next;
  });
}

/** Shows a note to the visitor, unless it is there already. */
export function tell(note: string): void {
  if (!notes.value.includes(note)) notes.value = [...notes.value, note];
}

/** Returns the page's address with the text of a link. */
function addressOf(link: string): string {
  return `${location.pathname}${location.search}${link === '' ? '' : `#${link}`}`;
}

/** Reads the state from the address, after the browser's back or after an edit of the link. */
export function followAddress(): void {
  const read = readLink(location.hash, ownFields);
  batch(() => {
    notes.value = linkNotes(read.notes);
    show(settled(read.state));
  });
  lastPush = Number.NEGATIVE_INFINITY;
}

/** Shows an answer of the worker. */
export function take(answer: Answer): void {
  batch(() => {
    problem.value = answer.error;
    if (answer.error !== undefined) return;
    if (answer.data) {
      data.value = answer.data;
      confusion.value = undefined;
      units.value = undefined;
    }
    if (answer.confusion) confusion.value = answer.confusion;
    if (answer.units) units.value = answer.units;
    const before = answer.networks.length === networks.value.length ? networks.value : [];
    networks.value = answer.networks.map((network, n) => {
      const { map, curves, verdict } = before[n] ?? {};
      return { ...(map && { map }), ...(curves && { curves }), ...(verdict && { verdict }), ...network };
    });
    // An answer may come after a change of view; its frame and pieces then belong to the old view.
    if (answer.viewName !== state.value.view) return;
    if (answer.view !== undefined) frame.value = answer.view;
    const old = answer.generation === generation ? pieces.value : [];
    if (answer.pieces) pieces.value = [...old, ...answer.pieces];
    generation = answer.generation;
  });
}
