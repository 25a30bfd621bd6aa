import { oneOf } from '../errors.js';
import type { MetricName } from '../metrics/table.js';
import type { Compiled } from './compile.js';

/** Name of a measure: the loss, or a metric. */
export type MeasureName = 'loss' | MetricName;
/** Measure of an epoch: the loss or a metric, of the training or of the validation data. */
export type Monitor = MeasureName | `validation.${MeasureName}`;

/** Returns the measure without its prefix. */
export function measureOf(monitor: Monitor): MeasureName {
  return monitor.replace('validation.', '') as MeasureName;
}

/**
 * Checks that every epoch will have a measure.
 *
 * @param validated    true if there are validation data
 * @throws TypeError   if the name is unknown, or names a metric that was not compiled
 * @throws RangeError  if it needs validation data and there are none
 */
export function checkMonitor(
  argument: string,
  value: unknown,
  { metrics }: Compiled,
  validated: boolean,
): Monitor {
  const measured: readonly MeasureName[] = ['loss', ...metrics.map(({ name }) => name)];
  const ofValidation = measured.map((name): Monitor => `validation.${name}`);
  if (!validated && ofValidation.some((name) => name === value)) {
    throw new RangeError(
      `${argument}: '${value}' needs validationData or a validationSplit, but neither is given`,
    );
  }
  return oneOf(argument, value, validated ? [...measured, ...ofValidation] : measured);
}
