/** Captions and cards that carry the letter and the colour of a network. */
import type { ComponentChildren } from 'preact';
import { letters } from '../engine/state.js';

interface CaptionProps {
  /** Index of the network. */
  readonly n: number;
  readonly children: ComponentChildren;
}

export function NetworkCaption({ n, children }: CaptionProps) {
  return (
    <figcaption>
      <span class="letter">{letters[n]}</span> {children}
    </figcaption>
  );
}

interface CardProps extends CaptionProps {
  readonly caption: ComponentChildren;
}

export function NetworkCard({ n, caption, children }: CardProps) {
  return (
    <figure class={`card network network-${letters[n]}`}>
      <NetworkCaption n={n}>{caption}</NetworkCaption>
      {children}
    </figure>
  );
}

/** Stands in the place of pictures that have no numbers to show. */
export function Overflow() {
  return <p class="small problem">A value is not finite: it is beyond what 32-bit numbers can hold.</p>;
}
