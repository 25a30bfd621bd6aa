/** Pictures of the lessons: the controls of each, and the state of the playground that its link opens. */
import { choice, type Field, type Limits, number } from '../../engine/fields.js';
import { activationNames, initialState, type State } from '../../engine/state.js';
import type { Values } from './form.js';

/** Number or choice that a picture depends on, with the form of its slider. */
export type Control = (
  | (Field<number> & { readonly limits: Limits })
  | (Pick<Field<string>, 'key' | 'label' | 'initial' | 'read'> & {
      readonly names: readonly string[];
      write(value: string): string;
    })
) & { readonly run?: { readonly isLog?: boolean; readonly step?: number } };

/** Picture of a lesson. */
export interface LivePicture {
  /** Controls by the names of the options of the lesson's `picture`. */
  readonly controls: Readonly<Record<string, Control>>;
  /** Description of the view that the link opens. */
  readonly opens: string;
  /** Returns options of the nearest view. Options that are left out have their initial values. */
  readonly open: (values: Values) => Partial<State>;
}

/** Makes a control from a field and the form of its slider. */
const slider = (
  [key, label, limits, initial]: readonly [string, string, Limits, number],
  run: { readonly isLog?: boolean; readonly step?: number } = {},
): Control => ({ ...number(key, label, limits, initial), run });

/** Rounds a number for a link. */
const short = (value: number) => Number(value.toPrecision(4));
/** Returns the standard deviation for a variance. */
const sd = (variance: number) => short(Math.sqrt(variance));
const numberOf = (values: Values, name: string) => Number(values[name]);

/** Activations that are functions of one number without parameters of their own. */
const pointwise = activationNames.filter((name) => name !== 'prelu');

