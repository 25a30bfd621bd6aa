/** The options of the command that say how a table is read and what is learned of it. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { columnKinds } from '../../data/csv/columns.js';
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

const onMissing: readonly OnMissing[] = ['error', 'skip', 'mean', 'median', 'mode', 'category', 'indicator'];

/** --on-missing, whose default `described` says. */
export function onMissingOption(described: string): Option {
  return new Option('--on-missing <what>', `what a missing cell is (default: ${described})`).choices(
    onMissing,
  );
}

const onUnknown: readonly OnUnknown[] = ['error', 'zeros', 'other'];

/** --on-unknown, whose default `described` says. */
export function onUnknownOption(described: string): Option {
  return new Option(
    '--on-unknown <what>',
    `what a category unknown to training is (default: ${described})`,
  ).choices(onUnknown);
}

export function withTableOptions(command: Command): Command {
  return command
    .option('--target <column>', 'to be learned: numbers or classes; several times: numbers', collect)
    .addOption(
      new Option('--task <kind>', 'what the target is (default: auto, by its values)').choices(taskKinds),
    )
    .option('--ignore <columns>', 'that tell nothing, such as id,name', parseList)
    .option('--no-header', 'the first row is data; columns are called 0, 1, …')
    .option('--missing <marks>', 'cells that stand for none, such as -999,unknown', parseList)
    .addOption(new Option('--decimal <mark>', 'of numbers (default: by the cells)').choices(['.', ',']))
    .option(
      '--kinds <column=kind,…>',
      'of columns: numeric, category, date or ignore (default: by the cells)',
      parseKinds,
    )
    .option(
      '--encoding <label>',
      'of the bytes, such as windows-1252 (default: UTF-8 or UTF-16, by the bytes)',
    )
    .addOption(onMissingOption('indicator'))
    .addOption(onUnknownOption('other'));
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** `zip=category,born=date`: what columns hold. */
function parseKinds(text: string): Readonly<Record<string, ColumnKind | 'ignore'>> {
  const kinds = parseList(text).map((part) => {
    const at = part.lastIndexOf('=');
    const kind = [...columnKinds, 'ignore' as const].find((known) => known === part.slice(at + 1).trim());
    if (at < 1 || kind === undefined) {
      throw new InvalidArgumentError(`Expected column=kind, of kinds ${columnKinds.join(', ')} or ignore.`);
    }
    return [part.slice(0, at).trim(), kind] as const;
  });
  return Object.fromEntries(kinds);
}

/**
 * Options of `readCsv`: those of the command before those of the config. Missing cells are filled and told by a value beside
 * them unless somebody says otherwise, so that a table with holes trains and every row can be predicted.
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
    // Commander has true where --no-header is not given.
    ...(header === false && { header }),
    ...(missing !== undefined && { missing }),
    ...(decimal !== undefined && { decimal }),
    ...(onMissing !== undefined && { onMissing }),
    ...(encoding !== undefined && { encoding }),
    ...(onUnknown !== undefined && { onUnknown }),
    ...(Object.keys(columns).length > 0 && { columns }),
  };
}
