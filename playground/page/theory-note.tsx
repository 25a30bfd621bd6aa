/** Sentence under plots with measured dots and lines of theory. */
import { count } from './numbers.js';
import { Term } from './terms.js';

/** Says at which step the dots are measured: theory always describes the start. */
export function TheoryNote({ step }: { readonly step: number }) {
  return (
    <p class="small">
      {step === 0
        ? 'Dots are measured before training.'
        : `Dots are measured after ${count(step)} ${step === 1 ? 'step' : 'steps'} of training.`}{' '}
      The dashed line and its band are <Term name="theory">theory</Term>
      {step > 0 && ' for the start, before training'}.
    </p>
  );
}
