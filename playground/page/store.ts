/** What the page knows: the state, what the worker answered last, and what the visitor is told. */
import { batch, computed, signal } from '@preact/signals';
import { rounded } from '../engine/fields.js';
import { readLink, writeLink } from '../engine/link.js';
import type { Answer, NetworkAnswer, ShownData } from '../engine/messages.js';
import {
  type Difference,
  type NetworkField,
  type NetworkState,
  networkState,
  type State,
} from '../engine/state.js';
import { ownFields, settled } from '../views/fields.js';

/** A change that comes sooner after the last one belongs to the same drag, which one step back undoes. */
const SAME_DRAG_MS = 700;

const first = readLink(location.hash, ownFields);

/** State of the page. */
export const state = signal<State>(settled(first.state));
/** Sentences about a damaged link, a file or the worker; the visitor can close them. */
export const notes = signal<readonly string[]>(linkNotes(first.notes));
/** True while the networks train. */
export const isPlaying = signal(true);
/** Steps between two pictures. */
export const speed = signal(4);
/** Networks as last answered. Maps, curves and verdicts stay until newer ones come. */
export const networks = signal<readonly NetworkAnswer[]>([]);
/** Data of the networks. */
export const data = signal<ShownData | undefined>(undefined);
/** Last frame of the view; undefined after a change of view. */
export const frame = signal<unknown>(undefined);
/** Parts of the view's long computation for the present state. */
export const pieces = signal<readonly unknown[]>([]);
/** True while such a computation is not done. */
export const isWorking = signal(false);
/** Why the last state could not be computed. */
export const problem = signal<string | undefined>(undefined);
/** All options of each network. */
export const options = computed<readonly NetworkState[]>(() =>
  state.value.networks.map((_, n) => networkState(state.value, n)),
);
/** Network that is shown alone on a narrow screen. */
export const selected = signal(0);

let lastPush = Number.NEGATIVE_INFINITY;
let generation = -1;

function linkNotes(found: readonly string[]): string[] {
  return found.length === 0
    ? []
    : [`The link is damaged: ${found.join('; ')}. The usual values stand there now.`];
}

/** Changes the state and the address. A change with `own` keeps the view's other values. */
export function update(change: Partial<State>): void {
  const own = change.view !== undefined && change.view !== state.value.view ? {} : state.value.own;
  const next = settled({ ...state.value, ...change, own: { ...own, ...change.own } });
  const link = writeLink(next, ownFields);
  if (link === writeLink(state.value, ownFields)) return;
  const isSameDrag = performance.now() - lastPush < SAME_DRAG_MS;
  lastPush = performance.now();
  history[isSameDrag ? 'replaceState' : 'pushState'](null, '', addressOf(link));
  show(next);
}

/** Changes a view's own value. */
export function updateOwn(name: string, value: number | string): void {
  update({ own: { [name]: typeof value === 'number' ? rounded(value) : value } });
}

/** Changes options of network `n`. Those of A are the common ones. */
export function updateNetwork(n: number, change: Difference): void {
  if (n === 0) update(change);
  else {
    const all = state.value.networks.map((difference, m) =>
      m === n ? { ...difference, ...change } : difference,
    );
    update({ networks: all });
  }
}

/** Replaces what network `n` has otherwise than A. */
export function setDifference(n: number, difference: Difference): void {
  update({ networks: state.value.networks.map((was, m) => (m === n ? difference : was)) });
}

/** Value of an option of network `n`. */
export function optionOf<Name extends NetworkField>(n: number, name: Name): NetworkState[Name] {
  return options.value[n]![name];
}

function show(next: State): void {
  batch(() => {
    if (next.view !== state.value.view) frame.value = undefined;
    pieces.value = [];
    if (selected.value >= next.networks.length) selected.value = 0;
    state.value = next;
  });
}

/** Adds a sentence for the visitor. */
export function tell(note: string): void {
  if (!notes.value.includes(note)) notes.value = [...notes.value, note];
}

/** Returns the address of a link's text. */
function addressOf(link: string): string {
  return `${location.pathname}${location.search}${link === '' ? '' : `#${link}`}`;
}

/** Takes the state from the address, after the browser's back or a changed link. */
export function followAddress(): void {
  const read = readLink(location.hash, ownFields);
  batch(() => {
    notes.value = linkNotes(read.notes);
    show(settled(read.state));
  });
  lastPush = Number.NEGATIVE_INFINITY;
}

/** Takes over an answer of the worker. */
export function take(answer: Answer): void {
  batch(() => {
    isWorking.value = answer.working;
    problem.value = answer.error;
    if (answer.error !== undefined) return;
    if (answer.data) data.value = answer.data;
    const before = answer.networks.length === networks.value.length ? networks.value : [];
    networks.value = answer.networks.map((network, n) => {
      const { map, curves, verdict } = before[n] ?? {};
      return { ...(map && { map }), ...(curves && { curves }), ...(verdict && { verdict }), ...network };
    });
    // An answer that was on its way when the view changed is of the last view.
    if (answer.viewName !== state.value.view) return;
    if (answer.view !== undefined) frame.value = answer.view;
    const old = answer.generation === generation ? pieces.value : [];
    if (answer.pieces) pieces.value = [...old, ...answer.pieces];
    generation = answer.generation;
  });
}
