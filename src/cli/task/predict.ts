/** Command `evenkeel predict`: applies a saved model to every row. */
import { createReadStream, statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type AskedRow, type AskedRows, readEveryRow } from '../../data/csv/every-row.js';
import { type MLP, NonFiniteError } from '../../index.js';
import { readImageFolder } from '../../node/index.js';
import { visible, visibleLines } from '../../visible.js';
import { parseList } from '../arguments.js';
import { checkFiles, STANDARD_OUTPUT, writeParts } from '../files.js';
import { note, printParts, reporting } from '../output.js';
import { interruptible } from '../signals.js';
import { type Answered, AnswerWriter, answerer, type Format, formatOf, formats } from './answers.js';
import { sniffed } from './input.js';
import { readJsonLines } from './json-lines.js';
import { notesInWords } from './notes.js';
import { wordsFor } from './origins.js';
import { givenReading, type ReadingOptions, withReadingOptions } from './reading-options.js';
import { checkFills, readModel } from './saved-model.js';
import { Tally } from './tally.js';
import type { Trained } from './trained.js';

interface PredictOptions extends ReadingOptions {
  readonly columns?: readonly string[];
  readonly format?: Format;
  readonly out?: string;
  readonly spreadsheetSafe?: boolean;
}

/** Path that means standard input. */
const STANDARD_INPUT = '-';
const NOTHING_PREDICTED = 1;

const examples = `
Examples:
  evenkeel predict model.safetensors flowers.csv
  evenkeel predict houses.safetensors more.csv --columns id --out prices.csv
  zcat log.jsonl.gz | evenkeel predict model.safetensors - > answers.jsonl

Every row gets an answer, in the order of the data: the likeliest class and the
probability of each class, or the predicted number. A row that cannot be
predicted has blanks, and the column 'note' gives the reason. Standard error
counts these rows. If the data also have the target, the model's scores go to
standard error too. The status is 1 if no row could be predicted.

JSON lines are objects whose keys are the names of the columns. Files ending in
.jsonl or .ndjson are JSON lines, others CSV; --format is for pipes and other
endings.
Answers have the format of --out, else that of --format, else that of the data.`;

export function addPredict(program: Command): void {
  const command = program
    .command('predict')
    .description('Predicts with a model saved by `evenkeel train`: one answer per row.')
    .argument('<model>', 'file written by `evenkeel train`')
    .argument(
      '<data>',
      'CSV or JSON lines with the same columns, in any order; -: standard input; or a folder with the four files of MNIST (its test images)',
    )
    .option(
      '--columns <names>',
      "columns to repeat beside the answers, such as id,name; '*' for all",
      parseList,
    )
    .addOption(
      new Option('--format <format>', 'format of pipes and answers (default: by the endings)').choices(
        formats,
      ),
    )
    .option('--out <file>', 'writes to this file in place of standard output')
    .option('--spreadsheet-safe', "puts ' before names that a spreadsheet would evaluate as formulas");
  withReadingOptions(command, { onMissing: 'as in training', onUnknown: 'as in training' })
    .addHelpText('after', examples)
    .action((model: string, data: string, options: PredictOptions) =>
      reporting(() => predict(model, data, options), wordsFor(options, [model, data])),
    );
}

async function predict(path: string, data: string, options: PredictOptions): Promise<void> {
  const { onMissing, out = STANDARD_OUTPUT } = options;
  checkFiles(
    [
      { name: 'the model', path },
      { name: 'the data', path: data === STANDARD_INPUT ? undefined : data },
    ],
    [{ name: '--out', path: out }],
  );
  const { model, trained } = readModel(path);
  if (onMissing !== undefined) checkFills(onMissing, trained);
  const { asked, format, close } = await questions(data, trained, options);
  const writer = new AnswerWriter(
    answerer(trained, model.config.layers.at(-1)!.units),
    (out === STANDARD_OUTPUT ? undefined : formatOf(out)) ?? options.format ?? format,
    options,
  );
  const tally = new Tally(model, trained);
  const texts = answers(model, asked, writer, tally);
  if (out === STANDARD_OUTPUT) await printParts(shownTo(texts));
  else if (!(await writtenTo(out, texts, close))) return;
  for (const line of tally.inWords()) note(`${visible(line)}\n`);
  if (tally.predicted === 0) process.exitCode = NOTHING_PREDICTED;
}

