/**
 * Prints a line for each check of a test program that vitest does not run, and the line `N passed, N failed` at its end. A program
 * that runs such programs sets EVENKEEL_OUTCOMES to a file, which then gets all checks as JSON.
 */
import { writeFileSync } from 'node:fs';

export const print = (line) => process.stdout.write(`${line}\n`);

/** Returns a record of checks. Each has the name of what is tested, such as 'Firefox 153.8', and a name of its own. */
export function outcomes() {
  const checks = [];
  return {
    /** Reports a check. It has passed if it has no problem; `detail` is shown in parentheses. */
    report(tested, check, problem, detail) {
      checks.push({ tested, check, passed: problem === undefined });
      const name = [tested, check].filter(Boolean).join(': ');
      if (problem === undefined) print(`ok      ${name}${detail ? ` (${detail})` : ''}`);
      else print(`failed  ${name}\n        ${String(problem).trim().replaceAll('\n', '\n        ')}`);
    },

    /** Adds a check that another program has printed. */
    add: (check) => checks.push(check),

    /** Prints the counts and sets the exit code of the process. A run without a check has failed. */
    finish() {
      const passed = checks.filter((check) => check.passed).length;
      const failed = checks.length - passed;
      print(`${passed} passed, ${failed} failed`);
      process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
      const path = process.env.EVENKEEL_OUTCOMES;
      if (path) writeFileSync(path, JSON.stringify(checks));
    },
  };
}
