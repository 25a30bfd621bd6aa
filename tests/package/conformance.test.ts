/**
 * Checks that every name is complete: kernels in every backend and in their contract; activations, losses, optimizers, schedules,
 * metrics and initializers in the public names, in the documents and in the tables of the tests.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtKernels, builtPredictor, kernelDifferences } from '../../scripts/conformance.mjs';
import type { ElementwiseActivation } from '../../src/backend/kernels.js';
import * as evenkeel from '../../src/index.js';
import { initializerNames } from '../../src/initializers/index.js';
import * as lab from '../../src/lab/index.js';
import * as metrics from '../../src/metrics/index.js';
import { metricNames } from '../../src/metrics/table.js';
import { activationNames } from '../../src/network/activations.js';
import { optimizerNames } from '../../src/optimizers/index.js';
import { scheduleNames } from '../../src/schedules/kinds.js';
import { lossNames } from '../../src/training/losses.js';
import { activationRows } from '../kernels/activation-table.js';

const root = new URL('../../', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8');
const missing = (names: readonly string[], where: ReadonlySet<string>) =>
  names.filter((name) => !where.has(name));

/** Returns the names in backquotes that begin a row of a table. */
function namesInTables(text: string): Set<string> {
  const cells = text.split('\n').flatMap((line) => /^\| *(`[^|]*)\|/.exec(line)?.[1] ?? []);
  return new Set(cells.flatMap((cell) => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name!)));
}

describe('kernels', async () => {
  const built = await builtKernels();
  const [portable, fused] = ['build/wasm/portable.wasm', 'build/wasm/fused.wasm'] as const;
  const { javascript } = built;
  const names = [...javascript.keys()];
  const without = (source: string, kernel: string) => {
    const held = new Map(built[source]);
    held.delete(kernel);
    return { ...built, [source]: held };
  };
  const withCount = (source: string, kernel: string, count: number) => ({
    ...built,
    [source]: new Map(built[source]).set(kernel, count),
  });

  it('are equal in both binaries and in JavaScript', () => {
    expect(names.length).toBeGreaterThan(90);
    expect(kernelDifferences(built)).toEqual([]);
  });

  it.each([
    [without(portable, 'lion'), [`${portable}: kernel 'lion' is missing; src/backend/javascript has it`]],
    [without(fused, 'gemm_nn'), [`${fused}: kernel 'gemm_nn' is missing; src/backend/javascript has it`]],
    [without('javascript', 'sgd'), [`src/backend/javascript: kernel 'sgd' is missing; ${portable} has it`]],
    [withCount(fused, 'sgd', 6), [`${fused}: kernel 'sgd' takes 6 parameters, ${portable} 4`]],
    [
      withCount('javascript', 'sgd', 6),
      [`${portable}: kernel 'sgd' takes 4 parameters, src/backend/javascript 6`],
    ],
    [
      withCount(portable, 'odd', 1),
      [
        `src/backend/javascript: kernel 'odd' is missing; ${portable} has it`,
        `${fused}: kernel 'odd' is missing; ${portable} has it`,
      ],
    ],
  ])('are compared by a check that names what is missing or differs: case %#', (holed, expected) => {
    expect(kernelDifferences(holed as typeof built)).toEqual(expected);
  });

  it('are equal in the predictor’s binary and in JavaScript, and a check names those that are not', async () => {
    const predictor = await builtPredictor();
    const folder = 'src/predictor/javascript';
    expect([...predictor.javascript.keys()]).toEqual(['version', 'pack_panel', 'forward']);
    expect(kernelDifferences(predictor, folder)).toEqual([]);
    const path = 'build/wasm/predictor.wasm';
    const holed = { ...predictor, [path]: new Map(predictor[path]).set('gemm_nn', 7) };
    expect(kernelDifferences(holed, folder)).toEqual([
      `${folder}: kernel 'gemm_nn' is missing; ${path} has it`,
    ]);
    const javascript = new Map(predictor.javascript).set('forward', 4);
    expect(kernelDifferences({ ...predictor, javascript }, folder)).toEqual([
      `${path}: kernel 'forward' takes 3 parameters, ${folder} 4`,
    ]);
  });

  /** `<name>_forward` in the contract stands for every activation that its row names. */
  const contract = textOf('assembly/README.md');
  const described = (text: string) => {
    const [, activations] = /`<name>_forward[^|]*\|[^|]*\| ([^|]*)\|/.exec(text)!;
    const written = activations!.match(/\w+/g)!.flatMap((name) => [`${name}_forward`, `${name}_backward`]);
    return new Set([...namesInTables(text), ...allNames(text), ...written]);
  };
  const allNames = (text: string) =>
    [...text.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`(\w+)\(/g)].map(([, name]) => name!),
    );

  it('have a row in the contract', () => {
    expect(missing(names, described(contract))).toEqual([]);
    expect(missing(names, described(contract.replace('| `blend(', '| (')))).toEqual(['blend']);
    expect(missing(names, described(contract.replace(' mish,', '')))).toEqual([
      'mish_forward',
      'mish_backward',
    ]);
  });

  const folder = new URL('tests/kernels/', root);
  const tests = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const tested = (rows: object, text: string) => {
    const activations = Object.keys(rows).flatMap((name) => [`${name}_forward`, `${name}_backward`]);
    // Tests of activations form the names of their kernels, including that of step_forward.
    const formed = [...activations, 'step_forward'];
    return new Set([...formed, ...(text.match(/\b[a-z]+(_[a-z]+)*\b/g) ?? [])]);
  };

  it('are each named by a test of kernels', () => {
    const text = tests.join('\n');
    expect(missing(names, tested(activationRows, text))).toEqual([]);
    expect(missing(names, tested(activationRows, text.replaceAll('row_backward', '')))).toEqual([
      'row_backward',
    ]);
  });

  it('do not compile if an activation has no row of tests', () => {
    const { tanh: _, ...holed } = activationRows;
    // @ts-expect-error Property 'tanh' is missing.
    holed satisfies Record<ElementwiseActivation, unknown>;
    expect(missing(names, tested(holed, ''))).toContain('tanh_forward');
  });
});

/** Sources that may use single names: the lectures' own examples, and the command, which prints. */
const excused = /^(lab|cli)\//;
const sources = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !excused.test(file))
  .map((file) => ({ file, text: textOf(`src/${file}`) }));

