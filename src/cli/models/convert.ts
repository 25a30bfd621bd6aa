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
of PyTorch as safetensors, or JSON of scikit-learn or brain.js. The ending of
the second one, or --to, says what is written. The written file is read again,
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
  checkFiles([{ name: 'the model', path: from }], [{ name: 'out', path: out }]);
  const opened = openModel(from, torchChoices(options));
  const { bytes, lost } = writers[to].write(opened);
  writeWhole(out, bytes);
  const loses = [...opened.left, ...lost];
  const read = `${from}: ${opened.described}, ${lineOf(opened.model)}`;
  const wrote = `${out}: ${writers[to].described}, ${formatCount(bytes.length)} bytes`;
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
