/**
 * Script of every page: runs the checks for the page's kind in turn and posts the result of each to the server. The browser needs no
 * driver for that.
 */
import { checks } from './page.mjs';

const kind = location.pathname.slice(1);
const post = (report) => fetch('/report', { method: 'POST', body: JSON.stringify({ kind, ...report }) });

for (const [check, run] of Object.entries(checks[kind])) {
  const began = performance.now();
  const report = { check };
  try {
    report.detail = await run();
  } catch (error) {
    report.problem = error?.message ?? String(error);
  }
  await post({ ...report, seconds: (performance.now() - began) / 1000 });
}
await post({ isDone: true });
