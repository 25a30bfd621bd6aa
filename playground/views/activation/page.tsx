/** Any activation: the visitor chooses or draws one, and sees its gain, fixed point, phase and signals. */
import { Slider } from '../../page/controls/field-control.js';
import { Canvas, type Draw } from '../../page/draw/canvas.js';
import { DepthPlot } from '../../page/draw/depth-plot.js';
import { axes, type Box, dots, inside, line, linear, logarithmic, type Scale } from '../../page/draw/plot.js';
import { DASH } from '../../page/draw/theory-band.js';
import { digits } from '../../page/numbers.js';
import { updateNetwork, updateOwn } from '../../page/store.js';
import { Term } from '../../page/terms.js';
import { TheoryNote } from '../../page/theory-note.js';
import { nameOf } from '../../page/words.js';
import { ownValue } from '../own-value.js';
import type { PageView, ViewProps } from '../pages.js';
import { EDGE, evenly, LN_EDGE } from './axes.js';
import { KNOTS, MOST, readCurve, writeCurve } from './curve.js';
import type { Frame, Piece } from './engine.js';
import { own } from './fields.js';
import { nameOfShown, words } from './words.js';
import './view.css';

/** The picture of f shows values from −TALL to TALL. */
const TALL = 4.4;

type Props = ViewProps<Frame, Piece | undefined>;

/** Returns the values of f at the knots: those that are drawn, or those of the network's activation. */
function valuesOf({ state, frame }: Props): readonly number[] {
  const drawn = readCurve(ownValue(state, own, 'curve'));
  if (drawn) return drawn;
  const { values } = frame!;
  return KNOTS.map((z) => values[Math.round(((z / EDGE + 1) / 2) * (values.length - 1))]!);
}

function setValue(props: Props, i: number, value: number): void {
  updateOwn('curve', writeCurve(valuesOf(props).map((old, k) => (k === i ? value : old))));
}

function scalesOf(w: number, h: number): { box: Box; x: Scale; y: Scale } {
  const box = inside(w, h, { top: 12, left: 30 });
  return { box, x: linear(-EDGE, EDGE, box.left, box.right), y: linear(-TALL, TALL, box.bottom, box.top) };
}

function CurvePicture(props: Props) {
  const { frame, state } = props;
  const knots = frame ? valuesOf(props) : [];
  const draw: Draw = (pen, w, h, palette) => {
    const { box, x, y } = scalesOf(w, h);
    axes(pen, box, x, y, palette, { xLabel: 'z', xTicks: 10, yTicks: 8 });
    if (!frame) return;
    const points = evenly(EDGE, frame.values.length);
    line(pen, box, points, frame.slopes, [x, y], palette.quiet, { width: 1.25 });
    line(pen, box, points, frame.values, [x, y], palette.networks[0]!, { width: 2.25 });
    if (frame.isDrawn) dots(pen, box, KNOTS, knots, [x, y], palette.networks[0]!, 5);
  };
  const point = (px: number, py: number, w: number, h: number, isPressed: boolean) => {
    if (!isPressed || !frame) return;
    const { box } = scalesOf(w, h);
    const z = EDGE * ((2 * (px - box.left)) / (box.right - box.left) - 1);
    const value = TALL * (1 - (2 * (py - box.top)) / (box.bottom - box.top));
    const i = Math.min(KNOTS.length - 1, Math.max(0, Math.round(z - KNOTS[0])));
    setValue(props, i, Math.min(MOST, Math.max(-MOST, value)));
  };
  const label = frame
    ? `${nameOfShown(state, frame.isDrawn)}: ${KNOTS.map((z, i) => `f(${z}) = ${digits(knots[i])}`).join(', ')}`
    : 'The activation';
  return <Canvas draw={draw} height={260} label={label} onPoint={point} />;
}

function MapPicture({ frame }: Props) {
  const numbers = frame?.numbers;
  const fixed = numbers?.field?.fixedPoint;
  const draw: Draw = (pen, w, h, palette) => {
    const box = inside(w, h, { left: 48 });
    const x = logarithmic(-LN_EDGE, LN_EDGE, box.left, box.right);
    const y = logarithmic(-LN_EDGE, LN_EDGE, box.bottom, box.top);
    axes(pen, box, x, y, palette, {
      xLabel: 'in one layer',
      yLabel: 'in the next layer',
      xTicks: 6,
      yTicks: 6,
    });
    line(pen, box, [-LN_EDGE, LN_EDGE], [-LN_EDGE, LN_EDGE], [x, y], palette.quiet, { width: 1 });
    if (!numbers) return;
    const variances = evenly(LN_EDGE, numbers.map.length);
    line(pen, box, variances, numbers.map.map(Math.log), [x, y], palette.theory, { width: 2, dash: DASH });
    const at = Math.log(fixed ?? 0);
    if (Number.isFinite(at)) dots(pen, box, [at], [at], [x, y], palette.theory, 5);
  };
  return (
    <Canvas
      draw={draw}
      height={260}
      label={`Variance of z from one layer to the next; its fixed point is ${digits(fixed)}`}
    />
  );
}

