/** The engine: networks and data of a state, trained step by step. The page's worker and Node give the same bits. */
import { diagnose } from 'evenkeel';
import { viewEngine } from '../views/engines.js';
import { ownFields } from '../views/fields.js';
import { type DataSet, dataFields, type GivenRows, makeData } from './data/data-set.js';
import { confusionOf, unitMaps } from './inside.js';
import { probe } from './measure.js';
import type {
  Answer,
  DecisionMap,
  NetworkAnswer,
  Request,
  ShownData,
  UnitMaps,
  VerdictAnswer,
  Want,
} from './messages.js';
import { mapSize, pointsOf } from './plane.js';
import { program } from './program.js';
import { firstRows, Runner } from './runner.js';
import { initialState, networkFieldNames, networkState, type State } from './state.js';
import type { AnyViewEngine, Lab as SeenLab } from './view.js';

/** Time for the training of one answer, and time for its part of the view's long computation. */
const BUDGET_MS = 10;
/** Most rows of two inputs that the page draws. */
const MOST_DOTS = 2000;
/** Most rows that are sent to the page if they have more inputs. */
const SHOWN_ROWS = 100;

/** Networks, data and view of the present state. */
export class Lab implements SeenLab {
  state: State = initialState;
  data!: DataSet;
  runners: readonly Runner[] = [];
  /** Number of states so far. Results of an earlier state are stale. */
  generation = 0;
  readonly #given = new Map<string, GivenRows>();
  #verdicts: (VerdictAnswer | undefined)[] = [];
  #slow: Generator<unknown, void> | undefined;
  /** Unit maps that are not done. */
  #mapping: Generator<undefined, UnitMaps | undefined> | undefined;
  #isDataNew = true;
  /** Error of the last state, if it could not be set. */
  #refusal: Error | undefined;
  readonly #now: () => number;

  /** @param now  clock in milliseconds, which limits how many steps are taken at once */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get view(): AnyViewEngine | undefined {
    return viewEngine(this.state.view);
  }

  /** Returns the value of a field that the view adds to the state. */
  own<Value extends number | string>(name: string): Value {
    return (this.state.own[name] ?? ownFields(this.state.view)[name]!.initial) as Value;
  }

  /** Keeps rows from outside: the digits, or a visitor's table. */
  give(name: 'digits' | 'table', rows: GivenRows): void {
    this.#given.set(name, rows);
  }

  /**
   * Changes the state. Training goes on from the present step if only the learning rate changes. A change of view keeps the
   * networks, unless the old or the new view prepares them or has data of its own. Any other change makes new networks.
   *
   * @param restart  true to make new networks in any case
   * @throws Error of the library if options do not go together; the last state then stays
   */
  set(state: State, restart = false): void {
    const before = this.state;
    const isFirst = this.runners.length === 0;
    const changed = changedFields(before, state);
    const view = viewEngine(state.view);
    const views = [viewEngine(before.view), view];
    const hasOwnData = views.some((one) => one?.data !== undefined);
    const sources: readonly string[] = hasOwnData ? [...dataFields, 'view', 'own'] : dataFields;
    const needsData = isFirst || sources.some((name) => changed.has(name)) || restart;
    const given = this.#given.get(state.data);
    const data = needsData ? (view?.data?.(state) ?? makeData(state, given)) : this.data;
    const isPrepared = hasOwnData || views.some((one) => one?.prepare !== undefined);
    const keeps = new Set(isPrepared ? ['rate'] : ['rate', 'view', 'own']);
    if (isFirst || restart || [...changed].some((name) => !keeps.has(name))) {
      this.runners = state.networks.map((_, n) => {
        const runner = new Runner(state, networkState(state, n), data);
        if (view?.prepare) {
          view.prepare(runner, state, n);
          runner.changed();
        }
        return runner;
      });
    } else if (changed.has('rate')) {
      for (const [n, runner] of this.runners.entries()) {
        const { rate } = networkState(state, n);
        if (rate !== runner.stretches.at(-1)!.rate) runner.changeRate(rate);
      }
    }
    this.data = data;
    this.state = state;
    this.generation += 1;
    this.#verdicts = [];
    this.#isDataNew ||= needsData;
    this.#slow = view?.slow?.(this);
    this.#mapping = undefined;
  }

