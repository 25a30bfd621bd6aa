/** Starts the page. */
import './style.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { acceptDrops } from './controls/table-drop.js';
import { loadDigits } from './outside.js';
import { Shell } from './shell.js';
import { followAddress, isPlaying, state, tell, update } from './store.js';
import { isProvided, provide, start } from './worker-link.js';

// Who wants less motion starts the training by hand.
if (matchMedia('(prefers-reduced-motion: reduce)').matches) isPlaying.value = false;

addEventListener('popstate', followAddress);
addEventListener('hashchange', followAddress);
acceptDrops();

/** Fetches rows from outside when a state wants them. */
effect(() => {
  const { data } = state.value;
  if (data === 'digits' && !isProvided('digits')) {
    loadDigits().then(
      (rows) => provide('digits', rows),
      (error: Error) => {
        tell(`The digits could not be loaded: ${error.message}.`);
        update({ data: 'spirals' });
      },
    );
  }
  if (data === 'table' && !isProvided('table')) {
    tell(
      'The link is of a table that this page does not have: drop the file here. The spirals are shown meanwhile.',
    );
    update({ data: 'spirals' });
  }
});

render(<Shell />, document.getElementById('app')!);
start();
// Keeps the files for the next visit, with or without a network. A page opened as a file, or by plain http, has no such worker.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  navigator.serviceWorker
    .register(new URL('service-worker.js', document.baseURI.replace(/#.*/, '')))
    .catch(() => undefined);
}
