/** Command options for reading a table and for its target. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { missingPolicies, unknownPolicies } from '../../data/csv/columns.js';
import { columnUses } from '../../data/csv/options.js';
import type { ColumnKind, CsvOptions, OnMissing, OnUnknown } from '../../data/index.js';
import { parseList } from '../arguments.js';
import type { TaskConfig } from './config.js';

const taskKinds = ['auto', 'classification', 'regression'] as const;
export type TaskKind = (typeof taskKinds)[number];

export interface TableOptions {
  readonly target?: readonly string[];
  readonly task?: TaskKind;
  readonly ignore?: readonly string[];
  /** False with --no-header. */
  readonly header?: boolean;
  readonly missing?: readonly string[];
  readonly decimal?: '.' | ',';
  readonly onMissing?: OnMissing;
  readonly onUnknown?: OnUnknown;
  readonly kinds?: Readonly<Record<string, ColumnKind | 'ignore'>>;
  readonly encoding?: string;
}

/** Creates --on-missing. @param described  its default in words */
export function onMissingOption(described: string): Option {
  return new Option('--on-missing <what>', `treatment of a missing cell (default: ${described})`).choices(
    missingPolicies,
  );
}

/** Creates --on-unknown. @param described  its default in words */
export function onUnknownOption(described: string): Option {
  return new Option(
    '--on-unknown <what>',
    `treatment of a category unknown to training (default: ${described})`,
  ).choices(unknownPolicies);
}

export function withTableOptions(command: Command): Command {
  return command
    .option(
      '--target <column>',
      'column to learn, numbers or classes; repeat it for several numbers',
      collect,
    )
    .addOption(
      new Option('--task <kind>', 'kind of the target (default: auto, by its values)').choices(taskKinds),
    )
    .option('--ignore <columns>', 'columns without information, such as id,name', parseList)
    .option('--no-header', 'the first row is data; columns are called 0, 1, …')
    .option('--missing <marks>', 'texts that mark missing cells, such as -999,unknown', parseList)
    .addOption(new Option('--decimal <mark>', 'decimal mark (default: by the cells)').choices(['.', ',']))
    .option(
      '--kinds <column=kind,…>',
      'kinds of columns: numeric, category, date or ignore (default: by the cells)',
      parseKinds,
    )
    .option(
      '--encoding <label>',
      'encoding of the file, such as windows-1252 (default: UTF-8 or UTF-16, by the bytes)',
    )
    .addOption(onMissingOption('indicator'))
    .addOption(onUnknownOption('other'));
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
  const { target, ignore = [], kinds, header, missing, decimal, encoding, onMissing, onUnknown } = options;
  const ignored = Object.fromEntries(ignore.map((name) => [name, 'ignore'] as const));
  const columns = { ...data.columns, ...kinds, ...ignored };
  return {
    onMissing: 'indicator',
    onUnknown: 'other',
    ...data,
    ...(target !== undefined && { target: target.length === 1 ? target[0]! : target }),
    // Commander sets true if --no-header is absent.
    ...(header === false && { header }),
    ...(missing !== undefined && { missing }),
    ...(decimal !== undefined && { decimal }),
    ...(onMissing !== undefined && { onMissing }),
    ...(encoding !== undefined && { encoding }),
    ...(onUnknown !== undefined && { onUnknown }),
    ...(Object.keys(columns).length > 0 && { columns }),
  };
}