  /** Trains every network for a number of steps. Returns early when the time is up, but takes at least one step. */
  run(steps: number, limitMs = Number.POSITIVE_INFINITY): void {
    const end = this.#now() + limitMs;
    for (let step = 0; step < steps; step++) {
      for (const runner of this.runners) runner.advance();
      if (this.#now() >= end) return;
    }
  }

  /** Answers a request of the page. */
  answer(request: Request): Answer {
    try {
      if (request.given) this.give(request.state?.data === 'digits' ? 'digits' : 'table', request.given);
      // New rows make new networks, even if the state is the last one.
      if (request.state) this.#accept(request.state, request.restart || request.given !== undefined);
      if (this.#refusal) throw this.#refusal;
      const view = this.view;
      for (const action of request.actions ?? []) view?.act?.(this, action as never);
      const { save, program: address } = request;
      if (save !== undefined) return { ...this.#empty(request), saved: this.#save(save) };
      if (address !== undefined) return { ...this.#empty(request), program: this.program(address) };
      if (request.steps > 0) this.run(request.steps, BUDGET_MS);
      // Unfinished maps are dropped: all their slices need the weights of one step.
      if (request.steps > 0 || request.actions?.length) this.#mapping = undefined;
      return this.#full(request);
    } catch (error) {
      return { ...this.#empty(request), error: (error as Error).message };
    }
  }

  /**
   * Returns the decision map of a network over its two inputs; undefined if the data have no plane or an output is not finite.
   *
   * @param wanted  points along a side; a large network has fewer
   */
  map(runner: Runner, wanted: number): DecisionMap | undefined {
    if (!this.data.plane) return undefined;
    const size = mapSize(runner, wanted);
    const x = pointsOf(this.data.plane, size);
    try {
      return { size, outputs: runner.model.predict(x) as Float32Array };
    } catch {
      return undefined;
    }
  }

  /** Returns the diagnosis of a network at its present step. It has no quantiles, which would take most of the time. */
  verdict(n: number): VerdictAnswer | undefined {
    const runner = this.runners[n]!;
    if (this.#verdicts[n]?.step === runner.step) return this.#verdicts[n];
    const { x, y } = probe(runner);
    const { verdict, advice } = diagnose(runner.model, x, y, { quantiles: false });
    this.#verdicts[n] = { step: runner.step, verdict, advice };
    return this.#verdicts[n];
  }

  /** Returns the program that computes the present networks; see `program`. */
  program(address: string): string {
    return program(this.state, this.data, this.runners, address);
  }

  /** Changes the state. After an error all answers repeat it until another state comes: the networks are not those of the state. */
  #accept(state: State, restart: boolean): void {
    this.#refusal = undefined;
    try {
      this.set(state, restart);
    } catch (error) {
      this.#refusal = error as Error;
    }
  }

  #full({ id, want, mapSize: points = 40, network = 0, layer = 0 }: Request): Answer {
    const pieces = this.#proceed();
    const data = this.#isDataNew ? shown(this.data) : undefined;
    this.#isDataNew = false;
    const view = want.includes('view') ? this.view?.frame?.(this) : undefined;
    const runner = this.runners[network] ?? this.runners[0]!;
    const confusion = want.includes('confusion') ? confusionOf(runner, network) : undefined;
    if (want.includes('units')) this.#mapping = unitMaps(runner, network, layer, Math.floor(points / 2));
    const units = this.#map();
    return {
      ...this.#empty({ id }),
      networks: this.runners.map((runner, n) => this.#network(runner, n, want, points)),
      ...(data && { data }),
      ...(view !== undefined && { view }),
      ...(confusion && { confusion }),
      ...(units && { units }),
      ...(pieces.length > 0 && { pieces }),
    };
  }

  #network(runner: Runner, n: number, want: readonly Want[], points: number): NetworkAnswer {
    const { parameters, step, epoch, failure, curves } = runner;
    const score = runner.score();
    const map = want.includes('maps') ? this.map(runner, points) : undefined;
    const verdict = want.includes('verdicts') ? this.verdict(n) : undefined;
    return {
      parameters,
      step,
      epoch,
      ...(score && { score }),
      ...(failure !== undefined && { failure }),
      ...(want.includes('curves') && {
        curves: {
          step: Float64Array.from(curves.step),
          loss: Float64Array.from(curves.loss),
          testLoss: Float64Array.from(curves.testLoss),
        },
      }),
      ...(map && { map }),
      ...(verdict && { verdict }),
    };
  }

  #empty({ id }: Pick<Request, 'id'>): Answer {
    const mapping = this.#refusal === undefined && this.#mapping !== undefined;
    const working = mapping || (this.#refusal === undefined && this.#slow !== undefined);
    return { id, generation: this.generation, networks: [], viewName: this.state.view, working, mapping };
  }

  /** Continues the view's long computation for a while, and returns what it yields. */
  #proceed(): unknown[] {
    const pieces: unknown[] = [];
    const end = this.#now() + BUDGET_MS;
    while (this.#slow !== undefined && this.#now() < end) {
      const { done, value } = this.#slow.next();
      if (done) this.#slow = undefined;
      else if (value === undefined) break;
      else pieces.push(value);
    }
    return pieces;
  }

  /** Continues the unit maps for a while, and returns them once they are done. */
  #map(): UnitMaps | undefined {
    const end = this.#now() + BUDGET_MS;
    while (this.#mapping !== undefined) {
      const { done, value } = this.#mapping.next();
      if (done) {
        this.#mapping = undefined;
        return value;
      }
      if (this.#now() >= end) break;
    }
    return undefined;
  }

  #save(n: number): Uint8Array {
    return Uint8Array.from(this.runners[n]!.model.save());
  }
}

/** Returns the fields in which two states differ. Differences of networks B to D count as one field, `networks`. */
function changedFields(a: State, b: State): Set<string> {
  const names = Object.keys({ ...a, ...b }) as (keyof State)[];
  const changed = new Set<string>(
    names.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name])),
  );
  // A learning rate of one network counts as the field `rate`.
  if (changed.has('networks') && sameButRates(a, b)) {
    changed.delete('networks');
    changed.add('rate');
  }
  return changed;
}

