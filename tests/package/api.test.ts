/** The reports in `api/` name every public declaration, so that a change of the interface shows in the change's diff. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../..', import.meta.url));

it('is what the reports say; `npm run api` writes them again', () => {
  const check = [join(root, 'scripts/api.mjs'), '--check'];
  const { status, stdout, stderr } = spawnSync(process.execPath, check, { cwd: root, encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(0);
});

it('has a report for each entry with types', () => {
  const typed = Object.values(packageJson.exports).filter((target) => typeof target === 'object');
  expect(readdirSync(join(root, 'api'))).toHaveLength(typed.length);
});
