/** Reading a table of numbers: time beside papaparse, which only splits it, and pandas; memory in multiples of the numbers. */
import { execFile } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import papaparse from 'papaparse';
import { race, statistics } from './harness.mjs';
import { installedVersion } from './machine.mjs';
import { raceTable, showSpread, significant, table } from './report.mjs';

const COLUMNS = 50;
const ROWS = { timed: 100_000, held: 500_000, quick: 20_000 };
const ROUNDS = 5;
const MEMORY_RUNS = 3;
const BYTES_A_NUMBER = 8;
/** Tolerance of column sums, which pandas adds in another order. */
const TOLERANCE = 1e-9;

export async function csv({ settings, peers, print }) {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
  try {
    const timed = writeTable(join(folder, 'timed.csv'), settings.quick ? ROWS.quick : ROWS.timed);
    const results = await race(
      [...(await ours(timed)), papa(timed), ...peers.flatMap(({ readCsv }) => readCsv?.(timed) ?? [])],
      { rounds: Math.min(settings.rounds, ROUNDS), warmUp: settings.warmUp, tolerance: TOLERANCE },
    );
    const held = writeTable(join(folder, 'held.csv'), settings.quick ? ROWS.quick : ROWS.held);
    const processes = await measured(held, peers, settings.quick ? 1 : MEMORY_RUNS);
    const memory = processes[0].peak;
    const size = `${timed.rows} × ${COLUMNS}`;
    for (const { name, peak, seconds } of processes) {
      print(
        `csv ${held.rows} × ${COLUMNS}, ${name}: ${significant(seconds.median)} s, ${significant(peak.median)} × the numbers`,
      );
    }
    return {
      versions: { papaparse: installedVersion('papaparse') },
      races: [{ id: 'csv', title: `readCsv, ${size}`, results }],
      // The memory of a small table is mostly that of the engine.
      values: settings.quick ? {} : { 'csv memory': memory },
      report: report(size, held, results, processes),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes numbers of up to seven digits, a tenth of them whole, from a 31-bit generator. */
function writeTable(file, rows) {
  let state = 12345;
  const draw = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x80000000;
  };
  const output = openSync(file, 'w');
  writeSync(output, `${Array.from({ length: COLUMNS }, (_, c) => `c${c}`).join()}\n`);
  for (let r = 0; r < rows; r++) {
    const cells = Array.from({ length: COLUMNS }, (_, c) =>
      c % 10 === 9 ? Math.floor(draw() * 100) : (draw() * 200 - 100).toFixed(4),
    );
    writeSync(output, `${cells.join()}\n`);
  }
  closeSync(output);
  return { file, rows };
}

async function ours({ file, rows }) {
  const { readCsv } = await import('../build/js/data.node.js');
  const bytes = readFileSync(file);
  const text = bytes.toString('latin1');
  let read;
  const entrant = (name, data) => ({
    name,
    units: rows,
    work: () => {
      read = readCsv(data);
    },
    output: () => columnSums(read.x),
  });
  return [entrant('readCsv', bytes), entrant('readCsv, of a string', text)];
}

/** papaparse returns all cells as strings in arrays. */
function papa({ file, rows }) {
  const text = readFileSync(file, 'latin1').trimEnd();
  let cells;
  return {
    name: 'papaparse',
    units: rows,
    work: () => {
      cells = papaparse.parse(text, { delimiter: ',', newline: '\n' }).data;
    },
    output: () => columnSums(Float64Array.from(cells.slice(1).flat(), Number)),
  };
}

function columnSums(x) {
  const sums = new Float64Array(COLUMNS);
  for (let i = 0; i < x.length; i++) sums[i % COLUMNS] += x[i];
  return sums;
}

/** Measures processes that read the table: their time, and their peak memory in multiples of the numbers. */
async function measured({ file, rows }, peers, runs) {
  const readers = [
    { name: 'readCsv', read: () => child('whole', file) },
    { name: 'readCsvStream, in batches', read: () => child('batches', file) },
    { name: 'papaparse', read: () => child('papaparse', file) },
    ...peers.flatMap(({ name, readOnce }) => (readOnce ? [{ name, read: () => readOnce({ file }) }] : [])),
  ];
  const numbers = rows * COLUMNS * BYTES_A_NUMBER;
  const seen = readers.map(() => []);
  // In turn, so that a slow minute of the machine slows all of them.
  for (let run = 0; run < runs; run++) {
    for (const [r, { read }] of readers.entries()) seen[r].push(await read());
  }
  return readers.map(({ name }, r) => ({
    name,
    seconds: statistics(seen[r].map(({ ms }) => ms / 1000)),
    peak: statistics(seen[r].map(({ peak }) => peak / numbers)),
  }));
}

async function child(way, file) {
  const path = fileURLToPath(new URL('children/read-csv.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path, way, file]);
  return JSON.parse(stdout);
}

function report(size, { rows }, results, processes) {
  const what =
    'Numbers of up to seven digits. papaparse only splits the text into arrays of strings. readCsv also finds the type of each column and makes x. pandas is `read_csv` with its parser in C.';
  return [
    '## Tables',
    what,
    raceTable([{ title: `readCsv, ${size}`, results }], 'thousand row', 1000, ['readCsv']),
    `Processes that read ${rows} × ${COLUMNS}: CPU time (of pandas without its import), and peak memory including the bytes of the table, in multiples of the numbers. Lowest, median ± sd.`,
    table(
      ['', 'CPU s', 'peak memory'],
      processes.map(({ name, seconds, peak }) => [name, showSpread(seconds), showSpread(peak)]),
    ),
  ].join('\n\n');
}
