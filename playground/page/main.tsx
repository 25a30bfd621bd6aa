/** The application: what the page does once the still page is painted. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { acceptDrops } from './controls/table-drop.js';
import { restInStillViews } from './menu.js';
import { loadDigits } from './outside.js';
import { Shell } from './shell.js';
import { followAddress, state, tell, update } from './store.js';
import { isProvided, provide, start } from './worker-link.js';

/** Starts the application in the place of the still page. */
export function run(): void {
  addEventListener('popstate', followAddress);
  addEventListener('hashchange', followAddress);
  acceptDrops();
  restInStillViews();
  effect(provideData);
  const app = document.getElementById('app')!;
  app.replaceChildren();
  render(<Shell />, app);
  start();
  keepFiles();
}

/** Loads the digits when a state needs them. A table can only come from the visitor. */
function provideData(): void {
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
}

/** Lets the service worker keep the files for visits without a network. Browsers allow it only over https and on localhost. */
function keepFiles(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker
    .register(new URL('service-worker.js', document.baseURI.replace(/#.*/, '')))
    .catch(() => undefined);
}
