/** Drag σ: the effect of the size of the first weights on signals and gradients, layer by layer. */
import { letters, networkState } from '../../engine/state.js';
import type { SignalsFrame } from '../../engine/theory.js';
import { StartControl } from '../../page/controls/start-control.js';
import { Canvas, type Draw } from '../../page/draw/canvas.js';
import { DepthPlot } from '../../page/draw/depth-plot.js';
import { NetworkCaption, Overflow } from '../../page/network-card.js';
import { digits } from '../../page/numbers.js';
import { Term } from '../../page/terms.js';
import { TheoryNote } from '../../page/theory-note.js';
import { startName } from '../../page/words.js';
import type { PageView, ViewProps } from '../pages.js';
import type { Frame } from './engine.js';
import { drawLayers } from './histograms.js';
import { factors, words } from './words.js';
import './view.css';

/** Height of a row of histograms. With it, two networks and both plots fit on a screen of 900 pixels. */
const ROW_HEIGHT = 64;

function Stage({ state, frame, networks }: ViewProps<Frame>) {
  return (
    <div class={`stack tight sigma ${state.networks.length > 2 ? 'many' : ''}`}>
      {state.networks.map((_, n) => (
        <NetworkRow key={letters[n]} n={n} title={startName(networkState(state, n))} signals={frame?.[n]} />
      ))}
      <div class="pair sigma-depth">
        <figure class="card">
          <figcaption>
            Forward: <Term name="variance">variance</Term> of <Term name="preactivation">z</Term> by layer
          </figcaption>
          <DepthPlot frame={frame ?? []} kind="forward" />
        </figure>
        <figure class="card">
          <figcaption>
            Backward: variance of <Term name="gradient">dL/dz</Term>, relative to the output
          </figcaption>
          <DepthPlot frame={frame ?? []} kind="backward" />
        </figure>
      </div>
      <TheoryNote step={networks[0]?.step ?? 0} />
    </div>
  );
}

interface RowProps {
  readonly n: number;
  readonly title: string;
  readonly signals: SignalsFrame | undefined;
}

function NetworkRow({ n, title, signals }: RowProps) {
  const letter = letters[n]!;
  const measured = signals?.measured;
  const draw =
    (kind: 'z' | 'gradient'): Draw =>
    (pen, w, h, palette) => {
      if (measured) drawLayers(pen, w, h, measured[kind], palette.networks[n]!, palette);
    };
  const told = measured
    ? factors(signals, measured.z.meanSquare.length - 1).map((f) => digits(f))
    : ['–', '–'];
  return (
    <figure class={`card network network-${letter}`}>
      <div class="sigma-start">
        <NetworkCaption n={n}>{title}</NetworkCaption>
        <StartControl n={n} hasLetter />
      </div>
      <div class="sigma-rows">
        <span class="small">z</span>
        <Canvas
          draw={draw('z')}
          height={ROW_HEIGHT}
          label={`Histograms of z in network ${letter}: from the first to the last hidden layer its size changes by the factor ${told[0]}`}
        />
        <span class="small">dL/dz</span>
        <Canvas
          draw={draw('gradient')}
          height={ROW_HEIGHT}
          label={`Histograms of the gradient in network ${letter}: from the output to the first layer its size changes by the factor ${told[1]}`}
        />
      </div>
      {signals && !measured && <Overflow />}
    </figure>
  );
}

export const page: PageView<Frame> = {
  title: 'Drag σ',
  question: 'How large must the first weights be for a signal to survive the depth?',
  Stage,
  words,
  isStill: true,
};
