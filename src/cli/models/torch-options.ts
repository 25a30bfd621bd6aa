/** Command options for what PyTorch's weights do not hold. */
import type { Command } from 'commander';
import { parseList } from '../arguments.js';
import type { TorchChoices } from './torch.js';

export function withTorchOptions(command: Command): Command {
  return command
    .option(
      '--activations <names>',
      "for PyTorch's weights: the activation of each Linear, such as relu,relu,identity",
      parseList,
    )
    .option(
      '--order <names>',
      "for PyTorch's weights: the modules in their order, such as fc1,fc2,out",
      parseList,
    );
}

/** Returns the choices among the options of a command. */
export function torchChoices({ activations, order }: TorchChoices): TorchChoices {
  return { ...(activations && { activations }), ...(order && { order }) };
}