function sameButRates(a: State, b: State): boolean {
  if (a.networks.length !== b.networks.length) return false;
  const names = networkFieldNames.filter((name) => name !== 'rate');
  return a.networks.every((_, n) => {
    const [one, other] = [networkState(a, n), networkState(b, n)];
    return names.every((name) => one[name] === other[name]);
  });
}

/** Returns the rows that the page draws: those of two inputs, or the first test rows. */
function shown({ inputSize, classes, train, test, plane, classNames }: DataSet): ShownData {
  const isDrawn = inputSize === 2;
  const share = Math.min(1, MOST_DOTS / (train.rows + test.rows));
  const dots = isDrawn ? Math.floor(share * train.rows) : 0;
  const others = isDrawn ? Math.floor(share * test.rows) : Math.min(SHOWN_ROWS, test.rows);
  const [first, last] = [firstRows(train, dots), firstRows(test, others)];
  return {
    inputSize,
    classes,
    trainRows: train.rows,
    testRows: test.rows,
    x: joined(first.x, last.x),
    y: joined(first.y, last.y),
    dots,
    ...(plane && { plane }),
    ...(classNames && { classNames }),
  };
}

function joined<Values extends ShownData['x'] | ShownData['y']>(a: Values, b: Values): Values {
  const both = new (a.constructor as new (n: number) => Values)(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
