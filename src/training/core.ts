import type { BackendName, ElementsOf, ThreadsInUse } from '../backend/names.js';
import { StateError } from '../errors.js';
import type { CheckedOptions } from '../network/model-options.js';
import type { TargetScaling } from '../network/scaling.js';
import {
  checkWeights,
  type LayerWeights,
  readWeights,
  type SetWeightsOptions,
  writeWeights,
} from '../network/weights.js';
import { atOnce, inTurns } from '../turns.js';
import { evaluation, prediction, trainOnce } from './batch.js';
import { Busy } from './busy.js';
import { checkBatch, checkScaledRows } from './check-data.js';
import { type CompileOptions, checkCompile } from './compile.js';
import { checkBatchRows, fitModel } from './fit.js';
import { type FitOptions, fitOptionsOf } from './fit-options.js';
import { checkGradientsOptions, type Gradients, type GradientsOptions, readGradients } from './gradients.js';
import type { History } from './history.js';
import type { Internals } from './internals.js';
import { type LayerOutputs, readLayerOutputs } from './layer-outputs.js';
import { type OptimizerStateCopy, readOptimizerState } from './optimizer-state.js';
import { createParts } from './parts.js';
import type { RowWeights } from './sample-weights.js';
import { checkLearned, refitScalings } from './scalings.js';
import type { Measures } from './totals.js';
import { type ModelParts, restartOptimizer, type Trainee } from './trainee.js';

/**
 * State behind the public class: the parts of a model, what `compile` set, and the calls that run. Each method checks that the
 * model may be used, then the arguments, and only then changes anything. The public class documents them.
 */
export class Core<B extends BackendName> {
  readonly parts: ModelParts;
  readonly #busy = new Busy();
  #compiled: Trainee['compiled'] | undefined;

  /** Creates the parts and draws the weights. @throws RangeError if memory runs out, or any error of an initializer */
  constructor(options: CheckedOptions) {
    this.parts = createParts(options);
  }

  /** Parts for functions outside the class. */
  get internals(): Internals {
    return {
      ...this.parts,
      compiled: this.#compiled,
      checkInputs: (method, x) => {
        const rows = () => checkScaledRows(this.parts, x);
        return method === undefined ? rows() : this.#busy.reading(method, rows);
      },
    };
  }

  get threads(): ThreadsInUse {
    const { count, reason } = this.parts.network.backend.threads;
    return { count, ...(reason !== undefined && { reason }) };
  }

  close(): void {
    this.#busy.refuse('close');
    this.parts.network.backend.threads.close();
  }

  compile(options: CompileOptions, targetScaling: TargetScaling): void {
    this.#busy.refuse('compile');
    const specs = this.parts.network.layers.map(({ spec }) => spec);
    const compiled = checkCompile(options, specs, targetScaling);
    restartOptimizer(this.parts, compiled.optimizer);
    this.#compiled = compiled;
  }

  adapt(x: unknown, y: unknown): void {
    const data = this.#busy.reading('adapt', () => checkLearned(this.parts, x, y));
    refitScalings(this.parts, data);
  }

  fit(x: unknown, y: unknown, options: FitOptions | undefined): Promise<History> {
    this.#busy.refuse('fit');
    const trainee = this.#trainee('fit');
    const given = fitOptionsOf(x, y, options);
    return this.#during('fitted', () => fitModel(trainee, x, y, given));
  }

  trainOnBatch(x: unknown, y: unknown, weights: RowWeights): Measures {
    this.#busy.refuse('trainOnBatch');
    const trainee = this.#trainee('trainOnBatch');
    const data = this.#busy.reading('trainOnBatch', () => checkBatch(trainee, x, y, weights));
    checkBatchRows(this.parts.network, 'x', data.x.rows);
    return trainOnce(trainee, data);
  }

  evaluate(x: unknown, y: unknown, weights: RowWeights): Measures {
    return atOnce(this.#evaluation('evaluate', x, y, weights));
  }

  evaluateAsync(x: unknown, y: unknown, weights: RowWeights): Promise<Measures> {
    const steps = this.#evaluation('evaluateAsync', x, y, weights);
    return this.#during('evaluated', () => inTurns(steps));
  }

  predict(x: unknown): ElementsOf<B> {
    return atOnce(prediction(this.parts, x)) as ElementsOf<B>;
  }

  predictAsync(x: unknown): Promise<ElementsOf<B>> {
    const steps = prediction(this.parts, x);
    return this.#during('asked to predict', () => inTurns(steps)) as Promise<ElementsOf<B>>;
  }

  layerOutputs(x: unknown, layer: unknown): LayerOutputs<ElementsOf<B>>[] {
    return readLayerOutputs(this.parts, x, layer) as LayerOutputs<ElementsOf<B>>[];
  }

  gradients(x: unknown, y: unknown, options: GradientsOptions): Gradients<ElementsOf<B>> {
    const trainee = this.#trainee('gradients');
    const { training, weights } = checkGradientsOptions(options);
    const data = checkBatch(trainee, x, y, weights);
    if (training) checkBatchRows(this.parts.network, 'x', data.x.rows);
    return readGradients(trainee, data, training) as Gradients<ElementsOf<B>>;
  }

  getWeights(): LayerWeights<ElementsOf<B>>[] {
    return readWeights(this.parts.network) as LayerWeights<ElementsOf<B>>[];
  }

  setWeights(weights: unknown, options: SetWeightsOptions): void {
    const { network } = this.parts;
    const checked = this.#busy.reading('setWeights', () => checkWeights(weights, network, options));
    writeWeights(network, checked);
  }

  optimizerState(): OptimizerStateCopy<ElementsOf<B>> {
    return readOptimizerState(this.#trainee('optimizerState')) as OptimizerStateCopy<ElementsOf<B>>;
  }

  /** Copies the fitted scalings of another model of the same shape. */
  takeScalingsOf({ parts }: Core<B>): void {
    this.parts.scaler.takeOver(parts.scaler);
    this.parts.targetScaler.takeOver(parts.targetScaler);
  }

  #evaluation(method: string, x: unknown, y: unknown, weights: RowWeights): Generator<void, Measures> {
    const trainee = this.#trainee(method);
    return evaluation(trainee, checkBatch(trainee, x, y, weights));
  }

  #trainee(method: string): Trainee {
    if (this.#compiled === undefined) {
      throw new StateError(`${method}: call model.compile({ loss, optimizer }) first`);
    }
    return { ...this.parts, compiled: this.#compiled };
  }

  /** Marks the model busy while an asynchronous call runs, and uses its threads for that time. */
  async #during<T>(doing: string, run: () => Promise<T>): Promise<T> {
    const { threads } = this.parts.network.backend;
    threads.active = true;
    try {
      return await this.#busy.during(doing, run);
    } finally {
      threads.active = this.#busy.isHeld;
    }
  }
}
