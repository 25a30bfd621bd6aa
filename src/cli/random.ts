/** Command `evenkeel random`: the words of a stream, for a test battery or for inspection. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Label, Rng } from '../index.js';
import { parseCount, parseLabel, parseName } from './arguments.js';

const formats = ['raw', 'hex', 'dec'] as const;
type Format = (typeof formats)[number];

interface RandomOptions {
  seed: Label;
  split: readonly Label[];
  interleave?: number;
  format: Format;
  count?: number;
}

/** Number of words generated and written at a time: 256 KB, which the cache holds from the draw to the write. */
const BLOCK = 65536;
const MOST_STREAMS = 65536;
/** Number of words that the generator computes at once, as a group. Draws of whole groups are fastest. */
const GROUP = 16;

/** Function that returns the next words; each call overwrites the last result. */
type NextBlock = () => Uint32Array;

const examples = `
Examples:
  evenkeel random --count 4
  evenkeel random --seed 7 --format raw | dieharder -a -g 200
  evenkeel random --seed 7 --format raw --interleave 256 | dieharder -a -g 200`;

export function addRandom(program: Command): void {
  program
    .command('random')
    .description('Writes random 32-bit words to standard output until its reader leaves.')
    .option('--seed <seed>', 'seed: a whole number or any other string', parseLabel, 0)
    .addOption(
      new Option('--split <label>', 'use the stream at this label; repeated, its substream at the next label')
        .argParser((text, path: readonly Label[]) => [...path, parseLabel(text)])
        .default([], 'none'),
    )
    .option(
      '--interleave <n>',
      'take one word each from the streams at the labels 0 to n − 1, in turn',
      parseStreams,
    )
    .addOption(
      new Option('--format <name>', 'raw: little-endian bytes; hex, dec: one word per line')
        .argParser(parseName(formats))
        .default(process.stdout.isTTY ? 'hex' : 'raw', 'hex on a terminal, else raw'),
    )
    .option('--count <n>', 'number of words to write; without it there is no end', parseCount)
    .addHelpText('after', examples)
    .action(stream);
}

async function stream({ seed, split, interleave, format, count = Infinity }: RandomOptions): Promise<void> {
  const rng = split.reduce((parent, label) => parent.split(label), new Rng(seed));
  const nextBlock = interleave === undefined ? oneStream(rng) : interleaved(rng, interleave);
  for (let left = count; left > 0; ) {
    const block = nextBlock();
    const words = block.subarray(0, Math.min(block.length, left));
    await write(encode(words, format));
    left -= words.length;
  }
}

function oneStream(rng: Rng): NextBlock {
  const out = new Uint32Array(BLOCK);
  let offset = 0;
  return () => {
    rng.bits(BLOCK, { offset, out });
    offset += BLOCK;
    return out;
  };
}

/** Returns words of which word j is word ⌊j / streams⌋ of the stream at label j mod `streams`. */
function interleaved(rng: Rng, streams: number): NextBlock {
  const rows = Math.max(GROUP, Math.floor(BLOCK / streams / GROUP) * GROUP);
  // The columns are one group further apart than the rows need: columns a power of two apart would share a few cache lines.
  const stride = rows + GROUP;
  const drawn = new Uint32Array(streams * stride);
  const columns = Array.from({ length: streams }, (_, label) => ({
    stream: rng.split(label),
    out: drawn.subarray(label * stride, label * stride + rows),
  }));
  const words = new Uint32Array(streams * rows);
  let offset = 0;
  return () => {
    for (const { stream, out } of columns) stream.bits(rows, { offset, out });
    for (let row = 0, j = 0; row < rows; row++) {
      for (let at = row; at < drawn.length; at += stride) words[j++] = drawn[at]!;
    }
    offset += rows;
    return words;
  };
}

function encode(words: Uint32Array, format: Format): Uint8Array | string {
  if (format === 'raw') return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const lines = Array.from(words, format === 'hex' ? hex : String);
  return `${lines.join('\n')}\n`;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}

/** Resolves when the reader has taken the whole chunk. It stays pending after an error, which ends the program. */
function write(chunk: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(chunk, (error) => {
      if (!error) resolve();
    });
  });
}

function parseStreams(text: string): number {
  const streams = parseCount(text);
  if (streams > MOST_STREAMS) throw new InvalidArgumentError(`Expected at most ${MOST_STREAMS}.`);
  return streams;
}
