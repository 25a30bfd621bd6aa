export const PROCESSES: number;
export function compare(
  changes: readonly number[],
  controls: readonly number[],
): { change: number; noise: number; changed: boolean };
