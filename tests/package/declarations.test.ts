/** The published declarations compile under TypeScript 5.4 and later, and an editor shows the meaning of each option. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript-5.4';
import { describe, expect, it } from 'vitest';
import {
  checker,
  type Exported,
  edit,
  entries,
  exported,
  file,
  folder,
  service,
} from '../support/declared.js';

const require = createRequire(import.meta.url);

describe('the declarations', () => {
  it('lie in build/types, without a level for src', () => {
    expect(entries.length).toBeGreaterThanOrEqual(5);
    for (const { types } of entries) expect(types).not.toContain('/src/');
  });

  const compile = (version: string, text: string) => {
    const file = join(folder, `${version}.ts`);
    writeFileSync(file, text);
    const project = join(folder, `${version}.json`);
    // Without DOM and without the types of Node.
    const compilerOptions = {
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      target: 'ES2022',
      lib: ['ES2022'],
      types: [],
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
    };
    writeFileSync(project, JSON.stringify({ compilerOptions, files: [file] }));
    const tsc = require.resolve(`${version}/package.json`).replace('package.json', 'bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8', cwd: folder });
    return stdout;
  };
  const imports = entries.map(({ entry }, i) => `import * as entry${i} from '${entry}';`).join('\n');
  const uses = `${imports}\nexport const all = [${entries.map((_, i) => `entry${i}`).join(', ')}];\n`;

  it.each(['typescript-5.4', 'typescript'])('compile under %s without DOM and Node', (version) => {
    const { version: number } = require(`${version}/package.json`) as { version: string };
    if (version === 'typescript-5.4') expect(number).toMatch(/^5\.4\./);
    expect(compile(version, uses)).toBe('');
    // The error shows that the entry resolved and that its types did not become `any`.
    expect(compile(version, `${uses}\nconst wrong: string = entry0.adam();`)).toMatch(/error TS2322/);
  });
});

const isFunction = ({ symbol }: Exported) => checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0;
const functions = exported.filter((one) => isFunction(one));
const classes = exported.filter(({ symbol }) => symbol.flags & ts.SymbolFlags.Class);
const publicTypes = new Set(exported.map(({ name }) => name));

/** Position of the options parameter in a call of each function that has one. */
const withOptions = functions.flatMap((one) => {
  const signatures = checker.getTypeOfSymbol(one.symbol).getCallSignatures();
  return signatures.slice(-1).flatMap((signature) => {
    const at = signature.parameters.findIndex(({ name }) => name === 'options');
    return at < 0 ? [] : [{ ...one, at }];
  });
});

/** Returns the completions at a place, without keys of arrays, functions and the like. */
function completionsAt(call: string, one: { readonly entry: string; readonly name: string }) {
  const text = `import { ${one.name} } from '${one.entry}';\n${call}`;
  const position = text.indexOf('¦');
  edit(text.replace('¦', ''));
  const { entries: found = [] } = service.getCompletionsAtPosition(file, position, undefined) ?? {};
  const members = [ts.ScriptElementKind.memberVariableElement, ts.ScriptElementKind.memberFunctionElement];
  return found
    .filter(({ kind }) => members.includes(kind))
    .map(({ name }) => {
      const details = service.getCompletionEntryDetails(
        file,
        position,
        name,
        undefined,
        undefined,
        undefined,
        undefined,
      );
      return { name, text: ts.displayPartsToString(details?.documentation) };
    });
}

describe('completing the options in an editor', () => {
  it('is tested for all functions that take options', () => {
    const names = withOptions.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(40);
    const known = ['adam', 'cosineDecay', 'readCsv', 'toSVG', 'gridSearch', 'diagnose'];
    expect(names).toEqual(expect.arrayContaining(known));
  });

  it.each(withOptions.map((one) => [`${one.entry}: ${one.name}`, one] as const))(
    '%s has a text for every key',
    (_, one) => {
      const before = Array.from({ length: one.at }, () => 'undefined as any, ').join('');
      const keys = completionsAt(`${one.name}(${before}{ ¦ });`, one);
      expect(keys.length, 'keys').toBeGreaterThan(0);
      expect(keys.filter(({ text }) => text.trim() === '').map(({ name }) => name)).toEqual([]);
    },
  );

  const nested: Record<string, string> = {
    'a model': 'new MLP({ ¦ });',
    'a layer': 'new MLP({ inputSize: 1, layers: [{ ¦ }] });',
    'a batch norm': 'new MLP({ inputSize: 1, layers: [{ units: 1, batchNorm: { ¦ } }] });',
    'a learned scaling': "new MLP({ inputSize: 1, layers: [], inputScaling: { kind: 'unit', ¦ } });",
    'a given scaling': 'new MLP({ inputSize: 1, layers: [], inputScaling: { mean: 0, ¦ } });',
    compile: 'declare const m: MLP; m.compile({ ¦ });',
    fit: 'declare const m: MLP; m.fit([], [], { ¦ });',
    'early stopping': 'declare const m: MLP; m.fit([], [], { earlyStopping: { ¦ } });',
    diagnostics: 'declare const m: MLP; m.fit([], [], { diagnostics: { ¦ } });',
    callbacks: 'declare const m: MLP; m.fit([], [], { callbacks: [{ ¦ }] });',
    weights: 'declare const m: MLP; m.trainOnBatch([], [], { ¦ });',
    gradients: 'declare const m: MLP; m.gradients([], [], { ¦ });',
    setWeights: 'declare const m: MLP; m.setWeights([], { ¦ });',
    save: 'declare const m: MLP; m.save({ ¦ });',
    load: 'declare const b: Uint8Array; MLP.load(b, { ¦ });',
  };
  it.each(Object.entries(nested))('%s has a text for every key', (_, call) => {
    const keys = completionsAt(call, { entry: 'evenkeel', name: 'MLP' });
    expect(keys.length, 'keys').toBeGreaterThan(0);
    expect(keys.filter(({ text }) => text.trim() === '').map(({ name }) => name)).toEqual([]);
  });

  it('adam offers what it returns', async () => {
    const { adam } = await import('../../src/index.js');
    const offered = completionsAt('adam({ ¦ });', { entry: 'evenkeel', name: 'adam' }).map(
      ({ name }) => name,
    );
    expect(['name', ...offered].sort()).toEqual(Object.keys(adam()).sort());
  });
});

describe('a hover', () => {
  const standard = (name: string) =>
    checker.resolveName(name, undefined, ts.SymbolFlags.Type, false) !== undefined;
  const kinds = ['aliasName', 'className', 'interfaceName', 'enumName'];

  it.each([...functions, ...classes].map((one) => [`${one.entry}: ${one.name}`, one] as const))(
    'over %s names only exported types',
    (_, one) => {
      const text = `import { ${one.name} } from '${one.entry}';\n${one.name};`;
      edit(text);
      const info = service.getQuickInfoAtPosition(file, text.lastIndexOf(one.name))!;
      const types = (info.displayParts ?? [])
        .filter(({ kind }) => kinds.includes(kind))
        .map((part) => part.text);
      const hidden = types.filter((name) => !publicTypes.has(name) && !standard(name));
      expect(hidden).toEqual([]);
      expect(ts.displayPartsToString(info.documentation), 'documentation').not.toBe('');
    },
  );
});
