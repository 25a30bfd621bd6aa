/** Starts the page. */
import './style.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { acceptDrops } from './controls/table-drop.js';
import { restInStillViews } from './menu.js';
import { loadDigits } from './outside.js';
import { Shell } from './shell.js';
import { followAddress, state, tell, update } from './store.js';
import { isProvided, provide, start } from './worker-link.js';

addEventListener('popstate', followAddress);
addEventListener('hashchange', followAddress);
acceptDrops();
restInStillViews();

// Loads the digits when a state needs them. A table can only come from the visitor.
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
      'The link needs a table that this page does not have. Drop its file here. Until then the page shows the spirals.',
    );
    update({ data: 'spirals' });
  }
});

render(<Shell />, document.getElementById('app')!);
start();
// The service worker keeps the files for visits without a network. Browsers allow it only over https and on localhost.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  navigator.serviceWorker
    .register(new URL('service-worker.js', document.baseURI.replace(/#.*/, '')))
    .catch(() => undefined);
}
