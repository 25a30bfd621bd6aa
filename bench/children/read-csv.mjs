/** Reads a table, whole or in batches, and prints the peak of its memory, in bytes. */
import { createReadStream, readFileSync } from 'node:fs';
import { readCsv, readCsvStream } from '../../build/js/data.js';
import { peakMemory } from './floats.mjs';

const [, , way, file] = process.argv;
let [rows, sum] = [0, 0];
if (way === 'whole') {
  const table = readCsv(readFileSync(file));
  [rows, sum] = [table.rows, table.x.at(-1)];
} else {
  for await (const { x, rows: more } of readCsvStream(createReadStream(file))) {
    rows += more;
    sum += x.at(-1);
  }
}
process.stdout.write(JSON.stringify({ peak: peakMemory(), rows, sum }));
