/** A line of history.jsonl. */
export interface HistoryRecord {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly row: string;
  readonly against?: string;
  readonly version?: string;
  readonly unit?: string;
  readonly ratio: number;
  readonly best: number;
}

export interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowBest: number;
  readonly highBest: number;
  readonly version?: string;
}

export function parseHistory(text: string): HistoryRecord[];
export function formatHistory(records: readonly HistoryRecord[]): string;
export function groups(records: readonly HistoryRecord[]): HistoryRecord[][];
export function runsOf(records: readonly HistoryRecord[]): string[];
export function published(records: readonly HistoryRecord[]): HistoryRecord[];
export function ranges(group: readonly HistoryRecord[]): Map<string, Range>;
export function down(value: number): string;
export function up(value: number): string;
export function range(low: number, high: number, write?: (value: number) => string): string;
