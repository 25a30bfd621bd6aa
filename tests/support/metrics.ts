/** Reads scikit-learn's results for the tests of metrics; `meta` in the file says how they were computed. */
import { readFileSync } from 'node:fs';

type Means = { readonly [Average in 'macro' | 'micro' | 'weighted' | 'binary']?: number };
type Scores<Each> = Readonly<Record<'precision' | 'recall' | 'f1', Each>>;

interface Golden {
  readonly classification: readonly {
    readonly name: string;
    readonly classes: number;
    readonly yTrue: number[];
    readonly yPredicted: number[];
    readonly confusion: number[][];
    readonly accuracy: number;
    readonly scores: Scores<Means & { readonly none: number[] }>;
    readonly report: number[][];
  }[];
  readonly rows: readonly {
    readonly classes: number;
    readonly yTrue: number[];
    readonly scores: number[];
    readonly argmax: number[];
    readonly accuracy: number;
    readonly rocAuc: number;
  }[];
  readonly auc: readonly {
    readonly yTrue: number[];
    readonly scores: number[];
    readonly rocAuc: number;
  }[];
  readonly topK: readonly {
    readonly classes: number;
    readonly yTrue: number[];
    readonly scores: number[];
    readonly share: Readonly<Record<string, number>>;
  }[];
  readonly labels: readonly {
    readonly units: number;
    readonly values: number[];
    readonly outputs: number[];
    readonly accuracy: number;
    readonly rocAuc: number;
    readonly scores: Scores<Means>;
  }[];
  readonly regression: readonly {
    readonly outputs: number;
    readonly yTrue: number[];
    readonly yPredicted: number[];
    readonly meanAbsoluteError: number;
    readonly rootMeanSquaredError: number;
    readonly r2: number;
  }[];
}

export const golden = JSON.parse(
  readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8'),
) as Golden;
