/** Command options for reading a table and for its target. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { columnUses } from '../../data/csv/options.js';
import type { ColumnKind, CsvOptions } from '../../data/index.js';
import { parseList } from '../arguments.js';
import type { TaskConfig } from './config.js';
import { givenReading, type ReadingOptions, withReadingOptions } from './reading-options.js';

const taskKinds = ['auto', 'classification', 'regression'] as const;
export type TaskKind = (typeof taskKinds)[number];

export interface TableOptions extends ReadingOptions {
  readonly target?: readonly string[];
  readonly task?: TaskKind;
  readonly ignore?: readonly string[];
  readonly kinds?: Readonly<Record<string, ColumnKind | 'ignore'>>;
}

/** Adds the options for the columns of a table and for the way it is written. */
export function withTableOptions(command: Command): Command {
  command
    .option(
      '--target <column>',
      'column to learn, numbers or classes; repeat it for several numbers',
      collect,
    )
    .addOption(
      new Option('--task <kind>', 'kind of the target (default: auto, by its values)').choices(taskKinds),
    )
    .option('--ignore <columns>', 'columns to leave out, such as id,name', parseList)
    .option(
      '--kinds <column=kind,…>',
      'kinds of columns: numeric, category, date or ignore (default: by the cells)',
      parseKinds,
    );
  return withReadingOptions(command, { onMissing: 'indicator', onUnknown: 'other' });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Parses kinds of columns, such as `zip=category,born=date`. */
function parseKinds(text: string): Readonly<Record<string, ColumnKind | 'ignore'>> {
  const kinds = parseList(text).map((part) => {
    const at = part.lastIndexOf('=');
    const kind = columnUses.find((known) => known === part.slice(at + 1).trim());
    if (at < 1 || kind === undefined) {
      throw new InvalidArgumentError(`Expected column=kind; kinds: ${columnUses.join(', ')}.`);
    }
    return [part.slice(0, at).trim(), kind] as const;
  });
  return Object.fromEntries(kinds);
}

/**
 * Returns the options of `readCsv`; the command's override those of the config. By default, missing cells are filled and marked by a
 * further value, so that a table with holes can be trained on and every row can be predicted.
 */
export function csvOptions(options: TableOptions, { data = {} }: TaskConfig): CsvOptions {
  const { target, ignore = [], kinds } = options;
  const ignored = Object.fromEntries(ignore.map((name) => [name, 'ignore'] as const));
  const columns = { ...data.columns, ...kinds, ...ignored };
  return {
    onMissing: 'indicator',
    onUnknown: 'other',
    ...data,
    ...givenReading(options),
    ...(target !== undefined && { target: target.length === 1 ? target[0]! : target }),
    ...(Object.keys(columns).length > 0 && { columns }),
  };
}
