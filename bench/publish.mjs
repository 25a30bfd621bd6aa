/**
 * Writes the figures of docs/speed.md and of the README from history.jsonl: `node bench/publish.mjs`, which `npm run bench` runs at
 * its end. Ratios are ranges over the runs of one commit on one machine, rounded down.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseHistory, published, range, ranges, runsOf, up } from './history.mjs';

const STEP = 'step 784-256-10, batch 128, SGD';
const MNIST_STEP = 'step on MNIST rows, symmetric';
const TINY_STEP = 'step 2-16-3, batch 32';
const JAVASCRIPT = 'the faster JavaScript backend';

/** Rows of the table: measurement, row of the history, contestants. */
const table = [
  ['training step of 784-256-10, batch 128, SGD', STEP, ['jax-js', 'tfjs-wasm', 'PyTorch', JAVASCRIPT]],
  ["training step on MNIST's rows, inputs in [−1, 1]", MNIST_STEP, ['jax-js', 'tfjs-wasm']],
  ['training step of 2-16-3, batch 32', TINY_STEP, ['jax-js', 'tfjs-wasm', JAVASCRIPT]],
  [
    '1000 predictions of 784-256-10',
    'inference 784-256-10, batch 1000',
    ['onnxruntime-web', 'onnxruntime-node'],
  ],
  ['product of 256×256 matrices', 'GEMM 256³', ['numpy-ts']],
  ['epoch of MNIST', 'epoch of MNIST', ['PyTorch']],
  ['epoch of Fashion-MNIST', 'epoch of Fashion-MNIST', ['PyTorch']],
  ['kaimingNormal of 4096²', 'kaimingNormal 4096²', ['PyTorch']],
];
/** Names of contestants that the documents call by another. */
const names = {
  'tfjs-wasm': 'TF.js (WebAssembly)',
  'onnxruntime-node': 'onnxruntime-node (native)',
  PyTorch: 'PyTorch (native)',
  [JAVASCRIPT]: "evenkeel's plain JavaScript",
};
const builds = ['portable', 'fused'];
const PEAKS = { portable: 'peak, mul + add', fused: 'peak, multiply-add' };

/** Sentence of the README for each comparison: what, row of the history, contestants. */
const sentences = [
  [
    'A training step of 784-256-10 with a batch of 128 is',
    STEP,
    [
      ['jax-js', 'in jax-js'],
      ['tfjs-wasm', 'in TF.js (WebAssembly)'],
    ],
  ],
  ['An epoch of MNIST is', 'epoch of MNIST', [['PyTorch', 'in PyTorch']]],
];

/** Writes the figures of docs/speed.md, in Markdown. @param records  the history */
export function speedFigures(records) {
  const group = published(records);
  const found = ranges(group);
  const cell = (row, build, against) => {
    const at = found.get(`${row}, ${build} | ${against}`);
    return at ? range(at.low, at.high) : '';
  };
  const rows = table.flatMap(([what, row, contestants]) =>
    contestants
      .map((against) => [names[against] ?? against, ...builds.map((build) => cell(row, build, against))])
      .filter(([, ...cells]) => cells.some((figure) => figure !== ''))
      .map((cells, r) => `| ${[r === 0 ? what : '', ...cells].join(' | ')} |`),
  );
  return [
    `${takenOn(group)} The table says how many times as fast evenkeel is, in \`portable\` and in \`fused\` arithmetic:`,
    ['| what | against | portable | fused |', '|---|---|--:|--:|', ...rows].join('\n'),
    ...costs(group, found),
  ].join('\n\n');
}

/** Writes the figures of the README. @param records  the history */
export function readmeFigures(records) {
  const group = published(records);
  const found = ranges(group);
  const said = sentences.flatMap(([what, row, contestants]) => {
    const parts = contestants.flatMap(([against, where]) => {
      const at = found.get(`${row}, portable | ${against}`);
      return at ? [`${range(at.low, at.high)} times as fast as ${where}`] : [];
    });
    return parts.length > 0 ? [`${what} ${parts.join(' and ')}.`] : [];
  });
  const compared = sentences.flatMap(([, , contestants]) => contestants.map(([against]) => against));
  return [...said, takenOn(group.filter(({ against }) => compared.includes(against)))].join('\n');
}

/** Says where, when and with which versions the figures were taken. */
function takenOn(group) {
  const [{ machine, node }] = group;
  const dates = runsOf(group);
  const versions = new Map(group.flatMap(({ against, version }) => (version ? [[against, version]] : [])));
  const others = [...versions].map(([name, version]) => `${name} ${version}`).join('; ');
  const runs =
    dates.length === 1
      ? `one run of ${day(dates[0])}`
      : `${dates.length} runs, the last of ${day(dates.at(-1))}`;
  return `Measured in ${runs}: ${machine}, Node ${node}, one thread; ${others}.`;
}

const day = (date) => date.slice(0, 10);

/** Lists the figures that are no ratios to other libraries. */
function costs(group, found) {
  const shares = builds.flatMap((build) => {
    const products = group.filter(
      ({ row, against }) => /^GEMM (256|512)³/.test(row) && against === PEAKS[build],
    );
    if (products.length === 0) return [];
    const all = products.map(({ best }) => best * 100);
    return [`${range(Math.min(...all), Math.max(...all))} % in \`${build}\``];
  });
  const start = found.get('import and first step, more than bare Node | ms');
  const lines = [
    ...(shares.length > 0
      ? [
          `- Products of 256 and 512 rows and columns reach these shares of the peak of a core, best round against best round: ${shares.join(', ')}.`,
        ]
      : []),
    ...(start
      ? [
          `- In Node, the import and the first training step take ${range(start.low, start.high, up)} ms more than bare Node.`,
        ]
      : []),
  ];
  return lines.length > 0 ? [lines.join('\n')] : [];
}

/** Figures of each document, and what writes them. */
export const documents = { 'docs/speed.md': speedFigures, 'README.md': readmeFigures };

const MARKED = /(?<=<!-- figures -->\n)[\s\S]*?(?=\n<!-- end of figures -->)/;

/** Returns the part of a document that is written by this file: what stands between its two marks. */
export function figuresOf(text) {
  return MARKED.exec(text)?.[0];
}

/** Writes the figures into the documents. */
export async function publish(print) {
  const root = new URL('..', import.meta.url);
  const records = parseHistory(await readFile(new URL('bench/history.jsonl', root), 'utf8'));
  for (const [name, write] of Object.entries(documents)) {
    const path = new URL(name, root);
    const text = await readFile(path, 'utf8');
    if (!MARKED.test(text)) throw new Error(`${name}: has no marks for the figures`);
    // A function, because a string would have its dollar signs replaced.
    await writeFile(
      path,
      text.replace(MARKED, () => write(records)),
    );
  }
  const runs = runsOf(published(records)).length;
  print(
    `${Object.keys(documents).join(' and ')} have the figures of ${runs === 1 ? 'one run; another run of this commit makes them ranges' : `${runs} runs`}.`,
  );
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
  await publish((line) => process.stdout.write(`${line}\n`));
}
