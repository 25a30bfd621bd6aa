/** Lessons: loads their texts when the view is opened, computes their pictures, and checks answers. */
import type { ViewEngine } from '../../engine/view.js';
import type { Given, LessonPicture, Piece } from './form.js';
import { valuesOf } from './pictures.js';

/** Answer that waits to be checked. */
let given: Given | undefined;
/** Last picture. A checked answer starts the computation anew, and the picture is the same. */
let last: LessonPicture | undefined;

/** Pieces are undefined while the worker waits for a file or a picture. */
export const engine: ViewEngine<undefined, Piece | undefined, Given> = {
  act: (_, answer) => {
    given = answer;
  },

  *slow(lab) {
    try {
      const { list, textOf, pictureOf, judge } = yield* waited(() => import('./lessons.js'));
      const asked = given;
      given = undefined;
      if (asked) yield { kind: 'judged', judged: { ...asked, ...(yield* waited(() => judge(asked))) } };
      yield { kind: 'list', list };
      const lesson = lab.own<number>('lesson');
      if (lesson === 0) return;
      yield { kind: 'text', text: textOf(lesson) };
      const values = valuesOf(lab.state, lesson);
      if (last?.lesson !== lesson || JSON.stringify(last.values) !== JSON.stringify(values)) {
        last = yield* waited(() => pictureOf(lesson, values));
      }
      // The arrays of an answer are transferred, so that the page gets copies.
      yield { kind: 'picture', picture: structuredClone(last) };
    } catch (error) {
      yield { kind: 'problem', says: (error as Error).message };
    }
  },
};

/** Waits for a promise: yields undefined until it is settled. */
function* waited<Value>(make: () => Promise<Value>): Generator<undefined, Value> {
  let settled: PromiseSettledResult<Value> | undefined;
  make().then(
    (value) => {
      settled = { status: 'fulfilled', value };
    },
    (reason) => {
      settled = { status: 'rejected', reason };
    },
  );
  while (settled === undefined) yield undefined;
  // The compiler does not see that a callback has set it.
  const result = settled as PromiseSettledResult<Value>;
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
