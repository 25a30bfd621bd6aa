/**
 * Messages between page and worker. The page asks at most once a frame, and only after the last answer; the worker answers each
 * request with one message. Neither can flood the other, and a new state waits for one request at most.
 */
import type { GivenRows, InputValues, TargetValues } from './data/data-set.js';
import type { Plane } from './plane.js';
import type { Score } from './runner.js';
import type { State, ViewName } from './state.js';

/** Parts of an answer that a page may ask for. */
export type Want = 'maps' | 'curves' | 'verdicts' | 'view' | 'confusion' | 'units';

/** Request of the page. */
export interface Request {
  readonly id: number;
  /** New state; absent if it is the last one. */
  readonly state?: State;
  /** Starts the networks again from the same weights. */
  readonly restart?: boolean;
  /** Rows of the digits or of the visitor's table; sent once. */
  readonly given?: GivenRows;
  /** Steps to train, at most; fewer are taken if they do not fit into the time. */
  readonly steps: number;
  readonly want: readonly Want[];
  /** Points of a decision map along each side; unit maps have half as many. */
  readonly mapSize?: number;
  /** Network whose confusion matrix and unit maps are wanted. */
  readonly network?: number;
  /** Hidden layer whose unit maps are wanted, counted from 0. */
  readonly layer?: number;
  /** Actions of the visitor, for the view's `act`. */
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
  /** Error of the library that ended the training. */
  readonly failure?: string;
  readonly curves?: Curves;
  readonly map?: DecisionMap;
  readonly verdict?: VerdictAnswer;
}

/** Losses by step. */
export interface Curves {
  readonly step: Float64Array;
  readonly loss: Float64Array;
  readonly testLoss: Float64Array;
}

/** Outputs of a network on the plane of the data. */
export interface DecisionMap {
  /** Points along each side. */
  readonly size: number;
  /** [size², units], row by row from the top left. */
  readonly outputs: Float32Array;
}

/** Verdict and advice of a diagnosis, and the step at which it was made. */
export interface VerdictAnswer {
  readonly step: number;
  readonly verdict: string;
  readonly advice: readonly string[];
}

/** Confusion matrix of a network on test rows. */
export interface Confusion {
  readonly network: number;
  readonly step: number;
  /** Number of test rows that are measured. */
  readonly rows: number;
  readonly classes: number;
  /** [classes, classes] rows of each true class (down) that were predicted as each class (across). */
  readonly counts: Uint32Array;
}

/** Pictures of the units of a hidden layer. */
export interface UnitMaps {
  readonly network: number;
  /** Hidden layer, counted from 0. */
  readonly layer: number;
  readonly step: number;
  /** 'plane' for activations over the plane of the data; 'weights' for the weights of a digit's pixels. */
  readonly kind: 'plane' | 'weights';
  /** Points along each side of a picture. */
  readonly size: number;
  /** Number of units of the layer. */
  readonly units: number;
  /** Number of pictures: those of the first units. */
  readonly shown: number;
  /** [shown, size²] values, row by row from the top left; absent if one is not finite. */
  readonly values?: Float32Array;
  /** [units] 1 for a dead unit; otherwise 0. */
  readonly dead?: Uint8Array;
}

/** Rows to draw, sent once for each data set. */
export interface ShownData {
  readonly inputSize: number;
  readonly classes: number;
  readonly trainRows: number;
  readonly testRows: number;
  /** First training rows and then first test rows if they have two inputs; otherwise only the first hundred test rows. */
  readonly x: InputValues;
  readonly y: TargetValues;
  /** Number of training rows in x. */
  readonly dots: number;
  /** Rectangle that maps show; absent unless the rows have two inputs. */
  readonly plane?: Plane;
  readonly classNames?: readonly string[];
}

/** Answer of the worker. */
export interface Answer {
  readonly id: number;
  /** Number of states that the worker has had. `pieces` belong to the latest. */
  readonly generation: number;
  readonly networks: readonly NetworkAnswer[];
  readonly data?: ShownData;
  /** Name of the view to which `view` and `pieces` belong. */
  readonly viewName: ViewName;
  /** The view's frame. */
  readonly view?: unknown;
  /** Parts of the view's long computation since the last answer. */
  readonly pieces?: readonly unknown[];
  readonly confusion?: Confusion;
  readonly units?: UnitMaps;
  /** True while a long computation is not done. */
  readonly working: boolean;
  /** True while unit maps are not done. They are lost if the networks train on, so the page waits with further steps. */
  readonly mapping: boolean;
  /** Message of the error that the request caused. */
  readonly error?: string;
  /** Bytes of a saved model. */
  readonly saved?: Uint8Array;
  /** Text of the program. */
  readonly program?: string;
}

/** Returns the buffers of an answer, for transfer. Every array of an answer has to own its buffer. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) buffersOf(part, found);
  }
  return [...found];
}
