/** Tables at the end of `npm start`, at most 80 columns wide, without colours or control characters. */
import Table from 'cli-table3';
import { formatCount, formatLoss, formatNumber, formatShare, NONE } from '../format.js';
import type { EpochResult, StartResult } from '../lab/five-starts.js';
import { layout } from './layout.js';

const GIVEN_UP = 'not finite';
/** Widths of a loss and an accuracy in one cell, which align them in two columns. */
const LOSS_WIDTH = 5;
const SHARE_WIDTH = 6;

/** Formats both tables and the reasons of abandoned starts, ending in a newline. */
export function formatResults(results: readonly StartResult[]): string {
  const failures = results.flatMap(({ name, failure }) => (failure ? [`${name}: ${failure}`] : []));
  return [
    summaryTable(results),
    'z: preactivation of the first and last hidden layer, before training;',
    "gradient: norm of the first gradient of layer 1's kernel.",
    ...epochTable(results),
    ...failures,
    '',
  ].join('\n');
}

function summaryTable(results: readonly StartResult[]): string {
  const table = new Table({
    ...layout,
    head: [
      'start',
      'sd of\nfirst z',
      'sd of\nlast z',
      'gradient\nlayer 1',
      'loss',
      'test\naccuracy',
      'samples\na second',
    ],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const result of results) {
    const last = result.failure ? undefined : result.epochs.at(-1);
    table.push([
      result.name,
      formatNumber(result.firstStd),
      formatNumber(result.lastStd),
      formatNumber(result.gradientNorm),
      result.failure ? GIVEN_UP : formatLoss(last?.loss ?? Number.NaN),
      formatShare(last?.testAccuracy ?? Number.NaN),
      formatCount(result.samplesPerSecond),
    ]);
  }
  return table.toString();
}

/** Formats one epoch per row, so that more epochs make the table longer and not wider; empty if no epoch is complete. */
function epochTable(results: readonly StartResult[]): string[] {
  const epochs = Math.max(...results.map(({ epochs, failure }) => epochs.length + (failure ? 1 : 0)));
  if (epochs === 0) return [];
  const table = new Table({
    ...layout,
    head: ['epoch', ...results.map(({ name }) => inTwoLines(name))],
    colAligns: ['right', ...results.map(() => 'right' as const)],
  });
  for (let i = 0; i < epochs; i++) {
    table.push([`${i + 1}`, ...results.map((result) => epochCell(result, result.epochs[i], i))]);
  }
  return ['', 'Loss and test accuracy by epoch', table.toString()];
}

function epochCell({ epochs, failure }: StartResult, result: EpochResult | undefined, i: number): string {
  if (result) {
    return `${formatLoss(result.loss).padStart(LOSS_WIDTH)} ${formatShare(result.testAccuracy).padStart(SHARE_WIDTH)}`;
  }
  return failure && i === epochs.length ? GIVEN_UP : NONE;
}

/** Splits 'normal σ = 1' into two lines at its first space. */
function inTwoLines(name: string): string {
  return name.replace(' ', '\n');
}
