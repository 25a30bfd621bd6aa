/** Results of X6: tables and charts, with PyTorch's figures beside ours. */
import { type ExpectedRun, expectedFashion, printedFashion } from '../expected/fashion.js';
import type { RecipeEpoch, RecipeName } from '../recipes.js';
import { type CurveChart, compared, type ExperimentComparison, type ExperimentTable } from './experiment.js';
import type { ChosenGroup, ChosenNetwork } from './x6-groups.js';

/** Figures of one network, filled in while it is trained. */
export interface NetworkRun {
  /** Norms of the kernels' gradients over the first 128 training images, by layer. */
  readonly gradientNorms: number[];
  readonly epochs: RecipeEpoch[];
  /** Reason why the network was abandoned: its numbers overflowed. */
  failure?: string;
}

type Runs = ReadonlyMap<RecipeName, NetworkRun>;

/** Largest difference in percentage points between two runs with different seeds. */
const POINTS = 1.5;
/** Accuracy of a network that always answers with the same class, and the tolerance in percentage points. */
const STUCK = { accuracy: 0.1, points: 0.05 };
/** Tolerated factor between norms. From seed to seed the logarithm of a norm has a standard deviation of 0.03 to 0.45, more in deep networks. */
const GRADIENT_FACTOR = 3;
/** First epoch whose accuracies are compared. Before it, curves rise too fast for one seed to stand for another. */
const FIRST_COMPARED = 5;
const COMPARED_EPOCHS = [FIRST_COMPARED, 10, 20];
const EARLY_EPOCHS = [1, 5];

/** Converts to per cent without binary rounding noise: accuracies over 10 000 images have two decimals. */
const percent = (share: number) => Math.round(10_000 * share) / 100;

interface Row extends ChosenNetwork {
  readonly run: NetworkRun;
  readonly expected: ExpectedRun;
}

/** Returns the networks of a group whose training has begun. */
function rowsOf({ networks }: ChosenGroup, runs: Runs): Row[] {
  return networks.flatMap((network) => {
    const run = runs.get(network.name);
    const epochs = Math.min(network.epochs, run?.epochs.length ?? 0);
    return run ? [{ ...network, epochs, run, expected: expectedFashion[network.name] }] : [];
  });
}

export function tablesOf(groups: readonly ChosenGroup[], runs: Runs, compare: boolean): ExperimentTable[] {
  return groups.flatMap((group) => {
    const rows = rowsOf(group, runs);
    return rows.length > 0 ? [accuracies(group, rows, compare), gradients(group, rows, compare)] : [];
  });
}

function accuracies({ title }: ChosenGroup, rows: readonly Row[], compare: boolean): ExperimentTable {
  const at = (values: readonly number[], epoch: number) =>
    values[epoch - 1] === undefined ? '' : percent(values[epoch - 1]!);
  return {
    title: `${title}: accuracy in %`,
    columns: [
      'network',
      ...EARLY_EPOCHS.map((epoch) => `test, epoch ${epoch}`),
      'epochs',
      'train',
      'test',
      ...(compare ? ["PyTorch's train", "PyTorch's test"] : []),
    ],
    rows: rows.map(({ label, epochs, run, expected }) => {
      const test = run.epochs.map(({ testAccuracy }) => testAccuracy);
      const train = run.epochs.map(({ trainAccuracy }) => trainAccuracy);
      const theirs = [at(expected.trainAccuracy, epochs), at(expected.testAccuracy, epochs)];
      return [
        label,
        ...EARLY_EPOCHS.map((epoch) => at(test, epoch)),
        epochs,
        at(train, epochs),
        at(test, epochs),
        ...(compare ? theirs : []),
      ];
    }),
  };
}

function gradients({ title }: ChosenGroup, rows: readonly Row[], compare: boolean): ExperimentTable {
  return {
    title: `${title}: norm of the first gradient`,
    columns: [
      'network',
      ...['layer 1', 'last layer'].flatMap((name) => [name, ...(compare ? ["PyTorch's"] : [])]),
    ],
    rows: rows.map(({ label, run: { gradientNorms }, expected }) => [
      label,
      ...[0, -1].flatMap((l) => [
        gradientNorms.at(l) ?? '',
        ...(compare ? [expected.gradientNorms.at(l)!] : []),
      ]),
    ]),
  };
}

