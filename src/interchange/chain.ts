/**
 * Joins the steps of a network that another tool wrote into layers of a model. An affine map for which a model has no place is
 * multiplied into the kernel of a neighbouring layer, in f64.
 */
import { type Activation, checkActivation, homogeneity } from '../network/activations.js';
import {
  type ActivationStep,
  type Affine,
  affineOf,
  at,
  clipSteps,
  composed,
  type DenseStep,
  type DropoutStep,
  type NormStep,
  type Step,
} from './steps.js';

/** Layer of a chain: z = x · kernel + bias, then batch norm and activation. */
export interface ChainLayer {
  readonly units: number;
  /** [fanIn, units], row-major. */
  kernel: ArrayLike<number>;
  bias: ArrayLike<number> | undefined;
  norm: (NormStep & { readonly position: 'before' | 'after' }) | undefined;
  activation: Activation | undefined;
  slopes: ArrayLike<number> | undefined;
  /** Share of the outputs that training sets to 0. */
  dropout: number;
}

/** Network as a chain of dense layers, from which `modelOf` makes a model. */
export interface Chain {
  readonly inputSize: number;
  readonly layers: readonly ChainLayer[];
  /** Scaling (x − mean) / std of the inputs; clipped at ±3 if `clipped`. */
  readonly inputScaling:
    | { readonly mean: number[]; readonly std: number[]; readonly clipped: boolean }
    | undefined;
  /** Scaling of the outputs, as y = output · std + mean. */
  readonly targetScaling: { readonly mean: number[]; readonly std: number[] } | undefined;
  /** Dropouts at places where a model has none, such as before the first layer. Predictions are the same without them. */
  readonly omitted: readonly string[];
}

/** Most weights that all inserted layers have together, so that a small file cannot claim much memory. */
const MOST_INSERTED = 65536;

/** Bound at which 'tabular' clips. */
const TABULAR = 3;

/**
 * Joins steps into a chain.
 *
 * @param from  first word of the message if there is no dense layer, such as `bytes`
 * @throws RangeError that names the step that has no place in a chain of dense layers
 */
export function chainOf(from: string, steps: readonly Step[]): Chain {
  const first = steps.find((step): step is DenseStep => step.kind === 'dense');
  if (first === undefined) throw new RangeError(`${from}: expected a dense layer, got none`);
  const builder = new Builder(first.fanIn);
  for (const step of steps) builder.add(step);
  return builder.end();
}

class Builder {
  readonly #inputSize: number;
  readonly #layers: ChainLayer[] = [];
  /** Map after the last layer, or in front of the first one, that is not yet part of a layer. */
  #pending: Affine | undefined;
  #front: Affine | undefined;
  #clipped = false;
  readonly #omitted: string[] = [];
  /** Name of the dropout of the last layer. */
  #dropped = '';
  /** Number of values in a row at this place. */
  #width: number;
  #inserted = 0;

  constructor(inputSize: number) {
    this.#inputSize = inputSize;
    this.#width = inputSize;
  }

