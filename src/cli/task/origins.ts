/** Opens messages about options with the place where the user set them: an option of the command, or a key of the config file. */
import { flagOf } from '../arguments.js';
import { inCommandWords } from '../wording.js';
import { configPartOf, type TaskConfig } from './config.js';
import { readingNames } from './reading-options.js';

/** Options of a command as commander parsed them. */
type Options = Readonly<Record<string, unknown>> & {
  readonly config?: string;
  readonly hidden?: readonly number[];
  readonly ignore?: readonly string[];
  readonly kinds?: Readonly<Record<string, unknown>>;
};

/** Arguments of the library, by the option of the command that sets them. */
const argumentOf = {
  learningRate: 'optimizer.learningRate',
  batch: 'batchSize',
  epochs: 'epochs',
  classWeight: 'classWeight',
  seed: 'seed',
  target: 'target',
  validation: 'validation',
  test: 'test',
  ...(Object.fromEntries(readingNames.map((name) => [name, name])) as Record<string, string>),
} as const;

/** Arguments that only the command knows; the config sets them by other keys. */
const configKeys: Readonly<Record<string, keyof NonNullable<TaskConfig['fit']>>> = {
  validation: 'validationSplit',
};

/**
 * Returns a translator of messages for the errors of a command. A message that opens with an argument of the library, such as
 * `optimizer.learningRate: `, then opens with `--learning-rate: ` or with `config.json: config.compile.optimizer.learningRate: `.
 *
 * @param files  paths with which a message may open although they look like an argument
 */
export function wordsFor(options: object, files: readonly (string | undefined)[]) {
  return (text: string, isAboutFile: boolean): string => {
    const isPath = isAboutFile || files.some((file) => file !== undefined && text.startsWith(`${file}: `));
    return isPath ? inCommandWords(text, true) : inCommandWords(placed(text, options as Options));
  };
}

function placed(text: string, options: Options): string {
  const [argument] = /^[a-zA-Z]\w*/.exec(text) ?? [];
  if (argument === undefined || !/^[.[:]/.test(text.slice(argument.length))) return text;
  const option = optionOf(text, argument, options);
  if (option !== undefined) return option;
  const key = configKeys[argument] ?? argument;
  const part = configPartOf(key);
  if (options.config !== undefined && part !== undefined) {
    return `${options.config}: config.${part}.${key}${text.slice(argument.length)}`;
  }
  // The default of one of these options does not fit the data.
  return argument in configKeys ? `${flagOf(argument)}${text.slice(argument.length)}` : text;
}

/** Returns the message about an option that was given; undefined if the argument comes from somewhere else. */
function optionOf(text: string, argument: string, options: Options): string | undefined {
  if (argument === 'columns') return columnOption(text, options);
  const { hidden } = options;
  const layer = /^layers\[(\d+)\]\.units: /.exec(text);
  if (layer !== null && hidden !== undefined && Number(layer[1]) < hidden.length) {
    return `--hidden: ${text.slice(layer[0].length)}`;
  }
  for (const [name, of] of Object.entries(argumentOf)) {
    if (options[name] !== undefined && text.startsWith(`${of}: `)) {
      return `${flagOf(name)}${text.slice(of.length)}`;
    }
  }
  return undefined;
}

function columnOption(text: string, { ignore = [], kinds = {} }: Options): string | undefined {
  for (const [flag, names] of [
    ['--ignore', ignore],
    ['--kinds', Object.keys(kinds)],
  ] as const) {
    const name = names.find((one) => text.startsWith(`columns.${one}: `));
    if (name !== undefined) return `${flag}: ${text.slice(`columns.${name}: `.length)}`;
  }
  return undefined;
}
