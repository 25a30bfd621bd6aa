/** Writes the last run of all tests into docs/support.md, between the two marks. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };

const page = fileURLToPath(new URL('../../docs/support.md', import.meta.url));
export const marks = ['<!-- written by npm run test:everywhere -->', '<!-- end -->'];

export function writeLastRun(checks) {
  const [head, rest] = readFileSync(page, 'utf8').split(marks[0]);
  const [, tail] = rest.split(marks[1]);
  writeFileSync(page, `${head}${marks[0]}\n${lastRun(checks, system(), new Date())}\n${marks[1]}${tail}`);
}

/** Text of a run: the date, the system, a row for each host or tool that was tested, and the checks that failed. */
export function lastRun(checks, system, date) {
  const tested = [...new Set(checks.map((check) => check.tested))].sort(
    new Intl.Collator('en', { numeric: true }).compare,
  );
  const rows = tested.map((name) => {
    const found = checks.filter((check) => check.tested === name);
    return `| ${name} | ${found.filter(({ passed }) => passed).length} of ${found.length} |`;
  });
  const failed = checks.filter(({ passed }) => !passed).map(({ tested, check }) => `- ${tested}: ${check}`);
  return [
    `${date.toISOString().slice(0, 10)}, evenkeel ${packageJson.version}, ${system}:`,
    '',
    '| tested | checks passed |',
    '|---|--:|',
    ...rows,
    ...(failed.length > 0 ? ['', 'Failed:', '', ...failed] : []),
  ].join('\n');
}

function system() {
  const path = '/etc/os-release';
  const [, name] = (existsSync(path) && /^PRETTY_NAME="(.*)"$/m.exec(readFileSync(path, 'utf8'))) || [];
  return `${name ?? type()} on ${arch()}`;
}
