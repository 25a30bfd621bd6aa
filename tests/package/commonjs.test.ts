/** CommonJS programs load the package by `require`, and get the same objects as ES modules. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'evenkeel-commonjs-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const installed = join(folder, 'node_modules/evenkeel');
mkdirSync(installed, { recursive: true });
for (const part of ['package.json', 'build/js', 'build/script']) {
  cpSync(join(root, part), join(installed, part), { recursive: true });
}

const entries = Object.entries(packageJson.exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([entry]) => entry.replace('.', 'evenkeel'));

const program = `
const required = Object.fromEntries(${JSON.stringify(entries)}.map((entry) => [entry, require(entry)]));
(async () => {
  const different = [];
  for (const [entry, names] of Object.entries(required)) {
    const imported = await import(entry);
    for (const name of Object.keys(imported)) if (imported[name] !== names[name]) different.push(entry + ': ' + name);
  }
  const { MLP } = await import('evenkeel');
  const model = new required['evenkeel'].MLP({ inputSize: 1, layers: [{ units: 1 }] });
  console.log(JSON.stringify({ different, isInstance: model instanceof MLP, saved: model.save().length > 0 }));
})();
`;

it('give each entry once, without a warning, whether they require or import it', () => {
  writeFileSync(join(folder, 'program.cjs'), program);
  const { stdout, stderr } = spawnSync(process.execPath, ['program.cjs'], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({ different: [], isInstance: true, saved: true });
});
