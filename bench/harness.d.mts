import type { SettlingRule } from './settling.mjs';

export interface Contestant {
  readonly name: string;
  readonly units: number;
  readonly prepare?: () => unknown;
  readonly work?: () => number | undefined | Promise<number | undefined>;
  readonly output: () => ArrayLike<number> | Promise<ArrayLike<number>>;
  readonly alone?: boolean;
  readonly random?: boolean;
  readonly run?: (least: { ms: number; slices: number }) => Promise<readonly number[]>;
  readonly variants?: readonly { readonly setting: string; readonly work: () => number }[];
}

export interface Result {
  readonly name: string;
  readonly units: number;
  readonly times: readonly number[];
  readonly output: Float64Array;
  readonly stable: boolean;
  readonly apart: boolean;
  readonly setting?: string;
}

export function race(
  contestants: readonly Contestant[],
  options: { rounds: number; warmUp: SettlingRule & { readonly mostMs: number }; tolerance?: number },
): Promise<Map<string, Result>>;
export function ratio(result: Result, other: Result): number;
export function bestRatio(result: Result, other: Result): number;