/** Pictures in the order of the lessons. */
export const pictures: readonly LivePicture[] = [
  {
    controls: {
      neurons: slider(['1n', 'neurons of the middle network', { low: 1, high: 64, whole: true }, 4], {
        isLog: true,
      }),
    },
    opens: 'a race between this many units (A), 1 (B) and 64 (C), on the wave data',
    open: ({ neurons }) => ({
      view: 'race',
      data: 'wave',
      depth: 1,
      width: Number(neurons),
      activation: 'tanh',
      init: 'normal',
      size: 3,
      rate: 0.02,
      networks: [{}, { width: 1 }, { width: 64 }],
    }),
  },
  {
    controls: { further: choice('2f', 'a further activation', pointwise, 'relu') },
    opens: 'this activation, with its gain and a deep network',
    open: ({ further }) => ({
      view: 'activation',
      activation: further as State['activation'],
      depth: 20,
      networks: [{}],
    }),
  },
  {
    controls: {
      length: slider(['3l', 'petal length of flower 1 in cm', { low: 0, high: 8 }, 1.5], { step: 0.1 }),
      width: slider(['3w', 'petal width of flower 1 in cm', { low: 0, high: 3 }, 0.2], { step: 0.1 }),
    },
    opens: 'flower 1 in a small network that shows all its numbers',
    open: ({ length, width }) => ({
      view: 'wires',
      rate: 0.01,
      own: { x1: Number(length), x2: Number(width) },
    }),
  },
  {
    controls: {
      factor: slider(['4f', 'factor on all weights', { low: 0.25, high: 16 }, 1], { isLog: true }),
    },
    opens: 'the gradient on its way through a chain of four sigmoid units',
    open: (values) => ({
      view: 'backward',
      depth: 4,
      width: 1,
      activation: 'sigmoid',
      init: 'normal',
      size: numberOf(values, 'factor'),
      networks: [{}],
    }),
  },
  {
    controls: {
      value: slider(['5v', 'weight of the equal start', { low: 0, high: 2 }, 0.5], { step: 0.05 }),
      rate: slider(['5r', 'learning rate of the descents', { low: 0.01, high: 0.5 }, 0.05], { isLog: true }),
    },
    opens: 'a race between zero (A), equal (B) and random (C) first weights',
    open: (values) => ({
      view: 'race',
      init: 'zeros',
      networks: [{}, { init: 'constant', size: numberOf(values, 'value') }, { init: 'heNormal' }],
    }),
  },
  {
    controls: {
      draws: slider(['6d', 'draws', { low: 100, high: 100_000, whole: true }, 10_000], { isLog: true }),
      seed: slider(['6s', 'seed of the draws', { low: 1, high: 50, whole: true }, 6]),
    },
    opens: 'networks that start from normal (A) and uniform (B) weights of the same variance',
    open: (values) => ({
      view: 'sigma',
      depth: 10,
      width: 100,
      seed: numberOf(values, 'seed'),
      networks: [{}, { init: 'heUniform' }],
    }),
  },
  {
    controls: {
      size: slider(['7s', 'size of the second weights relative to 1/√n', { low: 0.25, high: 4 }, 1], {
        isLog: true,
      }),
    },
    opens: 'layers of sums, from weights of this size (A) and of standard deviation 1 (B)',
    open: (values) => ({
      view: 'sigma',
      depth: 5,
      width: 64,
      activation: 'identity',
      init: 'gain',
      size: numberOf(values, 'size'),
      networks: [{}, { init: 'normal', size: 1 }],
    }),
  },
  {
    controls: {
      size: slider(['8s', 'size of the second weights relative to Glorot’s', { low: 0.25, high: 4 }, 1], {
        isLog: true,
      }),
    },
    opens: 'five tanh layers with the old start (A) and with this one (B)',
    open: (values) => ({
      view: 'sigma',
      depth: 5,
      width: 200,
      activation: 'tanh',
      init: 'torchLinear',
      networks: [
        {},
        values.size === 1 ? { init: 'glorotUniform' } : { init: 'gain', size: numberOf(values, 'size') },
      ],
    }),
  },
  {
    controls: {
      scale: slider(['9v', 'variance of the middle weights, times n', { low: 0.5, high: 6 }, 2], {
        step: 0.1,
      }),
    },
    opens: 'ten ReLU layers from this variance (A), 1/n (B) and 4/n (C)',
    open: (values) => ({
      view: 'sigma',
      depth: 10,
      width: 100,
      init: 'gain',
      size: sd(numberOf(values, 'scale')),
      networks: [{}, { size: 1 }, { size: 2 }],
    }),
  },
  {
    controls: {
      variance: slider(['10v', 'variance of the third weights', { low: 0.001, high: 1 }, 0.02], {
        isLog: true,
      }),
    },
    opens: 'fifty ReLU layers from this variance (A), 0.01 (B), 0.1 (C) and 0.001 (D)',
    open: (values) => ({
      view: 'sigma',
      depth: 50,
      width: 100,
      init: 'normal',
      size: sd(numberOf(values, 'variance')),
      networks: [{}, { size: sd(0.01) }, { size: sd(0.1) }, { size: sd(0.001) }],
    }),
  },
  {
    controls: {
      stddev: slider(['11s', 'standard deviation of the start that explodes', { low: 0.05, high: 1 }, 0.5], {
        isLog: true,
      }),
      bias: slider(['11b', 'biases of the start that collapses', { low: 0, high: 2 }, 0.7], { step: 0.05 }),
    },
    opens: 'eight layers whose signals vanish (A), explode (B), saturate (C) and are healthy (D)',
    open: (values) => ({
      view: 'sigma',
      depth: 8,
      width: 64,
      networks: [
        {},
        { init: 'normal', size: numberOf(values, 'stddev') },
        { activation: 'tanh', init: 'normal', size: 1 },
        { activation: 'relu', init: 'heNormal' },
      ],
      activation: 'sigmoid',
      init: 'torchLinear',
    }),
  },
  {
    controls: {
      rate: slider(['12r', 'learning rate of SGD', { low: 0.01, high: 0.1 }, 0.07], { step: 0.005 }),
      factor: slider(['12k', 'size of the largest kernels relative to He’s', { low: 0.1, high: 50 }, 10], {
        isLog: true,
      }),
    },
    opens: 'kernels of this size without batch norm (A) and with it (B)',
    open: (values) => ({
      view: 'race',
      init: 'gain',
      size: short(Math.SQRT2 * numberOf(values, 'factor')),
      networks: [{}, { batchNorm: 'before' }],
    }),
  },
];

/** Returns the name in the state of a picture's option. */
export function ownName(lesson: number, option: string): string {
  return `${option}${lesson}`;
}

/** Returns the values of a lesson's controls. */
export function valuesOf({ own }: Pick<State, 'own'>, lesson: number): Values {
  const controls = Object.entries(pictures[lesson - 1]!.controls);
  return Object.fromEntries(
    controls.map(([option, field]) => [option, own[ownName(lesson, option)] ?? field.initial]),
  );
}

/** Returns the state that a lesson's link to the playground sets. */
export function opened(lesson: number, values: Values): State {
  return { ...initialState, ...pictures[lesson - 1]!.open(values) };
}
