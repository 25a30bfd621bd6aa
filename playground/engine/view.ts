/** Computations of a view. Each view has a file views/NAME/engine.ts that exports `engine` of type `ViewEngine`. */
import type { DataSet } from './data/data-set.js';
import type { Runner } from './runner.js';
import type { NetworkState, State } from './state.js';

/** Part of the engine that a view sees. */
export interface Lab {
  readonly state: State;
  readonly data: DataSet;
  /** Networks A to D. */
  readonly runners: readonly Runner[];
  /** Returns the value of a field that the view adds to the state. */
  own<Value extends number | string>(name: string): Value;
}

/** Functions of a view in the worker. Their results are plain data and typed arrays, whose buffers are transferred. */
export interface ViewEngine<Frame = unknown, Piece = unknown, Action = never> {
  /** Makes a data set in place of the one that the state names. It may depend on the view's own fields. */
  readonly data?: (state: State) => DataSet;
  /** Changes a network right after its weights are drawn. `program` has to print lines that do the same. */
  readonly prepare?: (runner: Runner, state: State, index: number) => void;
  /** Lines of the printed program that do what `prepare` does to `model`. */
  readonly program?: (state: State, options: NetworkState, index: number) => readonly string[];
  /** Returns the numbers that the view shows. It runs for each frame and has to take only a few milliseconds. */
  readonly frame?: (lab: Lab) => Frame;
  /**
   * Yields parts of a long computation, a few milliseconds each. It starts again whenever the state changes. If it yields
   * undefined, it goes on in the next frame.
   */
  readonly slow?: (lab: Lab) => Generator<Piece, void>;
  /** Carries out an action of the visitor, such as setting a weight by hand. */
  readonly act?: (lab: Lab, action: Action) => void;
}

/** Engine of any view, whatever its own types are. */
export type AnyViewEngine = ViewEngine<unknown, unknown, never>;
