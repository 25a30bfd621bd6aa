import type { Rng } from 'evenkeel';
import type { DrawnRows } from './drawn-rows.js';
export function moons(rng: Rng, rows: number, noise: number): DrawnRows;
