/** Lessons: their list, or the text of one lesson with its picture. */
import { useEffect, useRef } from 'preact/hooks';
import { writeLink } from '../../engine/link.js';
import { initialState, type State } from '../../engine/state.js';
import { ownFields, settled } from '../fields.js';
import type { PageView, ViewProps } from '../pages.js';
import { Check } from './check.js';
import type { LessonQuestion, LessonText, Piece } from './form.js';
import { kept } from './kept.js';
import { Markup } from './markup.js';
import { Picture } from './picture.js';
import { pictures } from './pictures.js';
import { words } from './words.js';
import './view.css';

type Props = ViewProps<undefined, Piece | undefined>;

/** State of the page without anything left of another view. */
const clean: State = { ...initialState, view: 'lessons' };

function linkOf(lesson: number): string {
  return `#${writeLink(settled({ ...clean, own: { lesson } }), ownFields)}`;
}

function Stage(props: Props) {
  const { state, pieces } = props;
  const number = Number(state.own.lesson ?? 0);
  const { list, texts, problem } = kept(pieces);
  const text = texts.get(number);
  const top = useRef<HTMLDivElement>(null);
  const isLoaded = number === 0 ? list !== undefined : text !== undefined;
  const before = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (!isLoaded || before.current === number) return;
    const isFirst = before.current === undefined;
    before.current = number;
    // A new lesson begins at its title, for eyes and for screen readers.
    if (isFirst) return;
    scrollTo(0, 0);
    top.current?.querySelector('h1')?.focus({ preventScroll: true });
  }, [number, isLoaded]);
  return (
    <div class="lessons" ref={top}>
      {problem && <p class="problem">The lessons could not be loaded: {problem}.</p>}
      {number === 0 ? (
        <>
          <h1 tabIndex={-1}>Twelve lessons on how networks start</h1>
          <p class="small">
            Each has a picture with controls, a guess, a program, and two exercises. The page checks your
            answers.
          </p>
          <ol class="lesson-list">
            {(list ?? []).map(({ number, title, question }) => (
              <li key={number}>
                <a href={linkOf(number)}>{title}</a>
                <Markup html={question} />
              </li>
            ))}
          </ol>
          {!list && <Loading />}
        </>
      ) : (
        <>
          <Steps number={number} />
          {text ? (
            <Lesson {...props} text={text} />
          ) : (
            <>
              <h1 tabIndex={-1}>Lesson {number}</h1>
              <Loading />
            </>
          )}
          <Steps number={number} />
        </>
      )}
    </div>
  );
}

function Loading() {
  return <p class="small">The lessons are being loaded.</p>;
}

/** Links to the neighbours of a lesson. */
function Steps({ number }: { readonly number: number }) {
  return (
    <p class="lesson-steps">
      {number > 1 && <a href={linkOf(number - 1)}>← Lesson {number - 1}</a>}
      <a href={linkOf(0)}>All lessons</a>
      {number < pictures.length && <a href={linkOf(number + 1)}>Lesson {number + 1} →</a>}
    </p>
  );
}

function Lesson({ text, ...props }: Props & { readonly text: LessonText }) {
  const { number, title, question, idea, seen, guess, run, exercises, slides } = text;
  return (
    <article class="lesson" data-lesson={number} key={number}>
      <h1 tabIndex={-1}>
        {number}. {title}
      </h1>
      <h2>The question</h2>
      <Markup html={question} />
      <h2>The idea</h2>
      <Markup html={idea} />
      <h2>The picture</h2>
      <Picture {...props} lesson={number} />
      <Markup html={seen} />
      <h2>A guess</h2>
      <Asked
        {...props}
        question={guess}
        lesson={number}
        part={0}
        summary="Guess first, then unfold the answer"
      />
      <h2>The program</h2>
      <Markup html={run} />
      <h2>Exercises</h2>
      {exercises.map((exercise, i) => (
        <section key={exercise.ask} aria-label={`Exercise ${i + 1}`}>
          <h3>Exercise {i + 1}</h3>
          <Asked {...props} question={exercise} lesson={number} part={i + 1} summary="Answer" />
        </section>
      ))}
      <h2>What the slides say</h2>
      <Markup html={slides} />
    </article>
  );
}

interface AskedProps extends Props {
  readonly question: LessonQuestion;
  readonly lesson: number;
  readonly part: number;
  readonly summary: string;
}

/** Question with a check of the reader's answer, and the explanation folded. */
function Asked({ question, lesson, part, summary, act }: AskedProps) {
  return (
    <>
      <Markup html={question.ask} />
      <Check form={question.form} lesson={lesson} part={part} act={act} />
      <details>
        <summary>{summary}</summary>
        <Markup html={question.answer} />
      </details>
    </>
  );
}

export const page: PageView<undefined, Piece | undefined> = {
  title: 'Lessons',
  question: 'How do networks start?',
  Stage,
  words,
  isStill: true,
  isReading: true,
  start: {},
};
