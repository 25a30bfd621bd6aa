type Library = typeof import('../../src/index.js');

/** Hashes of one net and its loss after training. */
interface NetFingerprint {
  readonly initial: string;
  readonly gradients: string;
  readonly trained: string;
  readonly predictions: string;
  readonly loss: number;
}

export interface Fingerprints {
  readonly draws: Readonly<Record<string, string>>;
  readonly nets: Readonly<Record<string, NetFingerprint>>;
}

export function fingerprints(library: Library): Promise<Fingerprints>;
export function differences(
  library: Library,
  pinned: Fingerprints,
  build: 'portable' | 'fused' | 'javascript' | 'no WebAssembly',
): Promise<string[]>;
export function hasFused(library: Library): boolean;
export function hash(...arrays: readonly ArrayBufferView[]): string;
