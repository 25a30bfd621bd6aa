/** The tables of the tests have a row for every name; a missing row does not compile. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-rows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Tables: kind, file, and the type of the names. */
const tables = [
  ['activations', 'tests/kernels/activation-table.ts', 'ElementwiseActivation'],
  ['losses', 'tests/training/losses.test.ts', 'LossName'],
  ['optimizers', 'tests/optimizers/steps.test.ts', 'OptimizerName'],
  ['saved optimizers', 'tests/support/saved-kinds.ts', 'OptimizerName'],
  ['schedules', 'tests/schedules/schedules.test.ts', "Schedule['name']"],
  ['metrics', 'tests/metrics/table.test.ts', 'MetricName'],
  ['initializers', 'tests/initializers/initializers.test.ts', 'InitializerName'],
] as const;

/** Removes the last row of the table that satisfies Record<names, …>. */
function withoutRow(text: string, names: string): { row: string; holed: string } {
  const end = text.lastIndexOf('}', text.indexOf(`satisfies Record<${names}`));
  const last = [...text.slice(0, end).matchAll(/^ {2}(\w+): /gm)].at(-1)!;
  return { row: last[1]!, holed: text.slice(0, last.index) + text.slice(end) };
}

describe('a row that is missing', () => {
  let output = '';
  const removed = new Map<string, string>();

  beforeAll(() => {
    cpSync(join(root, 'tests'), join(folder, 'tests'), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
    for (const name of ['src', 'scripts', 'node_modules', 'package.json', 'tsconfig.json']) {
      symlinkSync(join(root, name), join(folder, name));
    }
    for (const [kind, path, names] of tables) {
      const { row, holed } = withoutRow(readFileSync(join(root, path), 'utf8'), names);
      removed.set(kind, row);
      writeFileSync(join(folder, path), holed);
    }
    const config = {
      extends: './tsconfig.json',
      compilerOptions: { types: ['node'], noUnusedLocals: false },
      include: [],
      files: tables.map(([, path]) => path),
    };
    writeFileSync(join(folder, 'rows.json'), JSON.stringify(config));
    const { stdout } = spawnSync(
      join(root, 'node_modules/.bin/tsc'),
      ['-p', 'rows.json', '--pretty', 'false'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    output = stdout;
  }, 600_000);

  it.each(tables)('does not compile in the tests of %s', (kind, path) => {
    const row = removed.get(kind)!;
    const lines = output.split('\n');
    const first = lines.findIndex((line) => line.startsWith(`${path}(`) && /error TS/.test(line));
    expect(first, output).toBeGreaterThanOrEqual(0);
    // All lines of an error but the first are indented.
    const rest = lines.slice(first + 1).findIndex((line) => !line.startsWith(' '));
    expect(lines.slice(first, first + 1 + rest).join('\n')).toContain(`Property '${row}' is missing`);
  });
});