function NumbersTable({ frame, pieces }: Props) {
  const { numbers } = frame!;
  const rows = [
    ['keepsSignal', 'gain that keeps the signal', numbers.gain],
    ['keepsGradient', 'gain that keeps the gradient', numbers.gradientGain],
    ['critical', 'gain at the edge of chaos', pieces[0]?.critical],
    ['gain', 'gain of the weights of A', numbers.weights],
    ['fixedPoint', 'fixed point of the variance', numbers.field?.fixedPoint],
    ['chi', 'χ₁, factor on gradients a layer', numbers.field?.chi],
  ] as const;
  return (
    <table class="scores activation-numbers">
      <tbody>
        {rows.map(([term, label, value]) => (
          <tr key={term}>
            <th scope="row">
              <Term name={term}>{label}</Term>
            </th>
            <td title={String(value)}>{digits(value)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">
            <Term name="phase">phase</Term>
          </th>
          <td>{numbers.field?.phase ?? '–'}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Stage(props: Props) {
  const { state, frame, networks } = props;
  return (
    <div class="stack tight activation">
      <div class="pair">
        <figure class="card">
          <figcaption>
            {nameOfShown(state, frame?.isDrawn ?? false)}: f (thick) and its slope f′ (thin). Drag to draw.
          </figcaption>
          <CurvePicture {...props} />
        </figure>
        <figure class="card">
          <figcaption>
            <Term name="variance">Variance</Term> of z, layer to layer
          </figcaption>
          <MapPicture {...props} />
        </figure>
      </div>
      {frame?.isDrawn && (
        <p class="small activation-note">
          The library trains only named activations, so your function is shown before training, with the first
          weights of A. Loss and verdict are those of A with {nameOf(state.activation)}.
          {state.batchNorm !== 'none' &&
            ' Theory leaves out the batch norm of A. There are no dots, because the page does not measure your function with a batch norm.'}
        </p>
      )}
      <div class="pair">
        <figure class="card">
          <figcaption>Forward: variance of z by layer</figcaption>
          <DepthPlot frame={frame ? [frame.signals] : []} kind="forward" />
        </figure>
        <figure class="card">
          <figcaption>Backward: variance of dL/dz, relative to the output</figcaption>
          <DepthPlot frame={frame ? [frame.signals] : []} kind="backward" />
        </figure>
      </div>
      <TheoryNote step={frame?.isDrawn ? 0 : (networks[0]?.step ?? 0)} />
    </div>
  );
}

function Controls(props: Props) {
  const { frame } = props;
  if (!frame) return null;
  const { gain } = frame.numbers;
  const values = valuesOf(props);
  return (
    <section class="group" aria-label="Activation">
      <NumbersTable {...props} />
      <button
        type="button"
        disabled={!Number.isFinite(gain)}
        onClick={() => updateNetwork(0, { init: 'gain', size: Number(gain.toPrecision(4)) })}
      >
        Give A the gain {digits(gain)}
      </button>
      {frame.isDrawn && (
        <button type="button" class="quiet" onClick={() => updateOwn('curve', '')}>
          Back to {nameOf(props.state.activation)}
        </button>
      )}
      <details class="group">
        <summary>Points as numbers</summary>
        {KNOTS.map((z, i) => (
          <Slider
            key={z}
            label={`f(${String(z).replace('-', '−')})`}
            value={values[i]!}
            low={-MOST}
            high={MOST}
            step={0.1}
            onChange={(value) => setValue(props, i, value)}
          />
        ))}
      </details>
    </section>
  );
}

export const page: PageView<Frame, Piece | undefined> = {
  title: 'Any activation',
  question: 'What gain does an activation need, and where does a signal end?',
  Stage,
  words,
  Controls,
  isStill: true,
  start: { depth: 20, networks: [{}] },
};
