/** Linters of packages, on the packed package: files, exports, and the types that each kind of module resolution finds. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { npm } from '../../scripts/npm.mjs';
import { packInto } from '../../scripts/pack.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tarball = packInto(folder);

it('has no fault that publint finds', async () => {
  const { buffer } = new Uint8Array(readFileSync(tarball));
  const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, packageJson))).toEqual([]);
});

/** What the linter of types may find: docs/decisions.md says why there is no CommonJS build. A WebAssembly file has no types. */
const accepted = [
  '--ignore-rules',
  'cjs-resolves-to-esm',
  '--exclude-entrypoints',
  ...Object.keys(packageJson.exports)
    .filter((entry) => entry.endsWith('.wasm'))
    .map((entry) => entry.slice(2)),
];

/** Runs the command of @arethetypeswrong/cli. */
function attw(...given: string[]) {
  const command = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  const flags = ['--no-color', '--no-emoji', '--format', 'ascii'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...given, ...flags], {
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

it('has types that every kind of module resolution finds', () => {
  const { status, output } = attw(tarball, ...accepted);
  expect(status, output).toBe(0);
});

it('notices an entry without types', () => {
  const broken = join(folder, 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'index.js'), 'export const a = 1;');
  writeFileSync(join(broken, 'index.d.ts'), 'export declare const a: number;');
  writeFileSync(join(broken, 'data.js'), 'export const b = 1;');
  const exports = { '.': { types: './index.d.ts', default: './index.js' }, './data': './data.js' };
  writeFileSync(
    join(broken, 'package.json'),
    JSON.stringify({ name: 'broken', version: '1.0.0', type: 'module', exports }),
  );
  npm(['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: broken });
  const { status, output } = attw(join(folder, 'broken-1.0.0.tgz'), ...accepted);
  expect(status).toBe(1);
  expect(output).toContain('No types');
});
