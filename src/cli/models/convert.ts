/** Command `evenkeel convert in.onnx out.safetensors`: a model of one tool in the file of another. */
import { type Command, Option } from 'commander';
import { formatCount, formatNumber } from '../../format.js';
import { lineOf } from '../../network/summary.js';
import { visible } from '../../visible.js';
import { checkFiles, STANDARD_OUTPUT, writeWhole } from '../files.js';
import { print, reporting } from '../output.js';
import { difference, LARGEST_DIFFERENCE, randomRows } from './compare.js';
import { openModel } from './open.js';
import type { TorchChoices } from './torch.js';
import { torchChoices, withTorchOptions } from './torch-options.js';
import { type TargetKind, targetKinds, targetOf, writers } from './write.js';

interface ConvertOptions extends TorchChoices {
  readonly to?: TargetKind;
}

const examples = `
Examples:
  evenkeel convert pipeline.onnx model.safetensors
  evenkeel convert model.safetensors model.onnx
  evenkeel convert net.safetensors net.onnx --activations relu,relu,softmax
  evenkeel convert mlp.json mlp.onnx

The content of the first file tells its kind: a model of evenkeel, ONNX, weights
of PyTorch as safetensors, Keras, a model.json of TF.js or ml5 or its folder, or
JSON of scikit-learn or brain.js. The ending of the second one, or --to, says
what is written. The written file is read again,
and its predictions on random rows are compared with those of the first.`;

export function addConvert(program: Command): void {
  const command = program
    .command('convert')
    .description('Writes the model of a file as a file of another kind, and compares their predictions.')
    .argument('<in>', 'file with a model of any tool')
    .argument('<out>', `file to write: ${targetKinds.map((kind) => writers[kind].ending).join(', ')}`)
    .addOption(
      new Option('--to <kind>', 'kind of the file to write (default: by its ending)').choices(targetKinds),
    );
  withTorchOptions(command)
    .addHelpText('after', examples)
    .action((from: string, out: string, options: ConvertOptions) =>
      reporting(() => convert(from, out, options)),
    );
}

async function convert(from: string, out: string, options: ConvertOptions): Promise<void> {
  const to = options.to ?? targetOf(out);
  if (out === STANDARD_OUTPUT)
    throw new Error('out: expected a file, which is read again after it is written, got -');
  const paths = writers[to].paths(out);
  const outputs = paths.map((path, i) => ({ name: i === 0 ? 'out' : 'the weights', path }));
  checkFiles([{ name: 'the model', path: from }], outputs);
  const opened = openModel(from, torchChoices(options));
  const { contents, lost } = writers[to].write(opened, out);
  // The file that names the others comes last, so that it never names a missing one.
  for (const i of [...contents.keys()].reverse()) writeWhole(paths[i]!, contents[i]!);
  const bytes = contents.reduce((sum, content) => sum + Buffer.byteLength(content), 0);
  const loses = [...opened.left, ...lost];
  const read = `${from}: ${opened.described}, ${lineOf(opened.model)}`;
  const wrote = `${out}: ${writers[to].described}, ${formatCount(bytes)} bytes`;
  print(`${visible(`${read}; ${wrote}; lost: ${loses.length === 0 ? 'nothing' : loses.join(', ')}`)}\n`);
  const written = openModel(out).model;
  const rows = randomRows(opened.model);
  const compared = difference(opened.model, written, rows);
  if (typeof compared === 'string') {
    print(`${visible(`predictions not compared: ${compared}`)}\n`);
    return;
  }
  const { largest, output } = compared;
  const within = largest <= LARGEST_DIFFERENCE * Math.max(1, output);
  print(
    `${rows.count} random rows: the largest difference between predictions is ${formatNumber(largest)}, of outputs up to ${formatNumber(output)}\n`,
  );
  if (within) return;
  throw new Error(`${out}: expected predictions within ${LARGEST_DIFFERENCE} of those of ${from}`, {
    cause: out,
  });
}
