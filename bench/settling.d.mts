export interface SettlingRule {
  readonly windowMs: number;
  readonly slices: number;
  readonly change: number;
  readonly leastMs: number;
}

export const WARM_UP: SettlingRule & { readonly mostMs: number };
export const BRIEF_WARM_UP: SettlingRule & { readonly mostMs: number };
export function settled(times: readonly number[], rule: SettlingRule): boolean;
export function settle(
  slice: () => number | readonly number[] | Promise<number | readonly number[]>,
  rule: SettlingRule & { readonly mostMs: number },
): Promise<{ times: number[]; stable: boolean }>;
export function median(values: readonly number[]): number;
