/** Rows of the metrics but accuracy. A page that names no other metric does not carry them. */
import { averaged, type ScoreName, type Tally, tallyClasses } from './classification.js';
import { largestOfRows } from './inputs.js';
import { classesAuc, columnAuc, meanOfDefined, topKShare } from './ranking.js';
import { meanAbsolute, meanDetermination, rootMeanSquared } from './regression.js';
import {
  type Measure,
  type MetricName,
  type MetricRow,
  type Outcome,
  provideMetrics,
  sides,
} from './table.js';

const byClass = (name: ScoreName): MetricRow => ({
  options: { average: 'macro' },
  on: {
    classes: (outcome, { average }) => averaged(name, classTallies(outcome), average!),
    // A single unit is its own mean, whatever the average.
    binary: (outcome, { average }) =>
      averaged(name, unitTallies(outcome), average === 'binary' ? 'macro' : average!),
  },
});

const ofValues = (measure: Measure): MetricRow => ({
  options: {},
  on: { values: measure },
});

const rows = {
  topKAccuracy: {
    options: { k: 5 },
    on: {
      classes: ({ outputs, targets, rows, units }, { k }) =>
        topKShare(targets.classes!, outputs, rows, units, k!),
    },
  },
  precision: /* @__PURE__ */ byClass('precision'),
  recall: /* @__PURE__ */ byClass('recall'),
  f1: /* @__PURE__ */ byClass('f1'),
  rocAuc: {
    options: {},
    on: {
      classes: ({ outputs, targets, rows, units }) => classesAuc(targets.classes!, outputs, rows, units),
      binary: ({ outputs, targets, rows, units }) => {
        const truth = sides(targets.values!);
        const area = (unit: number) =>
          columnAuc((r) => truth[r * units + unit] === 1, outputs, rows, units, unit);
        return meanOfDefined(Array.from({ length: units }, (_, unit) => area(unit)));
      },
    },
  },
  meanAbsoluteError: /* @__PURE__ */ ofValues(({ outputs, targets }) =>
    meanAbsolute(targets.values!, outputs),
  ),
  rootMeanSquaredError: /* @__PURE__ */ ofValues(({ outputs, targets }) =>
    rootMeanSquared(targets.values!, outputs),
  ),
  r2: /* @__PURE__ */ ofValues(({ outputs, targets, units }) =>
    meanDetermination(targets.values!, outputs, units),
  ),
} as const satisfies Record<Exclude<MetricName, 'accuracy'>, MetricRow>;

/** Makes `compile` and `evaluate` know every metric by its name. */
export function useMetrics(): void {
  provideMetrics(rows);
}

function classTallies({ outputs, targets, rows, units }: Outcome): Tally[] {
  return tallyClasses(targets.classes!, largestOfRows(outputs, rows, units), units);
}

/** Counts the ones of each unit, as a label of its own. */
function unitTallies({ outputs, targets, units }: Outcome): Tally[] {
  const truth = sides(targets.values!);
  const predicted = sides(outputs);
  const tallies = Array.from({ length: units }, () => ({ right: 0, predicted: 0, support: 0 }));
  for (let i = 0; i < truth.length; i++) {
    const tally = tallies[i % units]!;
    if (truth[i] === 1) tally.support++;
    if (predicted[i] === 1) tally.predicted++;
    if (truth[i] === 1 && predicted[i] === 1) tally.right++;
  }
  return tallies;
}
