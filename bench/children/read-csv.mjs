/** Reads a table, whole, in batches or by papaparse, and prints the peak of its memory in bytes and the time of all its threads. */
import { createReadStream, readFileSync } from 'node:fs';
import { peakMemory } from './floats.mjs';

const [, , way, file] = process.argv;

const ways = {
  async whole() {
    const { readCsv } = await import('../../build/js/data.node.js');
    const { rows, x } = readCsv(readFileSync(file));
    return [rows, x.at(-1)];
  },
  async batches() {
    const { readCsvStream } = await import('../../build/js/data.node.js');
    let [rows, sum] = [0, 0];
    for await (const batch of readCsvStream(createReadStream(file))) {
      rows += batch.rows;
      sum += batch.x.at(-1);
    }
    return [rows, sum];
  },
  /** Only splits the text into strings. */
  async papaparse() {
    const { default: papaparse } = await import('papaparse');
    const { data } = papaparse.parse(readFileSync(file, 'latin1').trimEnd(), {
      delimiter: ',',
      newline: '\n',
    });
    return [data.length - 1, Number(data.at(-1).at(-1))];
  },
};

const [rows, sum] = await ways[way]();
const { user, system } = process.cpuUsage();
process.stdout.write(JSON.stringify({ peak: peakMemory(), ms: (user + system) / 1000, rows, sum }));
