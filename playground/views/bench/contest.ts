/** The contest: two networks, and four ways to train each. This file imports nothing, because the page needs it too. */

/** A network of the contest. */
export interface Contest {
  readonly name: string;
  readonly inputSize: number;
  readonly units: number;
  readonly classes: number;
  readonly batchSize: number;
}

export const contests: readonly Contest[] = [
  { name: '784-256-10', inputSize: 784, units: 256, classes: 10, batchSize: 128 },
  { name: '2-16-3', inputSize: 2, units: 16, classes: 3, batchSize: 32 },
];

/** Ways to train, each with its name and a description. */
export const ways = {
  portable: {
    label: 'WebAssembly',
    description: 'SIMD kernels with the same bits on every machine; the default',
  },
  fused: {
    label: 'fused',
    description: 'multiply and add in one instruction: faster, but the last bits depend on the machine',
  },
  threads: {
    label: 'threads',
    description: 'portable kernels on all cores, in a fit; the same bits as one thread',
  },
  javascript: { label: 'JavaScript', description: 'plain JavaScript, for pages that forbid WebAssembly' },
} as const;
export type Way = keyof typeof ways;
export const wayNames = Object.keys(ways) as Way[];

/** Result of one way on one network so far. */
export interface Measurement {
  readonly contest: number;
  readonly way: Way;
  /** Training steps a second in the fastest round. */
  readonly rate?: number;
  /** Loss after LOSS_STEPS steps, which shows that all ways train the same network. */
  readonly loss?: number;
  /** Reason why there is no result. */
  readonly reason?: string;
}

/** Steps after which the losses are compared. */
export const LOSS_STEPS = 20;
