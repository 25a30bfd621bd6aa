/** Drawn data sets: the functions that make them, and their texts for the printed program. */

import type { Plane } from '../plane.js';
import { blobs } from './blobs.mjs';
import blobsText from './blobs.mjs?raw';
import { circles } from './circles.mjs';
import circlesText from './circles.mjs?raw';
import { moons } from './moons.mjs';
import moonsText from './moons.mjs?raw';
import { plane } from './plane.mjs';
import planeText from './plane.mjs?raw';
import { spirals } from './spirals.mjs';
import spiralsText from './spirals.mjs?raw';
import { wave } from './wave.mjs';
import waveText from './wave.mjs?raw';
import { xor } from './xor.mjs';
import xorText from './xor.mjs?raw';

/**
 * Table of the drawn data sets. Their x is f32, because Math.sin may differ in its last bit between engines. Rounding to f32 hides
 * that in all but one of 2²⁹ values.
 */
export const drawn = {
  spirals: { make: spirals, text: spiralsText, classes: 2 },
  circles: { make: circles, text: circlesText, classes: 2 },
  xor: { make: xor, text: xorText, classes: 2 },
  moons: { make: moons, text: moonsText, classes: 2 },
  blobs: { make: blobs, text: blobsText, classes: 3 },
  plane: { make: plane, text: planeText, classes: 0 },
  wave: { make: wave, text: waveText, classes: 0 },
} as const;
export type DrawnName = keyof typeof drawn;

/** Number of rows of a drawn data set, for training and test together. */
export const DRAWN_ROWS = 600;
/** Square that maps of drawn data show: without noise their inputs lie between −3 and 3, and their heights between −2 and 2. */
export const drawnPlane: Plane = { x: [-3, 3], y: [-3, 3], heights: [-2, 2] };

export function isDrawn(name: string): name is DrawnName {
  return Object.hasOwn(drawn, name);
}
