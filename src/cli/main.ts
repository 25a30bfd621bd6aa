#!/usr/bin/env node
/** Program `evenkeel`: the library's command line. */
import { Command } from 'commander';
import { version } from '../../package.json';
import { useEverything } from '../extras/index.js';
import { strict } from './arguments.js';
import { addInit } from './init.js';
import { addLab } from './lab.js';
import { addCompare } from './lab-compare.js';
import { addLessons } from './lessons.js';
import { addConvert } from './models/convert.js';
import { addShow } from './models/show.js';
import { watchOutput } from './output.js';
import { addRandom } from './random.js';
import { addServe } from './serve/serve.js';
import { addShowActivation } from './show-activation.js';
import { addDiagnose } from './task/diagnose.js';
import { addPredict } from './task/predict.js';
import { addTrain } from './task/train.js';

const examples = `
Examples:
  evenkeel init 50,80,100 --initializer glorotNormal
  evenkeel random --seed 7 --format raw | dieharder -a -g 200
  evenkeel train iris.csv --target species
  evenkeel predict model.safetensors more.csv
  evenkeel diagnose iris.csv --target species
  evenkeel lessons 7
  evenkeel convert model.onnx model.safetensors
  evenkeel show model.onnx
  evenkeel serve model.onnx --port 8080
  evenkeel show activation gelu
  evenkeel lab E15
  evenkeel lab X3 --html x3.html
  evenkeel lab compare heNormal glorotUniform`;

useEverything();
const program = strict(new Command('evenkeel'))
  // The options after `lab compare` are its own, although `lab` has some of the same names.
  .enablePositionalOptions()
  .description('Trains, applies and inspects multi-layer perceptrons whose weights start right.')
  .version(version)
  .addHelpText('after', examples);
addInit(program);
addCompare(addLab(program));
addLessons(program);
addConvert(program);
addShowActivation(addShow(program));
addRandom(program);
addTrain(program);
addPredict(program);
addDiagnose(program);
addServe(program);

watchOutput();
await program.parseAsync();
