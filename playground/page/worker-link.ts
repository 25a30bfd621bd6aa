/**
 * The page's side of the worker. At most once a frame, and only after the last answer, it sends a request for all that is due. A
 * worker that dies or stays silent is replaced, and a note says so.
 */
import type { GivenRows } from '../engine/data/data-set.js';
import type { Answer, Request, Want } from '../engine/messages.js';
import type { DataName, State } from '../engine/state.js';
import { isPlaying, selected, speed, state, take, tell, unitLayer } from './store.js';

/** Longest silence of a worker that still runs. The longest single answer, of 50 layers of 512, takes a few seconds. */
const SILENT_MS = 30_000;
/** Workers that end before their first answer, one after another, before the page gives up. */
const MOST_SILENT_LAUNCHES = 3;
/** Time between two answers of a kind while the networks train. */
const RENEW_MS: Partial<Record<Want, number>> = { maps: 120, units: 120, confusion: 1500, verdicts: 1500 };
/** Delay after a change of the state. A verdict waits, because a drag changes the state in every frame. */
const FIRST_MS: Partial<Record<Want, number>> = { confusion: 100, verdicts: 300 };
const wants: readonly Want[] = ['view', 'curves', 'maps', 'units', 'confusion', 'verdicts'];
/** Points of a map along a side. */
const MAP_PLAYING = 40;
const MAP_PAUSED = 100;

type Extra = Pick<Request, 'save' | 'program'>;

let worker: Worker | undefined;
/** Number of workers that ended since the last answer. */
let silentLaunches = 0;
let lastId = 0;
let waiting:
  | { readonly id: number; readonly since: number; readonly resolve?: (answer: Answer) => void }
  | undefined;
let sent: State | undefined;
let isRestart = false;
let singleSteps = 0;
let wasPlaying = false;
let actions: unknown[] = [];
/** True while the view's long computation is not done. */
let isWorking = false;
/** True while unit maps are not done; steps would undo them. */
let isMapping = false;
/** Parts that are not on the screen, and are not asked for. A part is unseen until it says otherwise. */
const unseen = new Set<Want>(['confusion', 'units']);
const extras: { readonly extra: Extra; readonly resolve: (answer: Answer) => void }[] = [];
const due = new Map<Want, number>();
const outside = new Map<DataName, GivenRows>();
const sentOutside = new Set<DataName>();

/** Starts the worker and the loop of frames. */
export function start(): void {
  launch();
  const loop = () => {
    requestAnimationFrame(loop);
    tick();
  };
  requestAnimationFrame(loop);
}

/** Takes one step, and pauses. */
export function stepOnce(): void {
  isPlaying.value = false;
  singleSteps += 1;
}

/** Starts the networks again from the same weights. */
export function backToStart(): void {
  isRestart = true;
}

/** Sends an action of the visitor to the view's `act`. */
export function act(action: unknown): void {
  actions.push(action);
}

/** Tells whether a part of the answers is on the screen. */
export function see(want: Want, isSeen: boolean): void {
  if (isSeen) unseen.delete(want);
  else unseen.add(want);
}

/** Asks for a part of the answers as soon as possible. */
export function demand(want: Want): void {
  due.set(want, performance.now());
}

/** Keeps rows of a data set from outside. The worker gets them with the next state that needs them. */
export function provide(name: 'digits' | 'table', rows: GivenRows): void {
  outside.set(name, rows);
  sentOutside.delete(name);
  sent = undefined;
}

/** Returns true if `provide` has been given the rows of a data set. */
export function isProvided(name: DataName): boolean {
  return outside.has(name);
}

/** Asks for the program, or for the bytes of a model. */
export function ask(extra: Extra): Promise<Answer> {
  return new Promise((resolve) => extras.push({ extra, resolve }));
}

function launch(): void {
  worker = new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'evenkeel' });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => receive(data);
  worker.onerror = (event) => {
    event.preventDefault();
    replace(event.message || 'it could not be loaded');
  };
  waiting = undefined;
  sent = undefined;
  isMapping = false;
  sentOutside.clear();
}

function replace(why: string): void {
  worker?.terminate();
  silentLaunches += 1;
  if (silentLaunches >= MOST_SILENT_LAUNCHES) {
    tell(`The worker that trains the networks does not start (${why}). Reload the page to try again.`);
    worker = undefined;
    return;
  }
  tell(
    `The worker that trains the networks stopped (${why}). It was started again, and the networks begin anew.`,
  );
  launch();
}

function tick(): void {
  if (worker === undefined) return;
  const now = performance.now();
  if (waiting) {
    if (now - waiting.since > SILENT_MS) replace('no answer for half a minute');
    return;
  }
  const extra = extras.shift();
  if (extra) {
    post({ steps: 0, want: [], ...extra.extra }, now, extra.resolve);
    return;
  }
  const present = state.value;
  const isNew = sent !== present || isRestart || actions.length > 0;
  if (sent !== present && isOutside(present.data) && !outside.has(present.data)) return;
  const steps = isMapping ? 0 : isPlaying.value ? speed.value : singleSteps;
  const isPaused = wasPlaying && !isPlaying.value;
  wasPlaying = isPlaying.value;
  // The picture of a pause has new maps and verdicts, and its maps have more points.
  if (isNew || isPaused) renew(now, FIRST_MS, true);
  else if (steps > 0) renew(now, RENEW_MS, false);
  const want = wants.filter(
    (name) => !unseen.has(name) && (due.get(name) ?? Number.POSITIVE_INFINITY) <= now,
  );
  if (!isNew && steps === 0 && want.length === 0 && !isWorking) return;
  for (const name of want) due.delete(name);
  const rows =
    isOutside(present.data) && !sentOutside.has(present.data) ? outside.get(present.data) : undefined;
  if (rows) sentOutside.add(present.data);
  const request = {
    steps,
    want,
    mapSize: isPlaying.value ? MAP_PLAYING : MAP_PAUSED,
    network: selected.value,
    layer: unitLayer.value - 1,
    actions,
    restart: isRestart,
    ...(isNew && { state: present }),
    ...(rows && { given: rows }),
  };
  [sent, isRestart, singleSteps, actions] = [present, false, isMapping ? singleSteps : 0, []];
  post(request, now);
}

/** Sets the times at which parts of an answer are due, some after a delay. `isNew` replaces times that are set already. */
function renew(now: number, delays: Partial<Record<Want, number>>, isNew: boolean): void {
  for (const name of wants) {
    const time = now + (delays[name] ?? 0);
    if (isNew || !due.has(name)) due.set(name, time);
  }
}

function post(request: Omit<Request, 'id'>, now: number, resolve?: (answer: Answer) => void): void {
  lastId += 1;
  waiting = { id: lastId, since: now, ...(resolve && { resolve }) };
  worker?.postMessage({ id: lastId, ...request });
}

function receive(answer: Answer): void {
  silentLaunches = 0;
  if (answer.id !== waiting?.id) return;
  const { resolve } = waiting;
  waiting = undefined;
  isWorking = answer.working && answer.error === undefined;
  isMapping = answer.mapping && answer.error === undefined;
  if (resolve) resolve(answer);
  else take(answer);
}

/** Returns true if the rows of a data set come from a file: the digits, or the visitor's table. */
export function isOutside(name: DataName): boolean {
  return name === 'digits' || name === 'table';
}
