/** Menu of the views. It sets the state with which a view opens, and pauses training in views of the start. */
import { effect, untracked } from '@preact/signals';
import { initialState, type State, type ViewName, viewNames } from '../engine/state.js';
import { type PageView, viewPage } from '../views/pages.js';
import { isPlaying, state, update } from './store.js';
import { backToStart } from './worker-link.js';

export function Menu() {
  return (
    <nav class="menu" aria-label="Views">
      {viewNames.map((name) => {
        const page = viewPage(name);
        return (
          page && (
            <button
              type="button"
              key={name}
              aria-current={state.value.view === name ? 'page' : undefined}
              onClick={() => open(name, page)}
            >
              {page.title}
            </button>
          )
        );
      })}
    </nav>
  );
}

function open(name: ViewName, page: PageView): void {
  update(opening(state.value, name, page));
  if (page.isStill) backToStart();
}

/**
 * Returns the state with which a view opens. Views without a start of their own share the networks. Any other view begins afresh,
 * since the options of the last view may make no sense in it; only the visitor's own table stays.
 */
function opening(present: State, view: ViewName, { start }: PageView): Partial<State> {
  if (!start && !viewPage(present.view)?.start) return { view };
  return { ...initialState, ...(present.data === 'table' && { data: 'table' }), ...start, view };
}

/** Pauses training when a view that shows a start opens. Training goes on when the visitor leaves that view. */
export function restInStillViews(): void {
  let wasPlaying: boolean | undefined;
  let last: ViewName | undefined;
  effect(() => {
    const { view } = state.value;
    untracked(() => {
      if (view === last) return;
      last = view;
      if (wasPlaying !== undefined) isPlaying.value = wasPlaying;
      wasPlaying = undefined;
      if (!viewPage(view)?.isStill) return;
      wasPlaying = isPlaying.value;
      isPlaying.value = false;
    });
  });
}
