/** The options of the command that say how a table is read and what is learned of it. */
import { type Command, Option } from 'commander';
import type { CsvOptions, OnMissing } from '../../data/index.js';
import type { TaskConfig } from './config.js';

const taskKinds = ['auto', 'classification', 'regression'] as const;
export type TaskKind = (typeof taskKinds)[number];

export interface TableOptions {
  readonly target?: string;
  readonly task?: TaskKind;
  readonly ignore?: readonly string[];
  /** False with --no-header. */
  readonly header?: boolean;
  readonly missing?: readonly string[];
  readonly decimal?: '.' | ',';
  readonly onMissing?: OnMissing;
}

const onMissing: readonly OnMissing[] = ['error', 'skip', 'mean', 'median', 'mode', 'category', 'indicator'];

/** --on-missing, whose default `described` says. */
export function onMissingOption(described: string): Option {
  return new Option('--on-missing <what>', `what a missing cell is (default: ${described})`).choices(
    onMissing,
  );
}

export function withTableOptions(command: Command): Command {
  return command
    .option('--target <column>', 'of the table, to be learned: numbers or classes')
    .addOption(
      new Option('--task <kind>', 'what the target is (default: auto, by its values)').choices(taskKinds),
    )
    .option('--ignore <columns>', 'that tell nothing, such as id,name', parseList)
    .option('--no-header', 'the first row is data; columns are called 0, 1, …')
    .option('--missing <marks>', 'cells that stand for none, such as -999,unknown', parseList)
    .addOption(new Option('--decimal <mark>', 'of numbers (default: by the cells)').choices(['.', ',']))
    .addOption(onMissingOption('indicator'));
}

/** `a,b`; a comma within a name is written `\,`. */
function parseList(text: string): string[] {
  return text.split(/(?<!\\),/).map((part) => part.replaceAll('\\,', ',').trim());
}

/**
 * Options of `readCsv`: those of the command before those of the config. Missing cells are filled and told by a value beside
 * them unless somebody says otherwise, so that a table with holes trains and every row can be predicted.
 */
export function csvOptions(options: TableOptions, { data = {} }: TaskConfig): CsvOptions {
  const { target, ignore = [], header, missing, decimal, onMissing } = options;
  const ignored = Object.fromEntries(ignore.map((name) => [name, 'ignore'] as const));
  return {
    onMissing: 'indicator',
    onUnknown: 'other',
    ...data,
    ...(target !== undefined && { target }),
    // Commander has true where --no-header is not given.
    ...(header === false && { header }),
    ...(missing !== undefined && { missing }),
    ...(decimal !== undefined && { decimal }),
    ...(onMissing !== undefined && { onMissing }),
    ...((ignore.length > 0 || data.columns !== undefined) && { columns: { ...data.columns, ...ignored } }),
  };
}
