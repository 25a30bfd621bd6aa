/** The engine in Node, whose numbers are compared with those on the screen: the same sources on the package's entry for Node. */
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { createServer } from 'vite';
import { digitRows } from '../../../playground/engine/data/digit-rows.mjs';
import { digits } from '../../../playground/vite/digits.mjs';
import { entries } from '../../../playground/vite/entries.mjs';
import { losses, must, pause, stepsOf, until } from './visit.mjs';

let server;

/** Returns the exports of a module of playground/, such as `engine/lab.ts`. */
export async function load(path) {
  server ??= await createServer({
    configFile: false,
    root: fileURLToPath(new URL('../../../playground', import.meta.url)),
    resolve: { alias: entries('node') },
    server: { middlewareMode: true, watch: null, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true },
    appType: 'custom',
    logLevel: 'error',
  });
  return server.ssrLoadModule(`/${path}`);
}

/** Returns an engine with the networks of a state, and with the digits if the state wants them. */
export async function labOf(state) {
  const { Lab } = await load('engine/lab.ts');
  const lab = new Lab();
  if (state.data === 'digits') {
    lab.give('digits', { ...digitRows(new Uint8Array(gunzipSync(digits()))), lines: [] });
  }
  lab.set(state);
  return lab;
}

/** Returns an engine in the state of a link after a number of steps. */
export async function labOfLink(link, steps) {
  const { readLink } = await load('engine/link.ts');
  const { ownFields, settled } = await load('views/fields.ts');
  const lab = await labOf(settled(readLink(link, ownFields).state));
  lab.run(steps);
  return lab;
}

/** Returns the losses of a lab, as `losses` of visit.mjs returns those on the screen. */
export function labLosses(lab) {
  return lab.runners.flatMap((runner) => {
    const score = runner.score();
    return [score?.loss ?? Number.NaN, score?.testLoss ?? Number.NaN];
  });
}

/** Lets a page train for some steps, and checks that its losses are bit for bit those of the same link in Node. */
export async function mustMatchNode(page, link) {
  await until(async () => (await stepsOf(page)) > 20, 'some steps');
  await pause(page);
  const [shown, wanted] = [await losses(page), labLosses(await labOfLink(link, await stepsOf(page)))];
  must(`${shown}` === `${wanted}`, `${shown} is not ${wanted}`);
}

/** Stops the server that `load` has started. */
export async function endNodeLab() {
  await server?.close();
  server = undefined;
}
