/** `train --from`: further training of a saved model, which keeps its columns, network, loss and optimizer. */
import type { BackendName, MLP } from '../../index.js';
import { flagOf } from '../arguments.js';
import type { TaskConfig } from './config.js';
import { readTask, readTaskLike, type Task } from './data.js';
import type { FitOverrides, NetworkOptions } from './network.js';
import { givenReading } from './reading-options.js';
import { checkFills, readModel } from './saved-model.js';
import type { TableOptions } from './table-options.js';
import type { Trained } from './trained.js';

export interface Saved {
  readonly model: MLP<BackendName>;
  readonly trained: Trained;
}

type Options = TableOptions &
  NetworkOptions &
  FitOverrides & { readonly ensemble?: number; readonly search?: string };

/** Options that the saved model decides, with what it holds. */
const decided = {
  target: 'its target',
  task: 'its target',
  ignore: 'its columns',
  kinds: 'its columns',
  hidden: 'its layers',
  learningRate: 'its optimizer',
  ensemble: 'one network, which may be the mean of several',
  search: 'its layers',
} as const satisfies Partial<Record<keyof Options, string>>;

/**
 * Loads a model to train on.
 *
 * @throws Error that names the model, or an option that would contradict it
 */
export function savedModel(path: string, config: TaskConfig, options: Options): Saved {
  const refuse = (option: string, what: string) =>
    new Error(
      `${option}: the model of --from has ${what} already; leave the option out, or train anew without --from`,
    );
  for (const [name, what] of Object.entries(decided)) {
    if (options[name as keyof typeof decided] !== undefined) throw refuse(flagOf(name), what);
  }
  if (options.header === false) throw refuse('--no-header', 'its columns');
  for (const part of ['model', 'compile', 'data'] as const) {
    if (config[part] !== undefined) throw refuse(`'${part}' of the config`, 'its own');
  }
  const saved = readModel(path);
  const model = saved.model as MLP<BackendName>;
  if (options.onMissing !== undefined) checkFills(options.onMissing, saved.trained);
  return { model, trained: saved.trained };
}

/** Reads data like those of the model. @throws Error that names the file */
export async function readMore(path: string, { model, trained }: Saved, options: Options): Promise<Task> {
  if (trained.columns !== undefined) return readTaskLike(path, trained, givenReading(options));
  const task = await readTask(path, {}, 'auto');
  if (task.kind === 'images' && task.inputSize === model.inputSize) {
    return { ...task, ...(trained.classNames && { classNames: trained.classNames }) };
  }
  throw new Error(`${path}: expected images of ${model.inputSize} values, as the model was trained on`);
}