export function chartsOf(groups: readonly ChosenGroup[], runs: Runs): CurveChart[] {
  return groups.flatMap((group) => {
    const rows = rowsOf(group, runs).filter(({ epochs }) => epochs > 0);
    if (rows.length === 0) return [];
    const curves = (x: string, y: string, values: (row: Row) => readonly number[]): CurveChart => ({
      kind: 'curves',
      title: `${group.title}: ${y}`,
      x,
      y,
      series: rows.map((row) => ({ name: row.label, x: values(row).map((_, i) => i + 1), y: values(row) })),
    });
    const accuracy = curves('epoch', 'test accuracy in %', ({ run, epochs }) =>
      run.epochs.slice(0, epochs).map(({ testAccuracy }) => percent(testAccuracy)),
    );
    const norms = curves('layer', 'norm of the first gradient', ({ run }) => run.gradientNorms);
    return group.deep ? [accuracy, { ...norms, scale: 'log' }] : [accuracy];
  });
}

export function comparisonsOf(runs: Runs): ExperimentComparison[] {
  return [...runs].flatMap(([name, run]) => {
    return [
      ...run.gradientNorms.map((norm, l) => gradientComparison(name, l, norm)),
      ...comparedEpochs(name, run).map((epoch) => accuracyComparison(name, run.epochs[epoch - 1]!)),
    ];
  });
}

/** Returns the epochs whose accuracies are compared: none of a short run, unless PyTorch's network stays at one image in ten. */
function comparedEpochs(name: RecipeName, { epochs: { length: last } }: NetworkRun): number[] {
  const compared = COMPARED_EPOCHS.filter((epoch) => epoch <= last);
  const isLastCompared = last >= FIRST_COMPARED || (last > 0 && isStuck(name));
  return [...new Set([...compared, ...(isLastCompared ? [last] : [])])];
}

function isStuck(name: RecipeName): boolean {
  return expectedFashion[name].testAccuracy.every((share) => share === STUCK.accuracy);
}

function gradientComparison(name: RecipeName, l: number, norm: number): ExperimentComparison {
  const theirs = expectedFashion[name].gradientNorms[l]!;
  const title = `norm of the first gradient, W${l + 1}`;
  if (theirs === 0) return compared(`${name}: ${title}`, norm, 0, 0);
  const ours = norm > 0 ? Math.log10(norm) : undefined;
  return compared(`${name}: log₁₀ ${title}`, ours, Math.log10(theirs), Math.log10(GRADIENT_FACTOR));
}

/** Compares the test accuracy after one epoch. The tolerance is POINTS, or PyTorch's own change in that epoch if that is larger. */
function accuracyComparison(name: RecipeName, { epoch, testAccuracy }: RecipeEpoch): ExperimentComparison {
  const expected: readonly number[] = expectedFashion[name].testAccuracy;
  const theirs = expected[epoch - 1]!;
  const step = Math.abs(percent(theirs) - percent(expected[epoch - 2] ?? theirs));
  return compared(
    `${name}: test accuracy after epoch ${epoch}, %`,
    percent(testAccuracy),
    percent(theirs),
    isStuck(name) ? STUCK.points : Math.max(POINTS, step),
    printedFashion[name],
  );
}

const PRINTED =
  'The lecture prints accuracies without the number of epochs; PyTorch reaches them after about sixty.';

const shortNote = () =>
  `Accuracies before epoch ${FIRST_COMPARED} are not compared, because they still depend on the seed. In shorter runs, only gradients and networks that stay at 10.0 % are compared.`;

export function notesOf(
  runs: Runs,
  { compare, gridMissing }: { readonly compare: boolean; readonly gridMissing: boolean },
): string[] {
  const failures = [...runs].flatMap(([name, { failure }]) =>
    failure ? [`${name} was abandoned: ${failure}`] : [],
  );
  const printed = [...runs.keys()].some((name) => printedFashion[name] !== undefined);
  const short = [...runs].some(
    ([name, run]) => run.epochs.length > 0 && comparedEpochs(name, run).length === 0,
  );
  return [
    ...failures,
    compare
      ? `PyTorch's figures come from one float32 run each. Differences up to ${POINTS} points, or up to the change of PyTorch's own curve in that epoch, count as agreement. Networks that stay at 10.0 % in PyTorch must stay there here too. Norms of gradients agree within a factor of ${GRADIENT_FACTOR}.`
      : "PyTorch's figures belong to Fashion-MNIST; these images are others, so nothing is compared.",
    ...(compare && short ? [shortNote()] : []),
    ...(compare && printed ? [PRINTED] : []),
    ...(gridMissing ? ['The grid search was left out: it needs gridSearch of evenkeel/node.'] : []),
  ];
}
