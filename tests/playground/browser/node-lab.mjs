/** The engine in Node, to compare the numbers on the screen with: the same sources on the package's entry for Node. */
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { createServer } from 'vite';
import { digits } from '../../../playground/vite/digits.mjs';
import { entries } from '../../../playground/vite/entries.mjs';

const DIGITS = { rows: 2500, trainRows: 2000, pixels: 784 };
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
    const bytes = new Uint8Array(gunzipSync(digits()));
    const { rows, trainRows, pixels: inputSize } = DIGITS;
    const [y, x] = [bytes.slice(0, rows), bytes.slice(rows)];
    lab.give('digits', { x, y, inputSize, classes: 10, trainRows, lines: [] });
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

/** Ends what `load` has started. */
export async function endNodeLab() {
  await server?.close();
  server = undefined;
}
