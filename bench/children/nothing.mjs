/** Runs bare Node with the batch and nothing else. */
import { x, y } from './batch.mjs';

process.stdout.write(String(x.length === 784 * y.length ? performance.now() : NaN));
