import type { ActivationName } from './activations.js';
import { Arena } from './backend/arena.js';
import type { Address, Backend, Elements, ElementwiseActivation } from './backend/kernels.js';
import { type LossName, loss as lossRow } from './losses.js';
import type { OptimizerBlock } from './optimizer-step.js';

export interface LayerSpec {
  readonly units: number;
  readonly activation: ActivationName;
}

/** A dense layer and where its tensors lie. Shapes: kernel [fanIn, units], the batch's [rows, units]. */
interface Layer {
  readonly fanIn: number;
  readonly units: number;
  readonly activation: ActivationName;
  readonly kernel: Address;
  readonly bias: Address;
  // What grows with the batch; laid out anew whenever more rows are asked for.
  preactivation: Address;
  output: Address;
  preactivationGradient: Address;
  outputGradient: Address;
}

/** Large enough for the gemm, small enough to stay in cache. */
const CHUNK_ROWS = 1024;
/** 64 MB of f32. */
const CHUNK_VALUES = 0x1000000;

/**
 * A stack of dense layers laid out in one backend's memory: kernels, biases, their gradients in the same
 * order, the optimizer's blocks, then what grows with the batch. Forward, loss, backward over rows that lie
 * at `x`; it knows nothing of options, data or epochs.
 */
export class Network {
  readonly backend: Backend;
  readonly inputSize: number;
  readonly layers: readonly Layer[];
  block: OptimizerBlock;
  /** Constant that the input scaling adds to every input; the first layer's bias carries it. */
  inputOffset = 0;
  readonly #statesStart: Address;
  #batchStart: Address;
  readonly #shiftedBias: Address;
  #forwardRows = 0;
  #backwardRows = 0;
  #x: Address = 0;
  #xGradient: Address = 0;
  #labels: Address = 0;
  #targets: Address = 0;
  #scratch: Address = 0;

  /** Lays the parameters out from `start` on; they are zero until written. */
  constructor(backend: Backend, start: Address, inputSize: number, specs: readonly LayerSpec[]) {
    this.backend = backend;
    this.inputSize = inputSize;
    const arena = new Arena(backend, start);
    const fanIns = specs.map((_, l) => specs[l - 1]?.units ?? inputSize);
    const parameters = arena.end;
    const kernels = specs.map(({ units }, l) => arena.elements(fanIns[l]! * units));
    const kernelBytes = arena.end - parameters;
    const biases = specs.map(({ units }) => arena.elements(units));
    const bytes = arena.end - parameters;
    const gradients = arena.bytes(bytes);
    this.block = {
      parameters,
      gradients,
      count: bytes / backend.elementBytes,
      kernelCount: kernelBytes / backend.elementBytes,
      states: [],
    };
    this.layers = specs.map(({ units, activation }, l) => ({
      fanIn: fanIns[l]!,
      units,
      activation,
      kernel: kernels[l]!,
      bias: biases[l]!,
      preactivation: 0,
      output: 0,
      preactivationGradient: 0,
      outputGradient: 0,
    }));
    this.#shiftedBias = arena.elements(specs[0]!.units);
    this.#statesStart = arena.end;
    this.#batchStart = arena.end;
    arena.commit();
  }

