/** Networks with known faults, and their diagnoses as text. */
import { readFileSync } from 'node:fs';
import {
  type Activation,
  adam,
  type BackendName,
  type Diagnosis,
  diagnose,
  type Initializer,
  type LayerOptions,
  MLP,
  type MLPOptions,
  type Optimizer,
  sgd,
} from '../../src/index.js';
import { normalInputs, randomClasses } from './networks.js';

export interface Stack {
  readonly activation: Activation;
  readonly depth: number;
  readonly width: number;
  readonly start?: Initializer;
  readonly more?: Partial<LayerOptions>;
  readonly seed?: number;
  readonly optimizer?: Optimizer;
}

/** Makes a classifier of ten classes with equal hidden layers. */
export function stack({ activation, depth, width, start, more, seed = 0, optimizer = sgd() }: Stack) {
  const kernelInitializer = start && { kernelInitializer: start };
  const model = new MLP<BackendName>({
    inputSize: width,
    layers: [
      ...Array.from({ length: depth }, () => ({ units: width, activation, ...kernelInitializer, ...more })),
      { units: 10, activation: 'softmax', ...kernelInitializer },
    ],
    seed,
  });
  model.compile({ loss: 'crossEntropy', optimizer });
  return model;
}

const ROWS = 256;
/** Diagnoses a network on normal inputs, with and without targets. */
export function diagnoses(given: Stack): Diagnosis[] {
  const x = normalInputs(ROWS, given.width, 20 + (given.seed ?? 0));
  const model = stack(given);
  return [diagnose(model, x, randomClasses(ROWS, 10)), diagnose(model, x)];
}

/** Words that blame the initialization. */
export const START = /initializer|heNormal|glorot|lecun|xavier|start/i;

/** Makes a regressor, or a classifier if its last layer is softmax, on three features. */
export function network(options: Partial<MLPOptions<BackendName>> = {}, optimizer: Optimizer = adam()) {
  const model = new MLP<BackendName>({
    inputSize: 3,
    layers: [{ units: 16, activation: 'relu' }, { units: 1 }],
    seed: 1,
    ...options,
  });
  const softmax = options.layers?.at(-1)?.activation === 'softmax';
  model.compile({ loss: softmax ? 'crossEntropy' : 'meanSquaredError', optimizer });
  return model;
}

/** Returns verdict and advice as one text. */
export const saying = ({ verdict, advice }: Diagnosis) => `${verdict}: ${advice.join('\n')}`;

const lecture = JSON.parse(
  readFileSync(new URL('../golden/lecture_examples.json', import.meta.url), 'utf8'),
) as { cases: { id: string; inputs: Record<string, number>; parameters: Record<string, number[][]> }[] };
/** Returns an example of the lectures by its number, such as E8. */
export const example = (id: string) => lecture.cases.find((each) => each.id.startsWith(`${id}-`))!;
