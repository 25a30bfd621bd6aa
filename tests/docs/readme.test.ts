/** Tests that the examples of the README and the docs compile under plain strict and run on the built package. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programs } from '../support/code-blocks.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Folder within the package, so that its own name resolves through `exports`. */
const folder = join(root, 'build', 'readme');
/** Declarations of the host's functions that the examples use, as the DOM's and Node's types have them. */
const hostTypes = `
declare const console: { log(...values: unknown[]): void };
declare class AbortController {
  readonly signal: { readonly aborted: boolean; readonly reason: unknown };
  abort(reason?: unknown): void;
}
declare class Blob { constructor(parts: readonly ArrayBufferView<ArrayBuffer>[]); }
declare const URL: { createObjectURL(blob: Blob): string };
declare function fetch(url: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> }>;
declare module 'node:fs' {
  export function readFileSync(path: string): Uint8Array;
  export function writeFileSync(path: string, data: Uint8Array | string): void;
}
`;
const examples = programs.flatMap((document) => {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/```ts\n([\s\S]*?)```(?:\n\n[^\n]*prints[^\n]*\n\n```text\n([\s\S]*?)```)?/g)].map(
    ([, code, printed], i) => ({ file: `${basename(document, '.md')}-${i + 1}`, code: code!, printed }),
  );
});

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { file, code } of examples) {
    writeFileSync(join(folder, `${file}.ts`), `${code}\nexport {};\n`);
    writeFileSync(join(folder, `${file}.mjs`), transformSync(code, { loader: 'ts', format: 'esm' }).code);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the examples of the documents', () => {
  it.each(programs)('exist: %s', (document) => {
    const name = basename(document, '.md');
    expect(examples.some(({ file }) => file.startsWith(name))).toBe(true);
  });

  it('compile without the DOM’s or Node’s types', () => {
    const tsc = join(
      dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
      'bin',
      'tsc',
    );
    writeFileSync(join(folder, 'host.d.ts'), hostTypes);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022'],
      types: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });

  it.each(examples)('$file runs', ({ file, printed }) => {
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const output = execFileSync(process.execPath, [join(folder, `${file}.mjs`)], options);
    expect(output).not.toMatch(/NaN|undefined/);
    expect(output.length).toBeGreaterThan(0);
    if (printed !== undefined) expect(output).toBe(printed);
  });

  it('print what the README shows', () => {
    expect(examples.find(({ file }) => file === 'README-1')?.printed).toMatch(/accuracy/);
  });
});
