/** The published declarations compile under TypeScript 5.4 and later, and an editor shows the meaning of each option. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript-5.4';
import { describe, expect, it } from 'vitest';
import {
  checker,
  declarations,
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

  /** Models whose options stand in a constant with a type of the package, by the kind of options. */
  const constants = (backend: string, kind: string) => `
    import { type LoadOptions, MLP, type MLPConfig, type MLPOptions } from 'evenkeel';
    import { recommended, recommendedOptions, type RecommendedOptions } from 'evenkeel';
    declare const bytes: Uint8Array;
    const options: MLPOptions${backend} = { inputSize: 1, layers: [{ units: 1 }] };
    const config: MLPConfig${backend} = new MLP(options).config;
    const load: LoadOptions${backend} = {};
    const simple: RecommendedOptions${backend} = { inputSize: 1, classes: 2 };
    const models = [new MLP(options), new MLP(config), new MLP(new MLP(config).config), MLP.load(bytes, load)];
    export const predictions: ${kind}[] = models.map((model) => model.predict([[1]]));
    export const others: ${kind}[] = [recommended(simple), new MLP(recommendedOptions(simple).model)].map(
      (model) => model.getWeights()[0]!.kernel,
    );`;

  it.each(['typescript-5.4', 'typescript'])(
    'type what a model of named options computes under %s',
    (version) => {
      expect(compile(version, constants('', 'Float32Array'))).toBe('');
      expect(compile(version, constants("<'javascript64'>", 'Float64Array'))).toBe('');
      expect(compile(version, constants('', 'Float64Array'))).toMatch(/error TS2322/);
    },
  );
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

/** Member of an exported class: a method, property or static function. */
interface Member {
  readonly entry: string;
  readonly className: string;
  /** Expression that an editor hovers over: 'it.fit', 'MLP.load'. */
  readonly path: string;
  readonly symbol: ts.Symbol;
}

const isPublished = (symbol: ts.Symbol) =>
  symbol.declarations?.some((one) => one.getSourceFile().fileName.startsWith(declarations)) === true;

const isPrivate = (declared: ts.Declaration | undefined) =>
  declared !== undefined && ts.isPropertyDeclaration(declared) && ts.isPrivateIdentifier(declared.name);

/** Members of all exported classes, without those that errors inherit from the language and without the prototype. */
const members: Member[] = classes.flatMap(({ entry, name: className, symbol }) => {
  const of = (type: ts.Type, path: string) =>
    checker
      .getPropertiesOfType(type)
      .filter((member) => isPublished(member) && !(member.flags & ts.SymbolFlags.Prototype))
      .filter(({ valueDeclaration }) => !isPrivate(valueDeclaration))
      .map((member) => ({ entry, className, path: `${path}.${member.name}`, symbol: member }));
  return [
    ...of(checker.getDeclaredTypeOfSymbol(symbol), 'it'),
    ...of(checker.getTypeOfSymbol(symbol), className),
  ];
});

/** Function, method or constructor that takes options, with a marked call for each of their keys. */
interface Taker {
  readonly entry: string;
  /** Exported name that the calls need. */
  readonly name: string;
  /** Expression that is called: 'adam', 'it.fit', 'new MLP'. */
  readonly called: string;
  /** Calls with one key each, such as 'it.fit([], [], { ¦epochs: … });'. */
  readonly calls: readonly string[];
}

/** Parameters with options. The keys of data, such as the `name` of an activation, are no options. */
const takenAsOptions = ['options', 'weights', 'callbacks', 'run'];

function takerOf(entry: string, name: string, called: string, signatures: readonly ts.Signature[]): Taker {
  const calls = signatures.flatMap(({ parameters }) =>
    parameters.flatMap((parameter, at) => {
      const before = 'undefined as any, '.repeat(at);
      const keys = takenAsOptions.includes(parameter.name) ? plainKeys(parameter) : [];
      return keys.map((key) => `${called}(${before}{ ¦${key}: undefined as any });`);
    }),
  );
  return { entry, name, called, calls: [...new Set(calls)] };
}

const takers: Taker[] = [
  ...functions.map(({ entry, name, symbol }) =>
    takerOf(entry, name, name, checker.getTypeOfSymbol(symbol).getCallSignatures()),
  ),
  ...classes.map(({ entry, name, symbol }) =>
    takerOf(entry, name, `new ${name}`, checker.getTypeOfSymbol(symbol).getConstructSignatures()),
  ),
  ...members.map(({ entry, className, path, symbol }) =>
    takerOf(entry, className, path, checker.getTypeOfSymbol(symbol).getCallSignatures()),
  ),
].filter(({ calls }) => calls.length > 0);

/** Names of the keys of a published interface; none for arrays, functions, classes and primitives. */
function plainKeys(parameter: ts.Symbol): string[] {
  const type = checker.getTypeOfSymbol(parameter);
  const plain = (type.isUnion() ? type.types : [type])
    .filter((part) => part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))
    .filter((part) => !((part.symbol?.flags ?? 0) & ts.SymbolFlags.Class))
    .filter((part) => part.getCallSignatures().length === 0);
  return plain
    .flatMap((part) => checker.getPropertiesOfType(part))
    .filter((property) => isPublished(property))
    .map(({ name }) => name);
}

const textOf = ts.displayPartsToString;

