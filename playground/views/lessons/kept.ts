/** Texts, pictures and verdicts that the worker has sent. They stay until newer ones come, while the pieces end with their state. */
import type { Judged, LessonLine, LessonPicture, LessonText, Piece } from './form.js';

let list: readonly LessonLine[] | undefined;
const texts = new Map<number, LessonText>();
const pictures = new Map<number, LessonPicture>();
const verdicts = new Map<string, Judged>();

export function kept(pieces: readonly (Piece | undefined)[]) {
  let problem: string | undefined;
  for (const piece of pieces) {
    if (piece?.kind === 'list') list = piece.list;
    else if (piece?.kind === 'text') texts.set(piece.text.number, piece.text);
    else if (piece?.kind === 'picture') pictures.set(piece.picture.lesson, piece.picture);
    else if (piece?.kind === 'judged') {
      verdicts.set(questionKey(piece.judged.lesson, piece.judged.part), piece.judged);
    } else if (piece?.kind === 'problem') problem = piece.says;
  }
  return { list, texts, pictures, problem };
}

/** Returns the verdict on the last answer to a question; undefined if there is none. */
export function verdictOn(lesson: number, part: number): Judged | undefined {
  return verdicts.get(questionKey(lesson, part));
}

function questionKey(lesson: number, part: number): string {
  return `${lesson} ${part}`;
}