  get #last(): ChainLayer | undefined {
    return this.#layers[this.#layers.length - 1];
  }

  add(step: Step): void {
    switch (step.kind) {
      case 'dense':
        this.#dense(step);
        break;
      case 'affine':
        this.#expectColumns(step.from, step.scale, step.shift);
        this.#affine(step);
        break;
      case 'norm':
        for (const values of [step.gamma, step.beta, step.mean, step.variance]) {
          this.#expectWidth(step.from, values.length);
        }
        this.#norm(step);
        break;
      case 'activation':
        this.#activation(step);
        break;
      case 'clip':
        if (this.#isScaledInput() && step.low === -TABULAR && step.high === TABULAR) this.#clipped = true;
        else for (const part of clipSteps(step)) this.add(part);
        break;
      case 'dropout':
        this.#dropout(step);
        break;
      case 'width':
        this.#expectWidth(step.from, step.width);
    }
  }

  /** Returns true if no layer has come yet, and the pending map can become the input scaling. */
  #isScaledInput(): boolean {
    return (
      this.#last === undefined && !this.#clipped && this.#pending !== undefined && isScaling(this.#pending)
    );
  }

  #dense({ from, fanIn, units, kernel, bias }: DenseStep): void {
    this.#expectWidth(from, fanIn);
    if (this.#last?.activation === 'softmax') {
      throw new RangeError(`${from}: comes after a softmax, which needs to be the last step`);
    }
    if (bias !== undefined && bias.length !== 1 && bias.length !== units) {
      throw new RangeError(`${from}: needs a bias of ${units} values, got ${bias.length}`);
    }
    this.#beginLayers();
    this.#layers.push({
      units,
      kernel,
      bias: bias && Array.from({ length: units }, (_, unit) => at(bias, unit)),
      norm: undefined,
      activation: undefined,
      slopes: undefined,
      dropout: 0,
    });
    this.#foldInto(this.#last!, fanIn);
    this.#width = units;
  }

  /** Makes the map in front of the first layer the input scaling, if it can be one. */
  #beginLayers(): void {
    if (this.#last !== undefined || this.#front !== undefined) return;
    if (this.#clipped || (this.#pending !== undefined && isScaling(this.#pending))) {
      this.#front = this.#pending;
      this.#pending = undefined;
    }
  }

  /** Multiplies the pending map into a kernel whose inputs it maps: (x s + t) · W + b = x · (s W) + (b + t · W). */
  #foldInto(layer: ChainLayer, fanIn: number): void {
    const map = this.#pending;
    if (map === undefined) return;
    this.#pending = undefined;
    const { units } = layer;
    const bias = Float64Array.from(layer.bias ?? new Float64Array(units));
    const kernel = Float64Array.from(layer.kernel);
    for (let n = 0, i = 0; n < fanIn; n++) {
      for (let unit = 0; unit < units; unit++, i++) {
        bias[unit]! += at(map.shift, n) * kernel[i]!;
        kernel[i]! *= at(map.scale, n);
      }
    }
    layer.kernel = kernel;
    if (layer.bias !== undefined || bias.some((value) => value !== 0)) layer.bias = bias;
  }

  #affine(map: Affine): void {
    const last = this.#last;
    if (last === undefined && this.#clipped) this.#insert('the map after a clip', 'identity');
    if (isOne(map.scale) && isZero(map.shift)) return;
    const isBias =
      last !== undefined && isBare(last) && last.bias === undefined && this.#pending === undefined;
    if (isBias && isOne(map.scale)) {
      last.bias = Array.from({ length: last.units }, (_, unit) => at(map.shift, unit));
      return;
    }
    const joined = composed(this.#pending, map);
    this.#pending = isOne(joined.scale) && isZero(joined.shift) ? undefined : joined;
  }

  #norm(step: NormStep): void {
    const last = this.#last;
    const free = last !== undefined && last.norm === undefined && this.#pending === undefined;
    this.#omitDropout();
    if (free) last.norm = { ...step, position: last.activation === undefined ? 'before' : 'after' };
    else this.#affine(affineOf(step));
  }

  #activation({ from, activation, slopes }: ActivationStep): void {
    const last = this.#last;
    if (last === undefined || last.activation !== undefined) this.#insert(from, activation);
    else {
      if (!commutesWithDropout(activation)) this.#omitDropout();
      this.#foldBefore(last);
      last.activation = activation;
    }
    if (slopes !== undefined && slopes.length !== 1) this.#expectWidth(from, slopes.length);
    this.#last!.slopes = slopes;
  }

  /** Gives the last layer its dropout. An affine map between them would shift the zeros. */
  #dropout({ from, share }: DropoutStep): void {
    const last = this.#last;
    if (share === 0) return;
    if (last === undefined || last.dropout > 0 || this.#pending !== undefined) {
      this.#omitted.push(from);
      return;
    }
    last.dropout = share;
    this.#dropped = from;
  }

  /** Removes the dropout of the last layer, if it has one. */
  #omitDropout(): void {
    const last = this.#last;
    if (last === undefined || last.dropout === 0) return;
    last.dropout = 0;
    this.#omitted.push(this.#dropped);
  }

  /** Multiplies the pending map into the layer whose z it maps. */
  #foldBefore(layer: ChainLayer): void {
    const map = this.#pending;
    if (map === undefined) return;
    this.#pending = undefined;
    this.#omitDropout();
    const { units, norm } = layer;
    if (norm !== undefined) {
      layer.norm = {
        ...norm,
        gamma: Array.from(norm.gamma, (value, unit) => value * at(map.scale, unit)),
        beta: Array.from(norm.beta, (value, unit) => value * at(map.scale, unit) + at(map.shift, unit)),
      };
      return;
    }
    layer.kernel = Float64Array.from(layer.kernel, (value, i) => value * at(map.scale, i % units));
    const bias = Float64Array.from(layer.bias ?? new Float64Array(units));
    if (layer.bias !== undefined || !isZero(map.shift)) {
      layer.bias = bias.map((value, unit) => value * at(map.scale, unit) + at(map.shift, unit));
    }
  }

  /** Inserts a layer whose kernel is the identity, for an activation that follows another one. */
  #insert(from: string, activation: Activation): void {
    const width = this.#width;
    this.#inserted += width * width;
    if (this.#inserted > MOST_INSERTED) {
      throw new RangeError(`${from}: needs a dense layer between it and the activation before it`);
    }
    const kernel = new Float32Array(width * width);
    for (let i = 0; i < kernel.length; i += width + 1) kernel[i] = 1;
    this.#dense({ kind: 'dense', from, fanIn: width, units: width, kernel });
    this.#last!.activation = activation;
  }

  /** Ends the chain. A map after the last layer becomes the target scaling, if it can be one. */
  end(): Chain {
    const last = this.#last!;
    this.#omitDropout();
    if (last.norm?.position === 'after') {
      this.#pending = composed(affineOf(last.norm), this.#pending ?? { scale: [1], shift: [0] });
      last.norm = undefined;
    }
    const map = this.#pending;
    const isTargetScaling = map !== undefined && isScaling(map) && last.activation !== 'softmax';
    if (map !== undefined && !isTargetScaling) {
      if (last.activation === undefined) this.#foldBefore(last);
      else this.#insert('the map after the last activation', 'identity');
    }
    const front = this.#front;
    return {
      inputSize: this.#inputSize,
      layers: this.#layers,
      inputScaling: front && { ...statisticsOf(front, this.#inputSize), clipped: this.#clipped },
      targetScaling: isTargetScaling
        ? {
            mean: Array.from({ length: last.units }, (_, unit) => at(map.shift, unit)),
            std: Array.from({ length: last.units }, (_, unit) => at(map.scale, unit)),
          }
        : undefined,
      omitted: this.#omitted,
    };
  }

  #expectWidth(from: string, width: number): void {
    if (width === this.#width) return;
    throw new RangeError(`${from}: needs rows of ${width} values, but gets rows of ${this.#width}`);
  }

  #expectColumns(from: string, ...all: ArrayLike<number>[]): void {
    for (const { length } of all) if (length !== 1) this.#expectWidth(from, length);
  }
}

