/** What a view computes. Each view has a file views/NAME/engine.ts that exports `engine` of this form. */
import type { DataSet } from './data/data-set.js';
import type { Runner } from './runner.js';
import type { NetworkState, State } from './state.js';

/** What a view sees of the engine. */
export interface Lab {
  readonly state: State;
  readonly data: DataSet;
  /** Networks A to D. */
  readonly runners: readonly Runner[];
  /** Returns the value of a field that the view adds to the state. */
  own<Value extends number | string>(name: string): Value;
}

/** Work of a view within the worker. All answers are plain data and typed arrays, which are transferred. */
export interface ViewEngine<Frame = unknown, Piece = unknown, Action = never> {
  /** Makes rows of the view's own, in place of the data that the state names. They may depend on the view's own fields. */
  readonly data?: (state: State) => DataSet;
  /** Changes a network right after its weights are drawn. `program` prints the lines that do the same. */
  readonly prepare?: (runner: Runner, state: State, index: number) => void;
  /** Lines of the printed program that do what `prepare` does to `model`. */
  readonly program?: (state: State, options: NetworkState, index: number) => readonly string[];
  /** Returns what the view shows now. It is called for each frame and takes a few milliseconds. */
  readonly frame?: (lab: Lab) => Frame;
  /**
   * Yields parts of a long computation, a few milliseconds each. It starts again whenever the state changes. A yielded undefined
   * waits for something until the next frame.
   */
  readonly slow?: (lab: Lab) => Generator<Piece, void>;
  /** Does what a visitor asks for, such as setting a weight by hand. */
  readonly act?: (lab: Lab, action: Action) => void;
}

/** A view's work as the engine holds it, whatever its own types are. */
export type AnyViewEngine = ViewEngine<unknown, unknown, never>;
