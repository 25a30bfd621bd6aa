/**
 * Checks the built library in browsers, bundled as a user would bundle it: `node tests/browser/run.mjs [chromium] [firefox] [webkit]`,
 * by default in Chromium. page.mjs has the checks, and script.mjs those of the library as one script. Run `npm run build` first. CHROMIUM, FIREFOX and WEBKIT may name other executables.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { outcomes } from '../support/outcomes.mjs';
import { browsers } from './browsers.mjs';
import { kinds, serve } from './server.mjs';

const CHECK_TIMEOUT_MS = 180_000;
/** Limit of the run in one browser, for steps without a limit of their own, such as closing a browser that hangs. */
const BROWSER_TIMEOUT_MS = 1_200_000;

const names = process.argv.length > 2 ? process.argv.slice(2) : ['chromium'];
const { report, finish } = outcomes();

const watchdog = setTimeout(() => {
  report('', 'the run ends in time', 'still running');
  finish();
  process.exit();
}, names.length * BROWSER_TIMEOUT_MS);
try {
  const library = fileURLToPath(new URL('../../build/js/index.js', import.meta.url));
  if (!existsSync(library)) throw new Error(`${library}: no such file; run npm run build first`);
  for (const name of names) await checkIn(name);
} catch (error) {
  report('', 'the run', error.message);
}
clearTimeout(watchdog);
finish();

/** Runs all kinds of pages in a browser. A browser that cannot be started is a failure, and the next one has its turn. */
async function checkIn(name) {
  let browser;
  try {
    browser = await browsers[name]();
  } catch (error) {
    report(name, 'the browser starts', error.message);
    return;
  }
  /** The page that is open now. */
  let visit;
  const server = await serve((message) => visit.receive(message));
  try {
    for (const kind of Object.keys(kinds)) {
      visit = visitOf(browser.version, kind);
      const page = await browser.open(server.url(kind));
      page.ended.then(visit.end);
      const problem = await visit.ended;
      if (problem) report(browser.version, `${kind}: all checks run`, problem);
      else {
        const problems = await page.problems(kinds[kind]);
        for (const [check, found] of Object.entries(problems))
          report(browser.version, `${kind}: ${check}`, found);
      }
      await page.close();
    }
  } finally {
    server.close();
    await browser.close();
  }
}

/**
 * Receives the reports of a page and reports each check. `ended` resolves to a problem if the page is silent for too long or ends
 * without a check.
 */
function visitOf(version, kind) {
  let end;
  let timer;
  let count = 0;
  let last = 'its start';
  const ended = new Promise((resolve) => {
    end = (problem) => {
      clearTimeout(timer);
      resolve(problem);
    };
  });
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => end(`no answer in ${CHECK_TIMEOUT_MS / 1000} s after ${last}`),
      CHECK_TIMEOUT_MS,
    );
  };
  wait();
  return {
    ended,
    end,
    receive({ kind: from, check, problem, detail, seconds, isDone }) {
      // A page of an earlier kind may still be ending.
      if (from !== kind) return;
      if (isDone) return end(count > 0 ? undefined : 'it has no checks');
      report(
        version,
        `${kind}: ${check}`,
        problem,
        [detail, `${seconds.toFixed(1)} s`].filter(Boolean).join(', '),
      );
      count += 1;
      last = check;
      wait();
    },
  };
}
