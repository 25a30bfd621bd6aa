import type { GivenRows } from './data-set.js';
export const PIXELS: number;
export const TRAIN_ROWS: number;
export const TEST_ROWS: number;
export const DIGIT_ROWS: number;
export function digitRows(bytes: Uint8Array): Omit<GivenRows, 'lines'>;
