/** Lessons: their texts, pictures and answers, and how they are shown and checked. */
export { type Checked, checkExercise, checkGuess, numberOf } from './check.js';
export { lessons } from './compiled.js';
export { lessonsPage } from './html.js';
export type { Block, Inline, Lesson } from './lesson.js';
export { blockLines, wrapped } from './text.js';
