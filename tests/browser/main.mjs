/** Script of every page with modules: runs the checks for the page's kind. */
import { checks } from './page.mjs';
import { runChecks } from './run-checks.mjs';

const kind = location.pathname.slice(1);
await runChecks(checks[kind], kind);
