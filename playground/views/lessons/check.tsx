/** Field for the reader's answer to a question, and the verdict on it. */
import { useId, useState } from 'preact/hooks';
import type { AnswerForm } from './form.js';
import { verdictOn } from './kept.js';

interface CheckProps {
  readonly form: AnswerForm;
  readonly lesson: number;
  readonly part: number;
  readonly act: (given: unknown) => void;
}

export function Check({ form, lesson, part, act }: CheckProps) {
  const [text, setText] = useState(form.kind === 'function' ? `export function ${form.call} {\n  \n}` : '');
  const id = useId();
  const verdict = verdictOn(lesson, part);
  const send = (answer: string) => act({ lesson, part, text: answer });
  const submit = (event: Event) => {
    event.preventDefault();
    send(text);
  };
  return (
    <form class="lesson-check" onSubmit={submit}>
      {form.kind === 'choice' ? (
        <fieldset class="buttons">
          <legend class="small">Your guess</legend>
          {form.choices.map((letter) => (
            <button
              type="button"
              key={letter}
              aria-pressed={verdict?.text === letter}
              onClick={() => send(letter)}
            >
              {letter}
            </button>
          ))}
        </fieldset>
      ) : (
        <>
          <label for={id} class="small">
            {form.kind === 'function' ? 'Your function' : 'Your answer'}
          </label>
          {form.kind === 'function' ? (
            <textarea
              id={id}
              rows={5}
              spellcheck={false}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          ) : (
            <input
              id={id}
              value={text}
              autocomplete="off"
              onInput={(event) => setText(event.currentTarget.value)}
            />
          )}
          <button type="submit">Check</button>
        </>
      )}
      <p role="status">
        {verdict && (
          <>
            <span aria-hidden="true">{verdict.right ? '✓ ' : '! '}</span>
            {verdict.says}
          </>
        )}
      </p>
    </form>
  );
}
