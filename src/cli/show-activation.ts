/** Command `evenkeel show activation gelu`: an activation with its derivative, as a plot of characters, a page or a picture. */
import type { Command } from 'commander';
import { explainActivation } from '../index.js';
import { activationNames } from '../network/activations.js';
import { parseName } from './arguments.js';
import { checkFiles } from './files.js';
import { reporting } from './output.js';
import { type ReportOptions, reportFiles, showReport, withReportOptions } from './report-files.js';

type Name = Parameters<typeof explainActivation>[0] & string;

/** Activations of one number. The values of softmax depend on a whole row. */
const names = activationNames.filter((name): name is Name & typeof name => name !== 'softmax');

const help = `
Activations: ${names.slice(0, 7).join(', ')},
  ${names.slice(7, 14).join(', ')},
  ${names.slice(14).join(', ')}

Examples:
  evenkeel show activation gelu
  evenkeel show activation tanh --svg tanh.svg
  evenkeel show activation relu leakyRelu elu --html three.html
  evenkeel show activation selu --json - | jq .gain`;

export function addShowActivation(show: Command): void {
  const command = show
    .command('activation')
    .description('Draws an activation with its derivative, and shows where it is flat and its gain.')
    .argument('<names...>', 'one or more names', parseNames)
    .addHelpText('after', help)
    .action((given: readonly Name[], options: ReportOptions) => reporting(() => run(given, options)));
  withReportOptions(command);
}

async function run(given: readonly Name[], options: ReportOptions): Promise<void> {
  checkFiles([], reportFiles(options));
  const reports = given.map((name) => explainActivation(name));
  const report = reports.length === 1 ? reports[0]! : { labels: [...given], reports };
  showReport({ text: report, pictures: report, data: reports.length === 1 ? reports[0] : reports }, options);
}

/** Parses one more name. */
function parseNames(text: string, before: readonly Name[] = []): Name[] {
  return [...before, parseName(names)(text)];
}