/** First words of a text that needs the line above or below it, and texts that only name another declaration. */
const leans = /^(?:Of|What|The same|That|There|Whether|It|How|Where|As|If|Like|Same|See|Ditto|Also)\b/;

/** Returns true for a text that can be read by itself: at least three words, and no opening that leans on something else. */
const standsAlone = (text: string) => !leans.test(text) && text.trim().split(/\s+/).length >= 3;

describe('a hover', () => {
  const standard = (name: string) =>
    checker.resolveName(name, undefined, ts.SymbolFlags.Type, false) !== undefined;
  const kinds = ['aliasName', 'className', 'interfaceName', 'enumName'];

  /** Checks the hovers at the marked places: each has a text, and names only types that a reader can import. */
  function expectHelp(marked: string): void {
    const parts = marked.split('¦');
    edit(parts.join(''));
    let at = 0;
    for (const [p, part] of parts.slice(0, -1).entries()) {
      at += part.length;
      const place = parts[p + 1]!.split('\n')[0];
      const info = service.getQuickInfoAtPosition(file, at)!;
      const types = (info.displayParts ?? [])
        .filter(({ kind }) => kinds.includes(kind))
        .map((part) => part.text);
      const hidden = types.filter((name) => !publicTypes.has(name) && !standard(name));
      expect(hidden, place).toEqual([]);
      expect(textOf(info.documentation), place).toSatisfy(standsAlone);
    }
  }
  /** Text that imports a name and, for a class, has one of its instances. */
  const using = (entry: string, name: string, ...statements: string[]) => {
    const isClass = classes.some((one) => one.name === name);
    const instance = isClass ? [`declare const it: ${name};`] : [];
    return [`import { ${name} } from '${entry}';`, ...instance, ...statements].join('\n');
  };

  it.each([...functions, ...classes].map((one) => [`${one.entry}: ${one.name}`, one] as const))(
    'over %s names only exported types',
    (_, { entry, name }) => expectHelp(using(entry, name, `¦${name};`)),
  );

  it.each(['', 'Adam.', 'As sgd does, but slower.', 'The same for kernels.', 'See the option above.'])(
    'does not stand alone if it says %j',
    (text) => expect(text).not.toSatisfy(standsAlone),
  );

  it('is tested for the members of classes and for the keys of their options', () => {
    const paths = members.map(({ className, path }) => `${className} ${path}`);
    const known = ['MLP it.fit', 'MLP it.seed', 'MLP MLP.load', 'Rng it.normal', 'ShapeError it.argument'];
    expect(paths).toEqual(expect.arrayContaining(known));
    const called = takers.map(({ called }) => called);
    const takes = ['adam', 'gridSearch', 'new MLP', 'it.fit', 'it.save', 'MLP.load', 'it.normal'];
    expect(called).toEqual(expect.arrayContaining(takes));
    const fit = takers.find(({ called }) => called === 'it.fit')!.calls.join();
    for (const key of ['epochs', 'validationSplit', 'earlyStopping']) expect(fit).toContain(`¦${key}:`);
  });

  it.each(members.map((one) => [`${one.className} ${one.path}`, one] as const))(
    'over %s says what it is and names only exported types',
    (_, { entry, className, path, symbol }) => {
      expectHelp(using(entry, className, path.replace('.', '.¦')));
      if (!(symbol.flags & ts.SymbolFlags.Method)) return;
      // An editor shows each overload with a text of its own.
      for (const signature of checker.getTypeOfSymbol(symbol).getCallSignatures()) {
        expect(textOf(signature.getDocumentationComment(checker))).toSatisfy(standsAlone);
        const described = signature.parameters.map((one) => [
          one.name,
          textOf(one.getDocumentationComment(checker)),
        ]);
        expect(described.filter(([, text]) => text === '').map(([parameter]) => parameter)).toEqual([]);
      }
    },
  );

  it.each(takers.map((one) => [`${one.entry}: ${one.called}`, one] as const))(
    'over each key that %s takes says what it is and names only exported types',
    (_, { entry, name, calls }) => expectHelp(using(entry, name, ...calls)),
  );
});

describe('the reports', () => {
  it('each have a kind of their own', () => {
    const { symbol } = exported.find(({ entry, name }) => entry === 'evenkeel/report' && name === 'Report')!;
    const isList = (type: ts.Type) => type.getNumberIndexType() !== undefined;
    // { labels, reports } may leave its kind out.
    const mayLackIt = (type: ts.Type) => type.getProperty('reports') !== undefined;
    const kinds = (checker.getDeclaredTypeOfSymbol(symbol) as ts.UnionType).types
      .filter((type) => !isList(type) && !mayLackIt(type))
      .map((type) => {
        const kind = type.getProperty('kind');
        const isOptional = kind !== undefined && (kind.flags & ts.SymbolFlags.Optional) !== 0;
        const kindType = kind && !isOptional ? checker.getTypeOfSymbol(kind) : undefined;
        return kindType?.isStringLiteral() ? kindType.value : checker.typeToString(type);
      });
    expect(kinds.sort()).toEqual([
      'activationExplanation',
      'classificationReport',
      'diagnosis',
      'experiment',
      'fiveStarts',
      'gradientCheck',
      'gridSearch',
      'history',
      'initializerExplanation',
      'modelExplanation',
      'page',
      'propagation',
      'recipe',
    ]);
  });
});
