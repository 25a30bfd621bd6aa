/** Command options for the format of a table, which `train` stores in the model for later tables. */
import { type Command, Option } from 'commander';
import { missingPolicies, unknownPolicies } from '../../data/csv/columns.js';
import type { CsvOptions } from '../../data/index.js';
import { parseList } from '../arguments.js';

/** Options of `readCsv` that belong to the way a table is written, not to what is learned from it. */
export const readingNames = [
  'header',
  'delimiter',
  'quote',
  'comment',
  'encoding',
  'missing',
  'decimal',
  'thousands',
  'percent',
  'currency',
  'dayFirst',
  'onMissing',
  'onUnknown',
] as const satisfies readonly (keyof CsvOptions)[];

export type ReadingOptions = Partial<Pick<CsvOptions, (typeof readingNames)[number]>>;

/** Defaults of missing cells and unknown categories, in words. */
interface Defaults {
  readonly onMissing: string;
  readonly onUnknown: string;
}

/** Adds the options to a command. */
export function withReadingOptions(command: Command, { onMissing, onUnknown }: Defaults): Command {
  return command
    .option('--header', 'the first row names the columns (default: by the cells)')
    .option('--no-header', 'the first row is data; columns are called 0, 1, …')
    .option('--delimiter <mark>', "mark between cells; ' ' for any white space (default: by the cells)")
    .addOption(new Option('--quote <mark>', 'mark around cells (default: by the cells)').choices(['"', "'"]))
    .option('--comment <mark>', 'mark of lines to skip (default: by the lines)')
    .option('--no-comment', 'no line is a comment')
    .option(
      '--encoding <label>',
      'encoding of the file, such as windows-1252 (default: UTF-8 or UTF-16, by the bytes)',
    )
    .option('--missing <marks>', 'texts that mark missing cells, such as -999,unknown', parseList)
    .addOption(new Option('--decimal <mark>', 'decimal mark (default: by the cells)').choices(['.', ',']))
    .option('--thousands <mark>', "mark between groups of digits: ',' reads 1,200 as 1200")
    .option('--percent', 'reads 10% as 0.1')
    .option('--currency [marks]', 'allows currency signs, or marks such as EUR,kr, beside numbers', parseList)
    .option('--day-first', 'reads 3/4/2005 as a day in April')
    .option('--no-day-first', 'reads 3/4/2005 as a day in March')
    .addOption(
      new Option('--on-missing <what>', `treatment of a missing cell (default: ${onMissing})`).choices(
        missingPolicies,
      ),
    )
    .addOption(
      new Option(
        '--on-unknown <what>',
        `treatment of a category unknown to training (default: ${onUnknown})`,
      ).choices(unknownPolicies),
    );
}

/** Returns the options for reading that a command was given. */
export function givenReading(options: ReadingOptions): ReadingOptions {
  const given = readingNames.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}
