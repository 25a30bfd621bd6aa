/**
 * Checks the built site: every link of every page leads to a file and an anchor, and in Chromium no page asks another server, scrolls
 * sideways or has an error. `npm run site` comes first.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { serveFolder } from '../../playground/vite/serve.mjs';
import { documents } from '../../site/documents.mjs';
import { launch } from '../browser/chromium.mjs';
import { brokenLinks } from './links.mjs';
import { faultsOf, searched } from './visit.mjs';

const folder = fileURLToPath(new URL('../../build/site', import.meta.url));
if (!existsSync(folder)) throw new Error(`${folder}: no such folder; run npm run site first`);

/** A page of each kind, which are looked at in both themes and widths, and by axe-core. */
const kinds = [
  'index.html',
  'modules.html',
  'docs/training.html',
  'docs/speed.html',
  'docs/lessons/08-xavier/lesson.html',
  'modules/evenkeel_theory.html',
  'classes/evenkeel.Rng.html',
  'interfaces/evenkeel.FitOptions.html',
  'functions/evenkeel.diagnose.html',
  'functions/evenkeel.heNormal.html',
  'variables/evenkeel.verdicts.html',
  'types/evenkeel.PresetName.html',
];

let failed = 0;
let passed = 0;
const report = (name, faults) => {
  if (faults.length === 0) passed += 1;
  else failed += 1;
  process.stdout.write(
    faults.length === 0 ? `ok      ${name}\n` : `failed  ${name}\n        ${faults.join('\n        ')}\n`,
  );
};

report('links lead to files and anchors', await brokenLinks(folder));

const server = await serveFolder(folder, '/some/place/');
const atRoot = await serveFolder(folder);
const browser = await launch();
try {
  const phone = await browser.newContext({ viewport: { width: 375, height: 800 } });
  for (const path of documents) {
    const page = path.replace(/\.md$/, '.html');
    report(`${page}, 375 px`, await faultsOf(phone, server.address, page));
  }
  for (const [width, colorScheme] of [
    [375, 'light'],
    [1280, 'dark'],
  ]) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    for (const page of kinds)
      report(
        `${page}, ${width} px, ${colorScheme}`,
        await faultsOf(context, server.address, page, { audited: true }),
      );
  }
  report('404.html', await faultsOf(await browser.newContext(), atRoot.address, '404.html'));
  for (const address of [server.address, pathToFileURL(`${folder}/`).href]) {
    report(`search at ${address.split(':')[0]}:`, await searched(browser, address));
  }
} finally {
  await browser.close();
  server.close();
  atRoot.close();
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
