/** Code blocks of the documents, and the documents whose `ts` blocks are whole programs. */
import { documentText } from './documents.js';

/** One fenced block of code. */
export interface CodeBlock {
  readonly document: string;
  /** Line of the opening fence, counted from 1. */
  readonly line: number;
  /** Word after the fence; empty if there is none. */
  readonly language: string;
  /** Text between the fences, without the indentation of the fence. */
  readonly code: string;
}

/** Returns the code blocks of a document of the repository. */
export function codeBlocks(document: string): CodeBlock[] {
  const text = documentText(document);
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
    ({ index, 1: indent, 2: language, 3: code }) => ({
      document,
      line: text.slice(0, index).split('\n').length,
      language: language!,
      code: code!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

/** Documents whose `ts` blocks are whole programs, which tests/docs/readme.test.ts compiles and runs. */
export const programs: readonly string[] = [
  'README.md',
  'docs/activations.md',
  'docs/command-line.md',
  'docs/data.md',
  'docs/diagnosis.md',
  'docs/grid-search.md',
  'docs/hosts.md',
  'docs/initializers.md',
  'docs/interchange.md',
  'docs/lectures.md',
  'docs/metrics.md',
  'docs/overview.md',
  'docs/predicting.md',
  'docs/random.md',
  'docs/report.md',
  'docs/saving.md',
  'docs/theory.md',
  'docs/training.md',
  'site/home.md',
];
