/** Dead units of a layer. */
import { activationDerivative, type ScalarActivation } from 'evenkeel';

/** Slopes of a layer's activation, and the units that no gradient reaches. */
export interface Sloping {
  /** [rows, units] derivatives of the activation. */
  readonly slopes: Float32Array;
  /** [units] 1 for a dead unit; otherwise 0. As in `diagnose`, it has no slope and the same activation on every row. */
  readonly dead: Uint8Array;
}

/** Finds the dead units of a layer in its preactivations z and its activations a of some rows. */
export function findDead(
  z: Float32Array,
  a: Float32Array,
  units: number,
  activation: ScalarActivation,
): Sloping {
  const slopes = activationDerivative(activation, z);
  const dead = new Uint8Array(units).fill(1);
  for (let i = 0; i < z.length; i++) {
    const unit = i % units;
    if (slopes[i] !== 0 || a[i] !== a[unit]) dead[unit] = 0;
  }
  return { slopes, dead };
}
