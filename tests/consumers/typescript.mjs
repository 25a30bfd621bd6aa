/**
 * TypeScript programs: each way to resolve modules, in the oldest supported version and in the newest. The program names a type of
 * every entry, is compiled without DOM, without the types of Node and with `skipLibCheck: false`, and then runs in Node.
 */
import packageJson from '../../package.json' with { type: 'json' };
import { program } from './program.mjs';

const entries = Object.keys(packageJson.exports).filter((entry) => !/\.\w+$/.test(entry.slice(1)));

/** Statements that compile only if the types have arrived. An unresolved type would be `any`, and nothing else would complain. */
const typed = [
  "import type { MLPOptions } from 'evenkeel';",
  ...entries.map((entry, i) => `import type * as entry${i} from 'evenkeel${entry.slice(1)}';`),
  'declare const console: { log(text: string): void };',
  'type IsAny<T> = 0 extends 1 & T ? true : false;',
  ...entries.map((_, i) => `export const any${i}: IsAny<typeof entry${i}> = false;`),
  'const options: MLPOptions = { inputSize: 4, layers: [{ units: 3 }] };',
  'export const predicted: Float32Array = new MLP(options).predict(iris.x);',
  '// @ts-expect-error The size is a number.',
  "export const wrong = () => new MLP({ inputSize: 'four', layers: [] });",
  'run().then((result) => console.log(result));',
].join('\n');

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2022'],
  types: [],
  strict: true,
  // The program is JavaScript; the statements above have types.
  noImplicitAny: false,
  skipLibCheck: false,
  rootDir: '.',
  outDir: 'out',
};

/** Ways to resolve modules: options, the type of the user's package, and the program's file. */
const resolutions = [
  { title: 'node10', module: 'CommonJS', moduleResolution: 'node10', type: 'commonjs' },
  { title: 'node16, import', module: 'Node16', moduleResolution: 'node16' },
  { title: 'nodenext, import', module: 'NodeNext', moduleResolution: 'nodenext' },
  { title: 'nodenext, require', module: 'NodeNext', moduleResolution: 'nodenext', file: 'main.cts' },
  { title: 'bundler', module: 'ESNext', moduleResolution: 'bundler' },
];

/**
 * Compilers, by the package that has them, and the resolutions that they lack. TypeScript 7 has no `node10` any more, and only versions
 * from 5.8 on know that Node can require an ES module; with `node16` none does.
 */
const compilers = [
  { tool: 'typescript-5.4', lacks: ['nodenext, require'], quick: false },
  { tool: 'typescript', lacks: ['node10'], quick: true },
];

export const typescript = compilers.flatMap(({ tool, lacks, quick }) =>
  resolutions
    .filter(({ title }) => !lacks.includes(title))
    .map(({ title, module, moduleResolution, type = 'module', file = 'main.ts' }) => ({
      tool,
      title,
      quick,
      files: {
        'package.json': JSON.stringify({ private: true, type }),
        'tsconfig.json': JSON.stringify({
          compilerOptions: { ...compilerOptions, module, moduleResolution },
          files: [file],
        }),
        [file]: program('import', typed),
      },
      async run(consumer) {
        await consumer.run('node', consumer.toolPath(`${tool}/bin/tsc`), '--project', '.');
        return consumer.run('node', `out/${file.replace(/ts$/, 'js')}`);
      },
    })),
);
