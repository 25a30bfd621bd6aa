/** Data sets of the page: training and test rows, and the options of a network that follow from them. */
import { Rng } from 'evenkeel';
import { trainTestSplit } from 'evenkeel/data';
import type { Plane } from '../plane.js';
import type { DataName, State } from '../state.js';
import { DRAWN_ROWS, drawn, drawnPlane, isDrawn } from './drawn.js';

/** Typed inputs: bytes of images, f32 of drawn data, f64 of a table. */
export type InputValues = Float32Array | Float64Array | Uint8Array;
/** Class indices, or one target a row. */
export type TargetValues = Uint8Array | Uint32Array | Float32Array | Float64Array;

/** Rows of inputs and targets. */
export interface Part {
  readonly x: InputValues;
  readonly y: TargetValues;
  readonly rows: number;
}

/** Data set, split into training and test rows. */
export interface DataSet {
  /** Name of the data; 'own' for rows that a view makes. */
  readonly name: DataName | 'own';
  readonly inputSize: number;
  /** Number of classes; 0 for a regression. */
  readonly classes: number;
  readonly train: Part;
  readonly test: Part;
  /** Input scaling for the option 'auto'. */
  readonly usualScaling: 'none' | 'symmetric' | 'zScore';
  /** Target scaling, for numbers of a visitor's table, which have any size; absent if targets are not scaled. */
  readonly targetScaling?: 'zScore';
  /** Rectangle that maps show; absent unless the rows have two inputs. */
  readonly plane?: Plane;
  /** Names of the classes; absent if these are only numbered. */
  readonly classNames?: readonly string[];
  /** Lines of the printed program that make xTrain, yTrain, xTest and yTest; absent for drawn data. */
  readonly lines?: readonly string[];
}

/** Rows from outside: the digits once they are loaded, or the visitor's own table. */
export interface GivenRows {
  readonly x: InputValues;
  readonly y: TargetValues;
  readonly inputSize: number;
  readonly classes: number;
  /** Number of training rows, which come first; absent if the rows are split at random. */
  readonly trainRows?: number;
  readonly classNames?: readonly string[];
  /** Lines of the printed program that make x and y. */
  readonly lines: readonly string[];
}

/** Fields of the state on which the data depend. */
export const dataFields = ['data', 'noise', 'train', 'seed'] as const satisfies readonly (keyof State)[];

/**
 * Makes the data set of a state.
 *
 * @param given  rows from outside, for data that are not drawn
 * @throws Error if the data are not drawn and `given` is absent
 */
export function makeData(state: State, given?: GivenRows): DataSet {
  if (isDrawn(state.data)) {
    const { make, classes } = drawn[state.data];
    const rows = make(new Rng(state.seed), DRAWN_ROWS, state.noise);
    return {
      name: state.data,
      inputSize: 2,
      classes,
      usualScaling: 'none',
      plane: drawnPlane,
      ...split(state, rows, 2),
    };
  }
  if (given === undefined) throw new Error(`${state.data}: the rows are not loaded`);
  const { inputSize, classes, classNames, trainRows } = given;
  const usualScaling = given.x instanceof Uint8Array ? 'symmetric' : 'zScore';
  const parts = trainRows === undefined ? split(state, given, inputSize) : cut(given, trainRows);
  return {
    name: state.data,
    inputSize,
    classes,
    usualScaling,
    ...parts,
    ...(classes === 0 && { targetScaling: 'zScore' }),
    ...(inputSize === 2 && { plane: planeOf(given) }),
    ...(classNames !== undefined && { classNames }),
    lines: [
      ...given.lines,
      ...(trainRows === undefined ? splitLines(state, inputSize) : cutLines(trainRows, inputSize)),
    ],
  };
}

/** Share of a range that a map shows beyond it on each side. */
const MARGIN = 0.05;

/** Returns the rectangle around rows of two inputs. */
function planeOf({ x, y }: Pick<GivenRows, 'x' | 'y'>): Plane {
  const sides = [0, 1].map((column) => {
    const [low, high] = rangeOf(x.filter((_, i) => i % 2 === column));
    const margin = MARGIN * (high - low) || 1;
    return [low - margin, high + margin] as const;
  });
  return { x: sides[0]!, y: sides[1]!, heights: rangeOf(y) };
}

function rangeOf(values: InputValues | TargetValues): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

function split({ train, seed }: State, { x, y }: Pick<GivenRows, 'x' | 'y'>, inputSize: number) {
  const parts = trainTestSplit(x, y, { inputSize, testSize: (100 - train) / 100, seed });
  return {
    train: { x: parts.xTrain, y: parts.yTrain, rows: parts.yTrain.length },
    test: { x: parts.xTest, y: parts.yTest, rows: parts.yTest.length },
  };
}

function cut({ x, y, inputSize }: GivenRows, rows: number): { train: Part; test: Part } {
  return {
    train: { x: x.slice(0, rows * inputSize), y: y.slice(0, rows), rows },
    test: { x: x.slice(rows * inputSize), y: y.slice(rows), rows: y.length - rows },
  };
}

/** Lines of the program that split x and y as the page does. */
export function splitLines({ train, seed }: State, inputSize: number): string[] {
  const options = `{ inputSize: ${inputSize}, testSize: ${(100 - train) / 100}, seed: ${seed} }`;
  return [`const { xTrain, yTrain, xTest, yTest } = trainTestSplit(x, y, ${options});`];
}

function cutLines(rows: number, inputSize: number): string[] {
  const at = rows * inputSize;
  return [
    `const [xTrain, xTest] = [x.slice(0, ${at}), x.slice(${at})];`,
    `const [yTrain, yTest] = [y.slice(0, ${rows}), y.slice(${rows})];`,
  ];
}
