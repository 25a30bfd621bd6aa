/** Result of `evenkeel train`: scores of the model and its epochs, in words. */
import { counted } from '../../errors.js';
import { listed } from '../output.js';
import type { Rows } from './data.js';
import { allRows, type Fitted, type Fitting, type Member, type Model, rowsAt } from './fitting.js';
import { type Baseline, baselineOf, inWords, type Judged, judge, judgeMembers } from './scores.js';

interface Result {
  /** Rows and scores in the report. */
  readonly judged: Judged | undefined;
  readonly what: string;
  readonly baseline: Baseline | undefined;
  /** Scores as lines of the summary. */
  readonly words: readonly string[];
  /** Models with the rows on which the influence of the inputs is measured. */
  readonly asked: readonly { readonly model: Model; readonly rows: Rows }[];
}

/** Scores the model on test rows if there are some, otherwise its networks on their validation rows. */
export async function resultOf(
  model: Model,
  members: readonly Member[],
  { task, folds, fit }: Fitting,
  test: Uint32Array,
  tested: Rows | undefined,
): Promise<Result> {
  const { y } = rowsAt(task, allRows(folds[0]!));
  const learned = { ...task, weighted: fit.classWeight !== undefined };
  const [{ history, validation: watched }] = members as readonly [Member, ...Member[]];
  const validation = watched.length > 0 ? await judgeMembers(members, task) : undefined;
  const validated = `validation rows${history.bestEpoch === undefined ? '' : ', which chose the epochs'}`;
  const rows = tested ?? task.test ?? (test.length > 0 ? rowsAt(task, test) : undefined);
  if (rows !== undefined) {
    const judged = await judge(model, rows, task);
    const what = task.kind === 'images' ? 'test images' : 'test rows';
    const baseline = baselineOf(y, rows, task);
    const words = [
      ...(validation === undefined
        ? []
        : [`${validation.rows} ${validated}: ${listed(validation.measures)}`]),
      ...inWords(what, judged, baseline, learned),
    ];
    return { judged, what, baseline, words, asked: [{ model, rows }] };
  }
  if (validation === undefined) {
    const words = ['not measured, because no rows were kept back; --test gives an unbiased score'];
    return { judged: undefined, what: '', baseline: undefined, words, asked: [] };
  }
  const baseline = baselineOf(y, validation, task);
  return {
    judged: validation,
    what: 'validation rows',
    baseline,
    words: inWords(validated, validation, baseline, learned),
    asked: members.map((member) => ({ model: member.model, rows: rowsAt(task, member.validation) })),
  };
}

/** Names the epochs of the networks, after the reason if training ended early. */
export function epochsInWords({ members, ended }: Fitted): string {
  const opening = ended === undefined ? '' : `${ended}; `;
  const [{ history, model }] = members as readonly [Member, ...Member[]];
  if (members.length === 1) {
    return history.bestEpoch === undefined
      ? `${opening}${counted(model.epoch, 'epoch')}`
      : `${opening}epoch ${history.bestEpoch}, the best of ${model.epoch}`;
  }
  const each = members.map((member) => member.history.bestEpoch ?? member.model.epoch).join(', ');
  return `${opening}epochs ${each}${history.bestEpoch === undefined ? '' : ', the best of each network'}`;
}
