/**
 * Messages between page and worker. The page asks once a frame at most, and only when the last answer is there; the worker
 * answers each request with one message. So neither can flood the other, and a new state waits for one request at most.
 */
import type { GivenRows, InputValues, TargetValues } from './data/data-set.js';
import type { Score } from './runner.js';
import type { State, ViewName } from './state.js';

/** Parts of an answer that a page may ask for. */
export type Want = 'maps' | 'curves' | 'verdicts' | 'view';

/** Request of the page. */
export interface Request {
  readonly id: number;
  /** New state; absent if it is the last one. */
  readonly state?: State;
  /** Starts the networks again from the same weights. */
  readonly restart?: boolean;
  /** Rows of the digits or of the visitor's table, once. */
  readonly given?: GivenRows;
  /** Steps to train, at most; fewer are taken if they do not fit into the time. */
  readonly steps: number;
  readonly want: readonly Want[];
  /** Points of a decision map along each side. */
  readonly mapSize?: number;
  /** What the visitor did in a view, for its `act`. */
  readonly actions?: readonly unknown[];
  /** Asks for the bytes of a network's model, in place of everything else. */
  readonly save?: number;
  /** Asks for the program, in place of everything else; its value is the page's address, which the program names. */
  readonly program?: string;
}

/** A network in an answer. */
export interface NetworkAnswer {
  readonly parameters: number;
  readonly step: number;
  readonly epoch: number;
  readonly score?: Score;
  /** Why the training ended, in the library's words. */
  readonly failure?: string;
  readonly curves?: Curves;
  /** Outputs on the grid of the decision map, row by row from the top left: [size², units]. */
  readonly map?: DecisionMap;
  readonly verdict?: VerdictAnswer;
}

/** Losses by step. */
export interface Curves {
  readonly step: Float64Array;
  readonly loss: Float64Array;
  readonly testLoss: Float64Array;
}

/** Outputs of a network on a square of inputs. */
export interface DecisionMap {
  readonly size: number;
  readonly edge: number;
  readonly outputs: Float32Array;
}

/** Verdict and advice of a diagnosis, and the step at which it was made. */
export interface VerdictAnswer {
  readonly step: number;
  readonly verdict: string;
  readonly advice: readonly string[];
}

/** Rows to draw, sent once for each data set. */
export interface ShownData {
  readonly inputSize: number;
  readonly classes: number;
  readonly trainRows: number;
  readonly testRows: number;
  /** Rows of two inputs, training rows first; only the first hundred of images. */
  readonly x: InputValues;
  readonly y: TargetValues;
  readonly classNames?: readonly string[];
}

/** Answer of the worker. */
export interface Answer {
  readonly id: number;
  /** Counts the states that the worker has had; pieces and data belong to one. */
  readonly generation: number;
  readonly networks: readonly NetworkAnswer[];
  /** Learning rates of the run, for the printed program. */
  readonly stretches: readonly (readonly { readonly from: number; readonly rate: number }[])[];
  readonly data?: ShownData;
  /** Name of the view to which `view` and `pieces` belong. */
  readonly viewName: ViewName;
  /** The view's frame. */
  readonly view?: unknown;
  /** Parts of the view's long computation since the last answer. */
  readonly pieces?: readonly unknown[];
  /** True while a long computation is not done. */
  readonly working: boolean;
  /** What went wrong with the request, in words. */
  readonly error?: string;
  /** Bytes of a saved model. */
  readonly saved?: Uint8Array;
  /** Text of the program. */
  readonly program?: string;
}

/** Returns the buffers of an answer, to be transferred. Every array in it owns its buffer. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) buffersOf(part, found);
  }
  return [...found];
}
