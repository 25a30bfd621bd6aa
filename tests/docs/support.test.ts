/** docs/support.md: the policy agrees with what the package and the tests name, and the last run has its place. */
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import engines from '../engines/package.json' with { type: 'json' };
import { lastRun, marks } from '../everywhere/support-page.mjs';
import { documentText } from '../support/documents.js';
import { tableBelow } from '../support/tables.js';

const text = documentText('docs/support.md');
const policy = new Map(tableBelow(text, 'what').map(([what, versions]) => [what!, versions!]));

describe('the policy', () => {
  it('names each Node that the tests run, and the oldest that the package allows', () => {
    const majors = [...policy.get('Node')!.matchAll(/\d+/g)].map(([major]) => major);
    expect(majors).toEqual(Object.keys(engines.dependencies).map((name) => name.replace('node', '')));
    expect(packageJson.engines.node).toMatch(new RegExp(`^\\^${majors[0]}\\.`));
  });

  it('names the oldest TypeScript that the tests compile with', () => {
    const [, oldest] = /@(\d+\.\d+)\./.exec(packageJson.devDependencies['typescript-5.4'])!;
    expect(policy.get('TypeScript')).toBe(`${oldest} and later`);
  });
});

describe('the last run', () => {
  it('stands between the marks', () => {
    const [head, run, ...rest] = text.split(new RegExp(marks.join('|')));
    expect(head).toContain('## The last run');
    expect(run!.trim()).not.toBe('');
    expect(rest).toHaveLength(1);
  });

  it('has a row for each host, and names what failed', () => {
    const checks = [
      { tested: 'Vite 8.0.0', check: 'page', passed: true },
      { tested: 'Deno 2.0.0', check: 'import', passed: false },
      { tested: 'Vite 8.0.0', check: 'server', passed: true },
    ];
    const run = lastRun(checks, 'Debian on x64', new Date('2026-01-02T03:04:05Z'));
    expect(run).toMatch(/^2026-01-02, evenkeel \d+\.\d+\.\d+, Debian on x64:\n/);
    expect(tableBelow(run, 'tested')).toEqual([
      ['Deno 2.0.0', '0 of 1'],
      ['Vite 8.0.0', '2 of 2'],
    ]);
    expect(run).toMatch(/Failed:\n\n- Deno 2\.0\.0: import$/);
  });
});
