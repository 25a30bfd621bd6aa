/** Guess first: the learner draws the line they expect. Then the page shows theory, and then networks. */
import { networkState } from '../../engine/state.js';
import { Choice } from '../../page/controls/field-control.js';
import { state as current, update } from '../../page/store.js';
import { Term } from '../../page/terms.js';
import { ownValue } from '../own-value.js';
import type { PageView, ViewProps } from '../pages.js';
import { Drawing } from './drawing.js';
import type { Frame, Path } from './engine.js';
import { own, type Stage as Shown } from './fields.js';
import { drawnValues, guessOf } from './guess.js';
import { type QuestionName, questionNames, questions } from './questions.js';
import { flat, networksSentence, questionWords, verdict, words } from './words.js';
import './view.css';

type Props = ViewProps<Frame, Path>;

/** Asks a question of the lectures. */
function ask(name: QuestionName): void {
  const { start, kind } = questions[name];
  update({ ...start, own: { question: name, kind, points: '', shown: 'guess', start: '' } });
}

function Stage(props: Props) {
  const { state, frame, pieces } = props;
  const guess = guessOf(state);
  if (!frame || guess.layers.length < 2) return <p class="card">{words(props)}</p>;
  const logs = frame.expected[guess.kind];
  const show = (shown: Shown) =>
    update({ own: { ...drawnValues(guess.drawn ?? flat(guess, logs), guess.start), shown } });
  const question = questionOf(state);
  return (
    <div class="stack">
      <figure class="card">
        <figcaption>{questionWords(state)}</figcaption>
        <p class="small">
          {question && `From the lectures: ${questions[question].source}. `}
          Drag the points, or move between them with ← → and shift them with ↑ ↓. The axis is the{' '}
          <Term name="variance">variance</Term> in powers of ten.
        </p>
        <Drawing
          guess={guess}
          frame={frame}
          paths={guess.stage === 'networks' ? pieces : []}
          onDraw={(points) => update({ own: drawnValues(points, guess.start) })}
        />
        <div class="buttons">
          {guess.stage === 'guess' && (
            <button type="button" class="primary" onClick={() => show('theory')}>
              Show theory
            </button>
          )}
          {guess.stage === 'theory' && (
            <button type="button" class="primary" onClick={() => show('networks')}>
              Show 20 networks
            </button>
          )}
          {guess.stage !== 'guess' && (
            <button type="button" onClick={() => show('guess')}>
              Guess again
            </button>
          )}
          <button
            type="button"
            class={guess.stage === 'networks' ? 'primary' : ''}
            onClick={() => ask(next())}
          >
            Next question
          </button>
        </div>
      </figure>
      {guess.stage !== 'guess' && (
        <div class="card guess-verdict">
          {verdict(state, frame).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          {guess.stage === 'networks' && <p>{networksSentence(props)}</p>}
          <p class="small">
            The line with open points is yours, the dashed one is <Term name="theory">theory</Term>
            {guess.stage === 'networks' &&
              ', and the others are networks. The thick one is network A before its training'}
            .
          </p>
        </div>
      )}
    </div>
  );
}

/** Returns the question of the lectures that the state still has the start of; undefined after a change of the network. */
function questionOf(state: Props['state']): QuestionName | undefined {
  const name = ownValue(state, own, 'question');
  const { start, kind } = questions[name];
  const has = { ...state, ...networkState(state, 0) };
  const isSame = (['depth', 'width', 'activation', 'init', 'size', 'biasStd', 'batchNorm'] as const).every(
    (field) => start[field] === has[field],
  );
  return isSame && kind === ownValue(state, own, 'kind') ? name : undefined;
}

/** Returns the name of the next question. */
function next(): QuestionName {
  const name = ownValue(current.value, own, 'question');
  return questionNames[(questionNames.indexOf(name) + 1) % questionNames.length]!;
}

function Controls({ state }: Props) {
  return (
    <section class="group" aria-label="Question">
      <h2>Question</h2>
      <Choice
        label="question"
        value={ownValue(state, own, 'question')}
        names={questionNames}
        labels={(name) => questions[name as QuestionName].label}
        onChange={(name) => ask(name as QuestionName)}
      />
      <Choice
        label="asked for"
        value={ownValue(state, own, 'kind')}
        names={own.kind.names}
        labels={(kind) => (kind === 'forward' ? 'signal, forward' : 'gradient, backward')}
        onChange={(kind) => update({ own: { kind, points: '', shown: 'guess' } })}
      />
      <p class="small">Any change of the network below asks a new question.</p>
    </section>
  );
}

export const page: PageView<Frame, Path> = {
  title: 'Guess first',
  question: 'What do you expect: does the signal keep its size through the layers?',
  Stage,
  Controls,
  words,
  hasOutcome: false,
  hasVerdicts: false,
  isStill: true,
  start: questions.he.start,
};
