/** Bare Node: the batch, and no more. */
import { x, y } from './batch.mjs';

process.stdout.write(String(x.length === 784 * y.length ? performance.now() : NaN));
