#!/usr/bin/env node
/** `evenkeel`: what the library can show of itself from the command line. */
import { Command } from 'commander';
import { version } from '../../package.json';
import { strict } from './arguments.js';
import { addInit } from './init.js';
import { addLab } from './lab.js';
import { leaveQuietlyWithTheReader } from './output.js';
import { addRandom } from './random.js';

const examples = `
Examples:
  evenkeel init 50,80,100 --initializer glorotNormal
  evenkeel random --seed 7 --format raw | dieharder -a -g 200
  evenkeel lab E15`;

const program = strict(new Command('evenkeel'))
  .description(
    'Looks at weights and random numbers as multi-layer perceptrons start from them, and replays lectures.',
  )
  .version(version)
  .addHelpText('after', examples);
addInit(program);
addLab(program);
addRandom(program);

leaveQuietlyWithTheReader();
await program.parseAsync();
