/** Sentences about the guess. */
import { type NetworkState, networkState, type State } from '../../engine/state.js';
import { BAND, deviations } from '../../page/draw/theory-band.js';
import { digits } from '../../page/numbers.js';
import { BEING_MADE } from '../../page/phrases.js';
import { nameOf, startName } from '../../page/words.js';
import type { ViewProps } from '../pages.js';
import type { Frame, Path } from './engine.js';
import { farPoint, type Guess, givenPoint, guessOf, type Judgement, judge } from './guess.js';

/** A guess is right, or close, if it is within this many powers of ten of theory. */
const RIGHT = Math.log10(2);
const CLOSE = 1;
/** Factors that differ by a smaller share are told as one number. */
const SAME = 0.02;

export function words(props: ViewProps<Frame, Path>): string {
  const { state, frame } = props;
  if (!frame) return BEING_MADE;
  const guess = guessOf(state);
  if (guess.layers.length < 2) return 'One layer has no depth: choose at least two.';
  if (guess.stage === 'guess') {
    const [from, to] = [givenPoint(guess), farPoint(guess)].map((point) => layerName(guess, point));
    return `Draw how you expect the variance of the ${signalName(guess)} to go from ${from} to ${to}, then show theory.`;
  }
  const [first] = verdict(state, frame);
  const rest = guess.stage === 'networks' ? ` ${networksSentence(props)}` : '';
  return `${first}${rest}`;
}

export function signalName({ kind }: Guess): string {
  return kind === 'forward' ? 'signal z' : 'gradient';
}

export function layerName({ layers }: Guess, point: number): string {
  return `layer ${layers[point]}`;
}

/** Returns the question for the present start. */
export function questionWords(state: State): string {
  const { depth, width, activation, biasStd } = networkState(state, 0);
  const biases = biasStd > 0 ? `, biases N(0, ${digits(biasStd)}²)` : '';
  const guess = guessOf(state);
  const what =
    guess.kind === 'forward'
      ? `The variance of z in layer 1 is given. How does it go on to layer ${depth}?`
      : `The variance of the gradient in layer ${depth} is given, as a share of that at the output. How does it go on, back to layer 1?`;
  return `${depth} layers of ${width} ${nameOf(activation)} units, weights: ${weightsName(state)}${biases}. ${what}`;
}

function weightsName(state: State): string {
  const options = networkState(state, 0);
  const law = laws[options.init];
  return law ? `${startName(options)}, variance ${law}` : startName(options);
}

/** Variances of the initializers, as the question says them. */
const laws: Partial<Record<NetworkState['init'], string>> = {
  heNormal: '2 / inputs',
  heUniform: '2 / inputs',
  lecunNormal: '1 / inputs',
  lecunUniform: '1 / inputs',
  xavierTanh: '1 / inputs',
  xavierSigmoid: '16 / inputs',
  torchLinear: '1 / (3 inputs)',
};

/** Returns two sentences: the distance of the guess from theory, and the reason for theory's line. */
export function verdict(state: State, frame: Frame): readonly string[] {
  const guess = guessOf(state);
  const logs = frame.expected[guess.kind];
  const result = judge(guess, guess.drawn ?? flat(guess, logs), logs);
  return [distance(guess, result), reason(state, frame)];
}

/** Returns a flat line through the given point: log10 of the variance at each point. */
export function flat(guess: Guess, logs: ArrayLike<number>): number[] {
  const near = givenPoint(guess);
  return guess.layers.map(() => logs[guess.layers[near]! - 1]! / Math.LN10);
}

function distance(guess: Guess, { guessed, expected, gap, meanGap, steps }: Judgement): string {
  const far = layerName(guess, farPoint(guess));
  const factors = `you expected × ${digits(guessed)} a layer, theory expects × ${digits(expected)}`;
  const size = Math.abs(gap);
  if (size <= RIGHT && meanGap <= RIGHT) return `Right: ${factors}.`;
  if (size <= RIGHT)
    return `Right at ${far}, but not on the way there: your points are off by a factor of ${digits(10 ** meanGap)} on average.`;
  const off = `after ${steps} ${steps === 1 ? 'layer' : 'layers'} your line is ${digits(10 ** size)} times too ${gap > 0 ? 'high' : 'low'}`;
  return size <= CLOSE ? `Close: ${factors}, and ${off}.` : `Far off: ${factors}, and ${off}.`;
}

/** Returns the reason for theory's line: the factor of the weights, and the share that the activation lets through. */
function reason(state: State, { expected, scale }: Frame): string {
  const { activation, biasStd, batchNorm, depth } = networkState(state, 0);
  if (batchNorm !== 'none')
    return 'Batch norm brings every layer back to variance 1, whatever the weights are.';
  if (scale === undefined) return 'Theory has no factor for weights that are not random.';
  const guess = guessOf(state);
  const name = nameOf(activation);
  const logs = expected[guess.kind];
  const factors = hiddenFactors(logs, guess.kind, depth).map((ln) => Math.exp(ln) / scale);
  const [first, last] =
    guess.kind === 'forward' ? [factors[0], factors.at(-1)] : [factors.at(-1), factors[0]];
  if (first === undefined || last === undefined) return '';
  const weights = `inputs × σ² = ${digits(scale)}`;
  const added = biasStd > 0 && guess.kind === 'forward' ? ', with the biases’ share' : '';
  const share =
    guess.kind === 'forward'
      ? `the part of the mean square that ${name} lets through${added}`
      : `the mean square of ${name}’s slope`;
  if (Math.abs(first - last) <= SAME * Math.max(first, last))
    return `Why: each layer multiplies by ${weights} and by ${share}, ${digits(last)}; together × ${digits(scale * last)}.`;
  const [from, to] =
    guess.kind === 'forward'
      ? ['after layer 1', `before layer ${depth}`]
      : ['at the last layer', 'at the first'];
  return `Why: each layer multiplies by ${weights} and by ${share}, which is ${digits(first)} ${from} and ${digits(last)} ${to}, because z changes its size.`;
}

/** Returns ln of the factors between neighbouring hidden layers, from layer 1 up, each in the signal's direction. */
function hiddenFactors(logs: ArrayLike<number>, kind: Guess['kind'], depth: number): number[] {
  return Array.from({ length: Math.max(0, depth - 1) }, (_, l) =>
    kind === 'forward' ? logs[l + 1]! - logs[l]! : logs[l]! - logs[l + 1]!,
  );
}

/** Returns the sentence that compares the networks with theory's band and gives their range. */
export function networksSentence({ state, frame, pieces }: ViewProps<Frame, Path>): string {
  if (!frame || pieces.length === 0) return '';
  const guess = guessOf(state);
  const layer = guess.layers[farPoint(guess)]! - 1;
  const found = pieces.map((path) => Math.log(path[guess.kind][layer] ?? Number.NaN)).filter(Number.isFinite);
  const lost = pieces.length - found.length;
  const overflow = lost > 0 ? ` ${lost} overflowed.` : '';
  if (found.length === 0) return overflow.trim();
  const [low, high] = [Math.min(...found), Math.max(...found)].map((ln) => digits(Math.exp(ln)));
  const middle = frame.expected[guess.kind][layer]!;
  const deviation = deviations(frame.expected, guess.kind)?.[layer];
  const within = found.filter((ln) => Math.abs(ln - middle) <= BAND * (deviation ?? 0)).length;
  const count = deviation === undefined ? '' : `${within} of them in theory’s band, `;
  return `${pieces.length} networks, drawn with other seeds: ${count}from ${low} to ${high} at ${layerName(guess, farPoint(guess))}.${overflow}`;
}