/** Writes a file. @returns false if a signal ended it first, so that there is no file */
function writtenTo(out: string, texts: AsyncIterable<string>, close: () => void): Promise<boolean> {
  return interruptible(async (interrupt) => {
    interrupt.signal.addEventListener('abort', close);
    const whole = async function* () {
      for await (const text of texts) {
        interrupt.signal.throwIfAborted();
        yield text;
      }
      interrupt.signal.throwIfAborted();
    };
    try {
      await writeParts(out, whole());
      return true;
    } catch (error) {
      if (!interrupt.signal.aborted) throw error;
      note(`interrupted; ${visible(out)} is not written\n`);
      process.exitCode = interrupt.status;
      return false;
    }
  });
}

/** Escapes control characters for a terminal; programs get the texts unchanged. */
async function* shownTo(texts: AsyncIterable<string>): AsyncGenerator<string, void> {
  for await (const text of texts) yield process.stdout.isTTY ? visibleLines(text) : text;
}

interface Questions {
  readonly asked: AsyncIterable<AskedRows>;
  readonly format: Format;
  /** Ends reading immediately. */
  close(): void;
}

async function questions(data: string, trained: Trained, options: PredictOptions): Promise<Questions> {
  const { columns } = trained;
  if (columns === undefined) return { asked: images(data), format: 'csv', close: () => {} };
  const stream = data === STANDARD_INPUT ? process.stdin : createReadStream(data);
  const { format, source } = await sniffed(data, stream, formatOf(data) ?? options.format);
  // JSON is UTF-8, whatever the encoding of the training table.
  const { encoding: _, ...stored } = trained.reading ?? {};
  const reading = {
    ...(format === 'jsonl' ? stored : trained.reading),
    ...givenReading(options),
    name: data === STANDARD_INPUT ? 'standard input' : data,
    columns,
    repeat: options.columns ?? [],
  };
  const asked = format === 'jsonl' ? readJsonLines(source, reading) : readEveryRow(source, reading);
  return { asked, format, close: () => stream.destroy() };
}

/** Reads the test images of a folder. */
async function* images(path: string): AsyncGenerator<AskedRows, void> {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(
      `${path}: expected a folder with the files of MNIST, since the model was trained on images`,
    );
  }
  const { x, y, count } = (await readImageFolder(path)).test;
  const rows = Array.from({ length: count }, (_, r): AskedRow => ({ line: r + 1, repeated: [] }));
  yield { rows, x, y: Float64Array.from(y), measured: rows.map((_, r) => r), names: [], notes: [] };
}

async function* answers(
  model: MLP,
  asked: AsyncIterable<AskedRows>,
  writer: AnswerWriter,
  tally: Tally,
): AsyncGenerator<string, void> {
  const { units } = model.config.layers.at(-1)!;
  for await (const batch of asked) {
    for (const line of notesInWords(batch.notes, [])) note(`${visible(line)}\n`);
    const outputs = outputsOf(model, batch.x);
    let next = 0;
    const answered = batch.rows.map((row): Answered => {
      const output = row.flaw === undefined ? outputs[next++]! : undefined;
      const flaw = row.flaw ?? (typeof output === 'string' ? { kind: 'output', text: output } : undefined);
      tally.count(flaw);
      const isAnswer = flaw === undefined;
      return { row, outputs: isAnswer ? (output as Float32Array) : undefined, note: flaw?.text ?? '' };
    });
    tally.measure(batch, (r) => typeof outputs[r] !== 'string');
    yield writer.text(batch.names, answered);
  }

  /** Returns the outputs of each row, or the reason if a row's numbers overflow. */
  function outputsOf({ inputSize }: MLP, x: AskedRows['x']): readonly (Float32Array | string)[] {
    const row = (all: Float32Array, r: number) => all.subarray(r * units, (r + 1) * units);
    const rows = x.length / inputSize;
    if (rows === 0) return [];
    try {
      const all = model.predict(x);
      return Array.from({ length: rows }, (_, r) => row(all, r));
    } catch (error) {
      if (!(error instanceof NonFiniteError)) throw error;
    }
    return Array.from({ length: rows }, (_, r) => {
      try {
        return model.predict(x.subarray(r * inputSize, (r + 1) * inputSize));
      } catch (error) {
        if (!(error instanceof NonFiniteError)) throw error;
        return error.message.replace(/^x: (row 0: )?/, '');
      }
    });
  }
}
