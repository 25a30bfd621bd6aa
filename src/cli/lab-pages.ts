/** The lab's examples as pages: one step by step, or all in a table. */
import type { ExampleRun, ExampleStep } from '../lab/examples/example.js';
import type { Page, Table } from '../report/index.js';
import { cellsOf, conclusion, counts, givenOf, meaningsOf, notesOf, sourceOf } from './lab-tables.js';

/** Creates the page of a worked example: a table for each part, then what the verdicts mean. */
export function examplePage(run: ExampleRun): Page {
  const { id, title, steps } = run;
  const parts = [...new Set(steps.map(({ part }) => part))];
  return {
    kind: 'page',
    title: `${id}: ${title}`,
    summary: [`${sourceOf(run)}.`, `Given: ${givenOf(run).join(', ')}.`],
    sections: [
      ...parts.flatMap((part) =>
        partSections(
          part,
          steps.filter((step) => step.part === part),
        ),
      ),
      { kind: 'prose', title: 'Verdict', text: [...meaningsOf(steps), ...conclusion(run).split('\n')] },
    ],
  };
}

function partSections(part: string, steps: readonly ExampleStep[]): Page['sections'] {
  const remarks = steps.flatMap((step) => notesOf(step).map((remark) => `${step.name}: ${remark}`));
  const columns = ['value', 'formula', 'ours', 'slide', 'verdict'];
  const cells = steps.map(cellsOf);
  // An empty column is left out.
  const used = columns.map((_, c) => cells.some((row) => row[c] !== ''));
  const kept = <T>(row: readonly T[]) => row.filter((_, c) => used[c]);
  const table: Table = { kind: 'table', title: part, columns: kept(columns), rows: cells.map(kept) };
  return remarks.length > 0 ? [table, { kind: 'prose', text: remarks }] : [table];
}

/** Creates the page of all examples: a table with a line for each. */
export function overviewPage(runs: readonly ExampleRun[]): Page {
  return {
    kind: 'page',
    title: 'Worked examples of the lectures',
    sections: runs.length === 0 ? [] : [overviewTable(runs)],
  };
}

function overviewTable(runs: readonly ExampleRun[]): Table {
  return {
    kind: 'table',
    columns: ['', 'example', 'lecture', 'checked', 'printed', 'misprints', 'ours'],
    rows: runs.map(({ id, title, lecture, slides, steps, agrees }) => {
      const { held, wrong, printed, misprints } = counts(steps);
      return [
        id,
        title,
        `${lecture}, ${slides}`,
        held,
        printed,
        misprints,
        agrees ? 'right' : `${wrong} wrong`,
      ];
    }),
  };
}
