/** `evenkeel predict`: predictions of a saved model for further rows. */
import type { Command } from 'commander';
import papaparse from 'papaparse';
import type { OnMissing } from '../../data/index.js';
import { type Inputs, type MLP, NonFiniteError } from '../../index.js';
import { visible, visibleLines } from '../../visible.js';
import { checkFiles, writeWhole } from '../files.js';
import { listed, note, print, reporting } from '../output.js';
import { readQuestion } from './data.js';
import { readModel, type Trained } from './saved-model.js';
import { onMissingOption } from './table-options.js';

interface PredictOptions {
  onMissing?: OnMissing;
  out?: string;
  spreadsheetSafe?: boolean;
}

/** Text that a spreadsheet would evaluate, also with a full-width sign. Numbers are safe. */
export const FORMULA = /^(?![+-]?\d+(\.\d+)?(e[+-]?\d+)?$)[=+\-@\t\r\n＝＋－＠]/i;

const examples = `
Examples:
  evenkeel predict model.safetensors flowers.csv
  evenkeel predict houses.safetensors more-houses.csv --out prices.csv

A line a row: of classes the likeliest and the probability of each, of numbers
the number. If the table has the target's column, too, how right the model is
goes to standard error.`;

export function addPredict(program: Command): void {
  program
    .command('predict')
    .description('Predicts with a model that `evenkeel train` saved; the answer is CSV.')
    .argument('<model>', 'as `evenkeel train` wrote it')
    .argument(
      '<data>',
      'a CSV file with the same columns, or a folder with the four files of MNIST (its test images)',
    )
    .addOption(onMissingOption('as in training'))
    .option('--out <file>', 'in place of standard output')
    .option('--spreadsheet-safe', "put ' before names that a spreadsheet would take for formulas")
    .addHelpText('after', examples)
    .action((model: string, data: string, options: PredictOptions) =>
      reporting(() => predict(model, data, options)),
    );
}

async function predict(path: string, data: string, options: PredictOptions): Promise<void> {
  const { onMissing, out, spreadsheetSafe } = options;
  checkFiles(
    [
      { name: 'the model', path },
      { name: 'the data', path: data },
    ],
    [{ name: '--out', path: out }],
  );
  const { model, trained } = readModel(path);
  const { x, y, unmeasured } = await readQuestion(data, trained.columns, { ...trained.reading, onMissing });
  const outputs = predicted(model, data, x);
  const { units } = model.config.layers.at(-1)!;
  const text = papaparse.unparse(answers(trained, outputs, units), {
    newline: '\n',
    ...(spreadsheetSafe && { escapeFormulae: FORMULA }),
  });
  // Programs get the names unchanged.
  if (out === undefined) print(`${process.stdout.isTTY ? visibleLines(text) : text}\n`);
  else writeWhole(out, `${text}\n`);
  if (unmeasured !== undefined) note(`not measured: ${visible(unmeasured)}\n`);
  if (y !== undefined) note(`${y.length} rows: ${listed(model.evaluate(x, y))}\n`);
}

/** Returns the predictions. @throws Error that opens with the path and names the row whose numbers overflow */
function predicted(model: MLP, path: string, x: Inputs): Float32Array {
  try {
    return model.predict(x);
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
    throw new Error(`${path}: ${error.message.replace(/^x: /, '')}`, { cause: error });
  }
}

function answers(
  { target, classNames }: Trained,
  outputs: Float32Array,
  units: number,
): (string | number)[][] {
  const rows = Array.from({ length: outputs.length / units }, (_, r) =>
    outputs.subarray(r * units, (r + 1) * units),
  );
  // Nine digits are what an f32 holds.
  const written = (values: Float32Array) => Array.from(values, (value) => Number(value.toPrecision(9)));
  if (classNames === undefined) {
    const names = units === 1 ? [target] : Array.from({ length: units }, (_, u) => `${target}[${u}]`);
    return [names, ...rows.map(written)];
  }
  const probabilities = classNames.map((name) => `${target}=${name}`);
  return [
    [target, ...probabilities],
    ...rows.map(ofEachClass).map((row) => [classNames[largest(row)]!, ...written(row)]),
  ];
}

/** A sigmoid unit has the second class's alone. */
function ofEachClass(row: Float32Array): Float32Array {
  return row.length === 1 ? Float32Array.of(1 - row[0]!, row[0]!) : row;
}

/** The first of equals. */
function largest(values: Float32Array): number {
  return values.reduce((best, value, c) => (value > values[best]! ? c : best), 0);
}
