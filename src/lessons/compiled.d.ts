/** Declares compiled.js, which scripts/lessons.mjs generates from docs/lessons. */
import type { Lesson } from './lesson.js';

/** All lessons, in their order. */
export const lessons: readonly Lesson[];
