import { oneOf } from '../errors.js';
import type { MetricName } from '../metrics/index.js';
import type { Compiled } from './compile.js';

type Measure = 'loss' | MetricName;
/** A measure of an epoch: the loss or a metric, of the training or of the validation data. */
export type Monitor = Measure | `validation.${Measure}`;

/** Its measure, of whichever data. */
export function measureOf(monitor: Monitor): Measure {
  return monitor.replace('validation.', '') as Measure;
}

/**
 * A measure that every epoch will have.
 *
 * @param validated     true where there are validation data
 * @throws TypeError    if it is none, or a metric that was not compiled in
 * @throws RangeError   if it is one of validation data, and there are none
 */
export function checkMonitor(
  argument: string,
  value: unknown,
  { metrics }: Compiled,
  validated: boolean,
): Monitor {
  const measured: readonly Measure[] = ['loss', ...metrics.map(({ name }) => name)];
  const ofValidation = measured.map((name): Monitor => `validation.${name}`);
  if (!validated && ofValidation.some((name) => name === value)) {
    throw new RangeError(
      `${argument}: '${value}' takes validationData or a validationSplit, and there is neither`,
    );
  }
  return oneOf(argument, value, validated ? [...measured, ...ofValidation] : measured);
}