/** Returns true if nothing follows the product and bias of a layer. */
function isBare({ norm, activation, dropout }: ChainLayer): boolean {
  return norm === undefined && activation === undefined && dropout === 0;
}

/** Returns true if an activation maps c · z to c · a for every c ≥ 0, so that a dropout may come before or after it. */
function commutesWithDropout(activation: Activation): boolean {
  const growth = homogeneity(checkActivation('activation', activation));
  return growth?.degree === 1;
}

/** Returns true if every scale is positive, so that 1 / scale can be a standard deviation. */
function isScaling({ scale }: Affine): boolean {
  return Array.from(scale).every((value) => Math.fround(value) > 0 && Math.fround(1 / value) > 0);
}

/** Tolerance for two maps that undo each other up to the rounding of 32-bit floats, such as · 6 and then · 1/6. */
const ROUNDING = 1e-7;

function isOne(values: ArrayLike<number>): boolean {
  return Array.from(values).every((value) => Math.abs(value - 1) <= ROUNDING);
}

function isZero(values: ArrayLike<number>): boolean {
  return Array.from(values).every((value) => value === 0);
}

/** Returns mean and std of the map x ↦ scale · x + shift = (x − mean) / std. */
function statisticsOf({ scale, shift }: Affine, columns: number): { mean: number[]; std: number[] } {
  const each = <T>(make: (column: number) => T) => Array.from({ length: columns }, (_, c) => make(c));
  return {
    mean: each((c) => rounded(-at(shift, c) / at(scale, c))),
    std: each((c) => rounded(1 / at(scale, c))),
  };
}

/** Rounds to the nearest 32-bit float if the value is only a few units in the last place away, as after a division and its inverse. */
function rounded(value: number): number {
  const near = Math.fround(value) + 0;
  return Math.abs(value - near) <= 1e-15 * Math.abs(near) ? near : value;
}
