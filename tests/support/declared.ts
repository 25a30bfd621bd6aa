/** The published declarations, and TypeScript's language service over a text that imports all entries. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-5.4';
import { afterAll } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, { types?: string }>;
};
/** Folder of the published declarations. */
export const declarations = join(root, 'build/types');
/** Entries with their declarations: 'evenkeel', 'evenkeel/data' and so on. */
export const entries = Object.entries(exports).flatMap(([path, { types }]) =>
  types === undefined ? [] : [{ entry: path.replace('.', 'evenkeel'), types: join(root, types) }],
);

mkdirSync(join(root, 'build'), { recursive: true });
/** Folder within the repository, where `evenkeel` resolves to this package. Removed after the tests. */
export const folder = mkdtempSync(join(root, 'build/declarations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Path of the edited text. */
export const file = join(folder, 'edited.ts');
let edited = entries.map(({ entry }) => `import '${entry}';`).join('\n');
let edits = 0;
const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: [],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};
/** TypeScript's language service over one text, which each case replaces. */
export const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => [file],
  getScriptVersion: (path) => (path === file ? String(edits) : '0'),
  getScriptSnapshot: (path) => {
    const content = path === file ? edited : ts.sys.readFile(path);
    return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
  },
  getCurrentDirectory: () => folder,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (path) => path === file || ts.sys.fileExists(path),
  readFile: ts.sys.readFile,
  directoryExists: ts.sys.directoryExists,
});

/** Replaces the text. */
export function edit(text: string): void {
  edited = text;
  edits++;
}

/** Export of an entry. */
export interface Exported {
  readonly entry: string;
  readonly name: string;
  readonly symbol: ts.Symbol;
}

export const program = service.getProgram()!;
export const checker = program.getTypeChecker();

/** Exports of the entries, with aliases followed. */
export const exported: Exported[] = entries.flatMap(({ entry, types }) => {
  const source = program.getSourceFile(types)!;
  const module = checker.getSymbolAtLocation(source)!;
  return checker.getExportsOfModule(module).map((symbol) => ({
    entry,
    name: symbol.name,
    symbol: symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  }));
});
