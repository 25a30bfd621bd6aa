/** Explanation of a model before it runs, as plain data. */

/** Expected signal and gradient of one layer, as returned by `explainModel`. */
export interface LayerExplanation {
  /** Path of the layer, as in error messages: 'layers[0]'. Notes and reports call this layer 'layer 1'. */
  readonly name: string;
  /** Number of inputs of the layer. */
  readonly fanIn: number;
  /** Number of units of the layer. */
  readonly units: number;
  /** Name of the activation function. */
  readonly activationName: string;
  /** Name of the initializer; 'custom' for a function of your own, whose kernel is drawn and measured. */
  readonly initializerName: string;
  /** Root mean square of the kernel's values. */
  readonly kernelStd: number;
  /**
   * Kernel standard deviation with which the preactivations would have the mean square of the preactivations of the layer
   * before, or of the inputs in the first layer: gain / √fanIn.
   */
  readonly keepingStd: number;
  /** Root mean square of the preactivations. */
  readonly preactivationStd: number;
  /** Mean of the activations; absent for softmax. */
  readonly activationMean?: number;
  /** Mean square of the activations; absent for softmax. */
  readonly activationSecondMoment?: number;
  /** Root mean square of dL/dz, divided by that of the last layer. */
  readonly gradientStd: number;
}

/**
 * Layers at which a signal is lost, as indices into `layers`. Each is the first in the signal's own direction; absent if
 * there is none.
 */
export interface SignalFate {
  /** First layer with a standard deviation below 1e-3. */
  readonly dies?: number;
  /** First layer with a standard deviation above 1e3. */
  readonly explodes?: number;
  /** First layer whose standard deviation f32 cannot hold as a normal number: 0, denormal or infinite. */
  readonly lost?: number;
}

/** Prediction for a model before it runs, as returned by `explainModel`. Plain data. */
export interface ModelExplanation {
  /** Kind of the report, which `toText` and the other functions of evenkeel/report recognize. */
  readonly kind: 'modelExplanation';
  /** Inputs of the first layer, after the model's scaling. */
  readonly input: {
    /** Number of inputs. */
    readonly size: number;
    /** Mean over rows and features. */
    readonly mean: number;
    /** Variance over rows and features. */
    readonly variance: number;
  };
  /** Expected values of each layer, from input to output. */
  readonly layers: readonly LayerExplanation[];
  /** Fate of the preactivations, from the first layer up. */
  readonly forward: SignalFate;
  /** Fate of the gradients relative to the last layer's, from the last layer down. */
  readonly backward: SignalFate;
  /** Problems found, each with what to change, in a sentence or two. Empty if there are none. */
  readonly notes: readonly string[];
}
