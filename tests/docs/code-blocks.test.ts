/**
 * Tests that a test runs or checks every code block of the documents, or that the block is in the list of those that no test runs.
 * Shell commands are compared with the helps of the command and with package.json here.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { documents } from '../../site/documents.mjs';
import { type CodeBlock, codeBlocks, programs } from '../support/code-blocks.js';
import { shell } from '../support/shell.js';

const { run } = shell();

/** Blocks that a test of another file runs or checks: document, language, and that file. */
const elsewhere: readonly (readonly [document: RegExp, languages: RegExp, test: string])[] = [
  [/^docs\/lessons\/.*\/lesson\.md$/, /^(js|text)$/, 'tests/lessons/lessons.test.ts'],
  [/^docs\/activations\.md$/, /^text$/, 'tests/docs/activations.test.ts'],
  [/^docs\/schedules\.md$/, /^ts$/, 'tests/schedules/schedules.test.ts'],
  [/^docs\/command-line\.md$/, /^(json|text)$/, 'tests/docs/command-line.test.ts'],
  [/^docs\/interchange\.md$/, /^python$/, 'tests/interchange/sklearn.test.ts'],
  [/^README\.md$/, /^text$/, 'tests/docs/readme.test.ts'],
  [/^README\.md$/, /^html$/, 'tests/package/pack.test.ts'],
];

/** Documents whose `js` blocks are fragments that no test runs, and the reason. Programs are `ts` blocks. */
const fragments: Readonly<Record<string, string>> = {
  'docs/hosts.md':
    'need another host, a bundler or a server; tests/consumers and tests/wasm do the same there',
  'docs/interchange.md':
    'need another library or its files; tests/onnx and tests/interchange call the functions',
  'docs/predicting.md': 'need a server; tests/predictor calls loadPredictorWith',
};

/** Other blocks that no test runs, by document and the words with which they begin, and the reason of each. */
const notRun: readonly (readonly [document: string, begins: string, reason: string])[] = [
  ['docs/data.md', 'cars.csv: line 40', 'messages; the tests of tests/data quote such messages one by one'],
  ['docs/errors.md', "loss: unknown name 'mse'", 'messages; tests/package/hints.test.ts has each kind'],
  [
    'docs/fashion.md',
    'import { experiments }',
    'needs Fashion-MNIST and minutes; tests/lab runs the experiment',
  ],
  [
    'docs/hosts.md',
    '<script type="importmap">',
    'needs a server; tests/package/pack.test.ts follows such imports',
  ],
  ['docs/hosts.md', '<script src=', 'needs a page; tests/browser/script.mjs loads the script'],
  ['docs/hosts.md', 'script-src', 'a header; tests/browser sends such policies'],
  ['docs/overview.md', 'layers[0].activation:', 'messages; the tests of each argument quote them'],
  ['docs/random.md', 'word (i mod 4)', 'a formula; tests/numbers computes it independently'],
  ['docs/saving.md', 'from safetensors', 'needs PyTorch'],
  [
    'docs/training.md',
    'epoch 1/6',
    'output that depends on the time; tests/node/progress-bar.test.ts has its lines',
  ],
  ['docs/training.md', 'MLP: wasm backend', 'tests/network/summary.test.ts quotes such a table'],
];

const blocks = ['site/home.md', ...documents].flatMap(codeBlocks);
const title = ({ document, line, language }: CodeBlock) =>
  `${document}:${line} (${language || 'no language'})`;
const isIn = ({ document, code }: CodeBlock, [name, begins]: (typeof notRun)[number]) =>
  document === name && code.startsWith(begins);

/** Returns the commands of a block, without comments. A line may join several by `|` or `&&`. */
function commandsOf({ code }: CodeBlock): string[] {
  const lines = code.split('\n').map((line) => line.replace(/(^| +)#.*$/, ''));
  return lines.flatMap((line) => line.split(/ (?:\||&&) /)).filter((command) => command.trim() !== '');
}

it('finds the code blocks of all documents', () => {
  expect(blocks.length).toBeGreaterThan(150);
  expect(new Set(blocks.map(({ language }) => language))).toContain('ts');
});

describe('every code block is run, checked or in the list of those that are not', () => {
  const others = blocks.filter(({ language }) => language !== 'sh');

  it.each(others.map((block) => [title(block), block] as const))('%s', (_, block) => {
    const ways = [
      programs.includes(block.document) && block.language === 'ts',
      ...elsewhere.map(
        ([document, languages]) => document.test(block.document) && languages.test(block.language),
      ),
      block.language === 'js' && block.document in fragments,
      ...notRun.map((row) => isIn(block, row)),
    ];
    expect(ways.filter(Boolean)).toHaveLength(1);
  });

  it.each(
    others.filter(({ language }) => /^[jt]s$/.test(language)).map((block) => [title(block), block] as const),
  )('%s parses', (_, { code }) => {
    expect(() => transformSync(code, { loader: 'ts', format: 'esm' })).not.toThrow();
  });

  it.each(notRun)('%s still has the block that begins with %s', (...row) => {
    expect(blocks.some((block) => isIn(block, row))).toBe(true);
  });

  it.each([...new Set(elsewhere.map(([, , test]) => test))])('%s exists', (test) => {
    expect(existsSync(fileURLToPath(new URL(`../../${test}`, import.meta.url)))).toBe(true);
  });
});

/** Programs of other projects. */
const foreign = ['dieharder', 'npm ci', 'npm install', 'npm publish', 'npm pkg', 'npx vite', 'curl', 'kill'];

describe('every command exists, with its options', () => {
  const commands = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => commandsOf(block).map((command) => [title(block), command] as const));

  it.each(commands)('%s: %s', (_, command) => {
    const words = command.replace(/^(?:[A-Z_]+=\S+ )+/, '').trim();
    const script = /^npm (?:run )?(\S+)/.exec(words)?.[1];
    const own = /^(?:npx |npm run )?evenkeel(?: --)? (.*)$/.exec(words)?.[1];
    if (own !== undefined) expectOptions(own);
    else if (!foreign.some((name) => words.startsWith(name)))
      expect(packageJson.scripts).toHaveProperty([script!]);
  });
});

const helps = new Map<string, string>();

/** Returns the help of a command, such as `lab compare`. */
function helpOf(path: string): string {
  if (!helps.has(path)) {
    const { status, stdout } = run(...path.split(' '), '--help');
    expect(status, path).toBe(0);
    helps.set(path, stdout);
  }
  return helps.get(path)!;
}

/** Fails unless a command of `evenkeel` has all options of a command line. */
function expectOptions(line: string): void {
  const [name, under] = line.split(' ');
  const commands = helpOf(name!).split('Commands:\n')[1] ?? '';
  const help = under && commands.includes(`  ${under} `) ? helpOf(`${name} ${under}`) : helpOf(name!);
  for (const [option] of line.matchAll(/--[\w-]+/g)) expect(help, line).toContain(` ${option}`);
}