  /** Gives an optimizer n blocks like that of the parameters, all zero; what lay behind the gradients is lost. */
  layOutStates(n: number): void {
    const arena = new Arena(this.backend, this.#statesStart);
    const { count } = this.block;
    const states = Array.from({ length: n }, () => arena.elements(count));
    arena.commit();
    for (const state of states) this.view(state, count).fill(0);
    this.block = { ...this.block, states };
    this.#batchStart = arena.end;
    this.#forwardRows = 0;
    this.#backwardRows = 0;
  }

  /** Rows of a forward pass where nothing is trained: enough for the gemm, and what memory holds of wide layers. */
  get chunkRows(): number {
    const valuesPerRow = this.layers.reduce((sum, { units }) => sum + 2 * units, this.inputSize);
    return Math.max(1, Math.min(CHUNK_ROWS, Math.floor(CHUNK_VALUES / valuesPerRow)));
  }

  get x(): Address {
    return this.#x;
  }

  /** Gradient of the loss by the scaled input, after `backward` was asked for it. */
  get xGradient(): Address {
    return this.#xGradient;
  }

  get labels(): Address {
    return this.#labels;
  }

  get targets(): Address {
    return this.#targets;
  }

  get last(): Layer {
    return this.layers[this.layers.length - 1]!;
  }

  /** Where the gradient of a parameter block lies: as far behind as the gradients are behind the parameters. */
  gradientOf(address: Address): Address {
    return address - this.block.parameters + this.block.gradients;
  }

  /**
   * Makes room for a batch; what lay in the batch's buffers is lost if it grows.
   *
   * @param rows     rows to run forward
   * @param backward rows to run backward too, 0 for none
   * @throws RangeError where the memory ends
   */
  reserve(rows: number, backward: number): void {
    if (rows <= this.#forwardRows && backward <= this.#backwardRows) return;
    const forwardRows = Math.max(rows, this.#forwardRows);
    const backwardRows = Math.max(backward, this.#backwardRows);
    const { units } = this.last;
    const arena = new Arena(this.backend, this.#batchStart);
    const x = arena.elements(forwardRows * this.inputSize);
    const labels = arena.bytes(4 * forwardRows);
    const targets = arena.elements(forwardRows * units);
    const scratch = arena.bytes(this.backend.kernels.gemm_scratch());
    const forward = this.layers.map((layer) => [
      arena.elements(forwardRows * layer.units),
      arena.elements(forwardRows * layer.units),
    ]);
    const xGradient = arena.elements(backwardRows * this.inputSize);
    const back = this.layers.map((layer) => {
      // The loss is also measured where nothing goes backward, and its kernel writes a gradient all the same.
      const gradientRows = layer === this.last ? forwardRows : backwardRows;
      return [arena.elements(gradientRows * layer.units), arena.elements(gradientRows * layer.units)];
    });
    arena.commit();
    this.#x = x;
    this.#labels = labels;
    this.#targets = targets;
    this.#scratch = scratch;
    this.#xGradient = xGradient;
    this.layers.forEach((layer, l) => {
      [layer.preactivation, layer.output] = forward[l] as [Address, Address];
      [layer.preactivationGradient, layer.outputGradient] = back[l] as [Address, Address];
    });
    this.#forwardRows = forwardRows;
    this.#backwardRows = backwardRows;
  }

  /** Runs rows at `x` through the first `depth` layers; the output activation may be left to a loss that writes it. */
  forward(rows: number, activateOutput = true, depth = this.layers.length): void {
    const { kernels } = this.backend;
    let input = this.#x;
    for (let l = 0; l < depth; l++) {
      const layer = this.layers[l]!;
      const { fanIn, units, kernel, preactivation, output, activation } = layer;
      kernels.gemm_nn(preactivation, input, kernel, rows, units, fanIn, this.#scratch);
      kernels.bias_add(preactivation, preactivation, this.#effectiveBias(layer), rows, units);
      if (!activateOutput && layer === this.last) return;
      if (activation === 'softmax') kernels.softmax_forward(output, preactivation, rows, units);
      else kernels[`${activation}_forward`](output, preactivation, rows * units);
      input = output;
    }
  }

  /** The loss of the batch that was run forward, summed, and its gradient at the output layer. */
  loss(name: LossName, rows: number, byClass: boolean): number {
    const { preactivation, output, preactivationGradient, outputGradient, units, activation } = this.last;
    const row = lossRow(name);
    const sum = row.run(
      this.backend.kernels,
      {
        preactivation,
        activation: output,
        preactivationGradient,
        activationGradient: outputGradient,
        labels: this.#labels,
        targets: this.#targets,
        rows,
        units,
      },
      byClass,
    );
    if (!row.takesLogits) this.#activationBackward(this.last, activation as ElementwiseActivation, rows);
    return sum;
  }

  /** From the output layer's gradient to every parameter's, and to the input's where wanted. */
  backward(rows: number, wantsInput: boolean): void {
    const { kernels } = this.backend;
    for (let l = this.layers.length - 1; l >= 0; l--) {
      const layer = this.layers[l]!;
      const below = this.layers[l - 1];
      const { fanIn, units, kernel, bias, preactivationGradient } = layer;
      const input = below?.output ?? this.#x;
      const kernelGradient = this.gradientOf(kernel);
      const biasGradient = this.gradientOf(bias);
      kernels.gemm_tn(kernelGradient, input, preactivationGradient, fanIn, units, rows, this.#scratch);
      kernels.bias_gradient(biasGradient, preactivationGradient, rows, units);
      if (below === undefined) {
        if (this.inputOffset !== 0) {
          kernels.offset_gradient(kernelGradient, biasGradient, fanIn, units, this.inputOffset);
        }
        if (!wantsInput) return;
      }
      const inputGradient = below?.outputGradient ?? this.#xGradient;
      kernels.gemm_nt(inputGradient, preactivationGradient, kernel, rows, fanIn, units, this.#scratch);
      if (below !== undefined) {
        this.#activationBackward(below, below.activation as ElementwiseActivation, rows);
      }
    }
  }

  /** n elements where they lie: for the length of one expression, since memory may grow. */
  view(address: Address, n: number): Elements {
    const { elements, elementBytes } = this.backend;
    return elements.subarray(address / elementBytes, address / elementBytes + n);
  }

  /** A copy of n elements. */
  read(address: Address, n: number): Elements {
    return this.view(address, n).slice();
  }

  /** Copies values in. */
  write(address: Address, values: ArrayLike<number>): void {
    const { elements, elementBytes } = this.backend;
    elements.set(values, address / elementBytes);
  }

  #effectiveBias(layer: Layer): Address {
    if (layer !== this.layers[0] || this.inputOffset === 0) return layer.bias;
    const { kernel, bias, fanIn, units } = layer;
    this.backend.kernels.offset_bias(this.#shiftedBias, bias, kernel, fanIn, units, this.inputOffset);
    return this.#shiftedBias;
  }

  #activationBackward(layer: Layer, activation: ElementwiseActivation, rows: number): void {
    const { preactivationGradient, outputGradient, preactivation, output, units } = layer;
    const backward = this.backend.kernels[`${activation}_backward`];
    backward(preactivationGradient, outputGradient, preactivation, output, rows * units);
  }
}