/** Finds code that compares something with one of these names instead of asking its row. */
function comparisons(names: readonly string[], files = sources): string[] {
  const byName = new RegExp(`[nN]ame\\)? ?[!=]== '(${names.join('|')})'`, 'g');
  return files.flatMap(({ file, text }) => [...text.matchAll(byName)].map(([found]) => `${file}: ${found}`));
}

interface Kind {
  readonly names: readonly string[];
  /** Document whose tables have a row for each name. Rows elsewhere, such as in an overview, do not count. */
  readonly document: string;
  /** Names for which the library has a function. */
  readonly made: readonly string[];
}

const kinds: Readonly<Record<string, Kind>> = {
  activations: { document: 'docs/training.md', names: activationNames, made: ['leakyRelu', 'elu', 'prelu'] },
  losses: { document: 'docs/training.md', names: lossNames, made: ['crossEntropy', 'huber'] },
  optimizers: { document: 'docs/training.md', names: optimizerNames, made: optimizerNames },
  schedules: { document: 'docs/schedules.md', names: scheduleNames, made: scheduleNames },
  metrics: { document: 'docs/metrics.md', names: metricNames, made: metricNames },
  initializers: { document: 'docs/initializers.md', names: initializerNames, made: initializerNames },
};

describe.each(Object.entries(kinds))('%s', (_, { names, document, made }) => {
  it(`have a row in a table of ${document}`, () => {
    const text = textOf(document);
    expect(missing(names, namesInTables(text))).toEqual([]);
    for (const name of names) {
      const holed = text.replaceAll(new RegExp(`^(\\|[^|]*)\`${name}\\b`, 'gm'), '$1`');
      expect(missing(names, namesInTables(holed))).toEqual([name]);
    }
  });

  it('are exported if they are functions too', () => {
    const functions = Object.entries({ ...evenkeel, ...metrics, ...lab }).filter(
      ([, value]) => typeof value === 'function',
    );
    const exported = new Set(functions.map(([name]) => name));
    expect(missing(made, exported)).toEqual([]);
    expect(missing([...made, 'forgotten'], exported)).toEqual(['forgotten']);
  });

  it('are not compared by name outside their rows', () => {
    expect(comparisons(names)).toEqual([]);
    const [first] = names;
    const special = { file: 'a.ts', text: `if (activation.name === '${first}') return 1;` };
    expect(comparisons(names, [special])).toEqual([`a.ts: name === '${first}'`]);
  });
});
