/** Running checks in a page and posting the result of each to the server. The browser needs no driver for that. */

/**
 * Runs checks in turn.
 *
 * @param checks  functions by the name of the check; the return value is shown, and one that throws has failed
 * @param kind    kind of the page
 * @param server  origin of the server, for a page that is not from it
 */
export async function runChecks(checks, kind, server = '') {
  const post = (report) =>
    fetch(`${server}/report`, { method: 'POST', mode: 'no-cors', body: JSON.stringify({ kind, ...report }) });
  for (const [check, run] of Object.entries(checks)) {
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
}
