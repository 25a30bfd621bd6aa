interface Check {
  readonly tested: string;
  readonly check: string;
  readonly passed: boolean;
}

export const marks: readonly [string, string];
export function writeLastRun(checks: readonly Check[]): void;
export function lastRun(checks: readonly Check[], system: string, date: Date): string;
