/** Linters of packages, on the packed package: files, exports and their order. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { npm } from '../../scripts/npm.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const packed = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
  cwd: root,
  encoding: 'utf8',
});
const [{ filename }] = JSON.parse(packed.stdout as string) as [{ filename: string }];
const tarball = join(folder, filename);

it('has no fault that publint finds', async () => {
  const { buffer } = new Uint8Array(readFileSync(tarball));
  const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, packageJson))).toEqual([]);
});
