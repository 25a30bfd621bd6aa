/** The worked example with wires: every number has its place, and the parameters and inputs can be changed. */
import { rounded } from '../../engine/fields.js';
import { FieldControl } from '../../page/controls/field-control.js';
import { update } from '../../page/store.js';
import { Term } from '../../page/terms.js';
import { stepOnce } from '../../page/worker-link.js';
import type { PageView, ViewProps } from '../pages.js';
import type { Frame, Numbers } from './engine.js';
import { type Name, own, parameters } from './fields.js';
import { Picture } from './picture.js';
import { deadUnits, words } from './words.js';
import './view.css';

function Stage({ state, frame, networks }: ViewProps<Frame>) {
  const numbers = frame?.numbers;
  if (!numbers) return <p class="small">{frame?.problem}</p>;
  const step = networks[0]?.step ?? 0;
  return (
    <div class="stack tight">
      <div class="buttons">
        <button type="button" onClick={stepOnce}>
          Take the step
        </button>
        <button type="button" onClick={backToExample}>
          Back to the example
        </button>
        <p class="small">
          Change any number in a box. <span class="wires-sample gradient">∂</span> is its{' '}
          <Term name="derivative">gradient</Term>, <span class="wires-sample">→</span> its value after the
          step.
        </p>
      </div>
      <figure class="card wires-picture" aria-label="Network with all its numbers">
        <Picture
          numbers={numbers}
          state={state}
          onChange={(name, value) => change(numbers, step, name, value)}
        />
      </figure>
      {deadUnits(numbers).map((j) => (
        <p key={j} class="small">
          To bring h{j + 1} back, give it a larger weight or bias, or choose leaky ReLU.
        </p>
      ))}
    </div>
  );
}

/** Options of the example that the visitor may change. */
const start = { activation: 'relu', rate: 0.01 } as const;

function backToExample(): void {
  const initial = Object.entries(own).map(([name, field]) => [name, field.initial]);
  update({ own: Object.fromEntries(initial), ...start });
}

/** Changes a number. The other numbers keep the values that training has given them. */
function change(numbers: Numbers, step: number, name: Name, value: number): void {
  update({ own: { ...(step > 0 && presentValues(numbers)), [name]: rounded(value) } });
}

/** Returns the present parameters as values of the fields. */
function presentValues({ hidden, output }: Numbers): Record<string, number> {
  const pairs = [hidden, output].flatMap((layer, l) => [
    ...parameters[l]!.kernel.map((name, i) => [name, rounded(layer.kernel[i]!)]),
    ...parameters[l]!.bias.map((name, i) => [name, rounded(layer.bias[i]!)]),
  ]);
  return Object.fromEntries(pairs);
}

/** The two options that mean something in this view. */
function Controls({ state }: ViewProps<Frame>) {
  return (
    <section class="group" aria-label="Network">
      <h2>Two hidden units</h2>
      <FieldControl
        name="activation"
        value={state.activation}
        onChange={(value) => update({ activation: value as typeof state.activation })}
      />
      <FieldControl name="rate" value={state.rate} onChange={(value) => update({ rate: Number(value) })} />
      <p class="small">
        Example E15 of the lectures: one flower of class 1, a network with two ReLU units, and one step of
        plain gradient descent. Play takes many steps.
      </p>
    </section>
  );
}

export const page: PageView<Frame> = {
  title: 'With wires',
  question: 'What happens to every number in one step of training?',
  Stage,
  Controls,
  words,
  hasOutcome: false,
  hasInside: false,
  hasControls: false,
  hasVerdicts: false,
  isStill: true,
  start,
};
