import type { HistoryRecord } from './history.mjs';

export function speedFigures(records: readonly HistoryRecord[]): string;
export function readmeFigures(records: readonly HistoryRecord[]): string;
export const documents: Readonly<Record<string, (records: readonly HistoryRecord[]) => string>>;
export function figuresOf(text: string): string | undefined;
export function publish(print: (line: string) => void): Promise<void>;
