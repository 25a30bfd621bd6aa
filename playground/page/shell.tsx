/** Page around a view: top bar, menu, controls, stage, outcome. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { letters } from '../engine/state.js';
import { type PageView, type ViewProps, viewPage } from '../views/pages.js';
import { CodePanel, openCode } from './code-panel.js';
import { Controls } from './controls/controls.js';
import { Slider } from './controls/field-control.js';
import { Menu } from './menu.js';
import { count } from './numbers.js';
import { Outcome } from './outcome.js';
import { Look, Recipes } from './recipes.js';
import { data, frame, isPlaying, networks, notes, pieces, problem, selected, speed, state } from './store.js';
import { Term } from './terms.js';
import { switchTheme, theme } from './theme.js';
import { act, backToStart, stepOnce } from './worker-link.js';

/** True while the controls are open on a narrow screen. */
const isSheetOpen = signal(false);

export function Shell() {
  const view = viewPage(state.value.view) ?? viewPage('race')!;
  const props: ViewProps = {
    state: state.value,
    networks: networks.value,
    data: data.value,
    frame: frame.value,
    pieces: pieces.value,
    isPlaying: isPlaying.value,
    act,
  };
  const words = problem.value ?? view.words(props);
  useEffect(() => {
    document.title = `${view.title} – evenkeel playground`;
  }, [view]);
  return (
    <>
      <TopBar isReading={view.isReading === true} />
      <Menu />
      {!view.isReading && <Recipes />}
      <Notes />
      {view.isReading ? (
        <main class="reading">
          <Live words={words} />
          {problem.value && <p class="problem">{problem}</p>}
          <section class="stage" aria-label={view.title}>
            <view.Stage {...props} />
          </section>
        </main>
      ) : (
        <Columns view={view} props={props} words={words} />
      )}
      <CodePanel />
    </>
  );
}

interface ColumnsProps {
  readonly view: PageView;
  readonly props: ViewProps;
  readonly words: string;
}

/** Controls, stage and outcome. */
function Columns({ view, props, words }: ColumnsProps) {
  const hasColumn = view.Controls !== undefined || view.hasControls !== false;
  return (
    <main class={`columns ${hasColumn ? '' : 'bare'} only-${letters[selected.value]}`}>
      {hasColumn && (
        <aside class={`controls ${isSheetOpen.value ? 'open' : ''}`} aria-label="Controls" id="controls">
          <button type="button" class="sheet-close" onClick={() => (isSheetOpen.value = false)}>
            Done
          </button>
          {view.Controls && <view.Controls {...props} />}
          {view.hasControls !== false && <Controls />}
        </aside>
      )}
      <section class="stage" aria-label={view.title}>
        <header>
          <h1>{view.question}</h1>
          <Look />
          <p class="words">{words}</p>
          <Live words={words} />
        </header>
        <OneNetwork />
        <view.Stage {...props} />
      </section>
      <aside class="outcome" aria-label="Outcome">
        <Outcome
          hasPictures={view.hasOutcome !== false}
          hasVerdicts={view.hasVerdicts !== false}
          hasInside={view.hasInside !== false}
        />
      </aside>
    </main>
  );
}

function TopBar({ isReading }: { readonly isReading: boolean }) {
  return (
    <header class="top">
      <a class="brand" href="./" title="Back to the first race">
        evenkeel
      </a>
      {!isReading && <Transport />}
      <div class="tools">
        {!isReading && (
          <button
            type="button"
            class="sheet-button"
            aria-expanded={isSheetOpen.value}
            aria-controls="controls"
            onClick={() => (isSheetOpen.value = !isSheetOpen.value)}
          >
            Options
          </button>
        )}
        <ShareButton />
        {!isReading && (
          <button type="button" onClick={openCode}>
            Code
          </button>
        )}
        <button
          type="button"
          class="icon"
          aria-label={theme.value === 'dark' ? 'Light colours' : 'Dark colours'}
          onClick={switchTheme}
        >
          {theme.value === 'dark' ? '☀' : '☾'}
        </button>
      </div>
    </header>
  );
}

/** Buttons, clock and speed of the training. */
function Transport() {
  const [first] = networks.value;
  return (
    <>
      <fieldset class="transport" aria-label="Training">
        <button
          type="button"
          class="primary"
          aria-pressed={isPlaying.value}
          onClick={() => (isPlaying.value = !isPlaying.value)}
        >
          {isPlaying.value ? '❚❚ Pause' : '▶ Play'}
        </button>
        <button type="button" onClick={stepOnce}>
          Step
        </button>
        <button type="button" onClick={backToStart}>
          Back to start
        </button>
      </fieldset>
      <div class="clock">
        <Term name="epoch">epoch</Term> <b>{count(first?.epoch ?? 0)}</b>
        <span class="steps">
          step <b>{count(first?.step ?? 0)}</b>
        </span>
      </div>
      <Slider
        label="speed"
        value={speed.value}
        low={1}
        high={64}
        whole
        isLog
        unit=" a frame"
        onChange={(value) => (speed.value = value)}
      />
    </>
  );
}

/** Sentence for screen readers. It changes rarely while the networks train, so that a reader does not talk all the time. */
const spoken = signal('');
const SPEAK_EVERY_MS = 8000;
let lastSpoken = 0;

function Live({ words }: { readonly words: string }) {
  useEffect(() => {
    const now = performance.now();
    if (isPlaying.value && now - lastSpoken < SPEAK_EVERY_MS) return;
    lastSpoken = now;
    spoken.value = words;
  }, [words, isPlaying.value]);
  return (
    <p class="hidden" role="status" aria-live="polite">
      {spoken}
    </p>
  );
}

const isShared = signal(false);

function ShareButton() {
  const share = async () => {
    await navigator.clipboard.writeText(location.href);
    isShared.value = true;
    setTimeout(() => (isShared.value = false), 1500);
  };
  return (
    <button type="button" onClick={share}>
      {isShared.value ? 'Link copied' : 'Share'}
    </button>
  );
}

function Notes() {
  return (
    <div class="notes" role="alert">
      {notes.value.map((note) => (
        <p key={note}>
          {note}
          <button
            type="button"
            class="quiet icon"
            aria-label="Close the note"
            onClick={() => (notes.value = notes.value.filter((other) => other !== note))}
          >
            ×
          </button>
        </p>
      ))}
    </div>
  );
}

/** Choice of the network that a narrow screen shows. */
function OneNetwork() {
  if (state.value.networks.length < 2) return null;
  return (
    <fieldset class="one-network" aria-label="Network">
      {state.value.networks.map((_, n) => (
        <button
          type="button"
          key={letters[n]}
          class={`network-${letters[n]}`}
          aria-pressed={selected.value === n}
          onClick={() => (selected.value = n)}
        >
          {letters[n]}
        </button>
      ))}
    </fieldset>
  );
}
