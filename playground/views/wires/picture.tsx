/** The network from top to bottom: inputs, weights, hidden units, weights, classes. Wires run behind the boxes. */
import type { ComponentChildren } from 'preact';
import type { State } from '../../engine/state.js';
import { digits } from '../../page/numbers.js';
import { Term } from '../../page/terms.js';
import { ownValue } from '../own-value.js';
import type { LayerNumbers, Numbers } from './engine.js';
import { type Name, own, parameters } from './fields.js';
import { NumberBox } from './number-box.js';
import { deadUnits } from './words.js';

/**
 * Heights of the rows in CSS pixels: inputs, two rows of weights, hidden units, two rows of weights. The row of the classes is as
 * high as its content, because no wire leaves it.
 */
const heights = [56, 44, 44, 104, 44, 44];
const GAP = 16;
const tops = [0, ...heights].map((_, r) =>
  heights.slice(0, r).reduce((sum, height) => sum + height + GAP, 0),
);
/** Height of the wires, which end at the classes. */
const HEIGHT = tops.at(-1)!;
/** Rows of nodes that the wires of each layer connect. */
const ends = [
  [0, 3],
  [3, 6],
] as const;
/** Nodes that the wires of a layer start from: inputs, or hidden units. */
const SOURCES = 2;

interface PictureProps {
  readonly numbers: Numbers;
  readonly state: State;
  readonly onChange: (name: Name, value: number) => void;
}

export function Picture({ numbers, state, onChange }: PictureProps) {
  const { hidden, output, inputGradient, loss, nextLoss } = numbers;
  const dead = deadUnits(numbers);
  const label = ownValue(state, own, 'label');
  const box = (name: Name, value: number, said: string) => (
    <NumberBox
      label={said}
      value={value}
      low={own[name].limits.low}
      high={own[name].limits.high}
      onChange={(next) => onChange(name, next)}
    />
  );
  const bias = (layer: LayerNumbers, l: 0 | 1, j: number) => {
    const name = parameters[l].bias[j]!;
    return (
      <Row name="b">
        {box(name, layer.bias[j]!, `bias of ${l === 0 ? 'h' : 'z'}${j + 1}`)}
        <After gradient={layer.biasGradient[j]!} next={layer.nextBias[j]!} />
      </Row>
    );
  };
  const weights = (layer: LayerNumbers, l: 0 | 1, i: number) => {
    const units = layer.bias.length;
    return (
      <div class={`wires-row of-${units}`}>
        {Array.from({ length: units }, (_, j) => {
          const at = i * units + j;
          const isDead = dead.includes(l === 0 ? j : i);
          const [from, to] = l === 0 ? ['x', 'h'] : ['h', 'z'];
          return (
            <div key={j} class={`wires-weight ${isDead ? 'dead' : ''}`}>
              {box(
                parameters[l].kernel[at]!,
                layer.kernel[at]!,
                `weight from ${from}${i + 1} to ${to}${j + 1}`,
              )}
              <After gradient={layer.kernelGradient[at]!} next={layer.nextKernel[at]!} />
            </div>
          );
        })}
      </div>
    );
  };
  return (
    <>
      <div
        class="wires-net"
        style={{ gridTemplateRows: `${heights.map((h) => `${h}px`).join(' ')} auto`, gap: `${GAP}px` }}
      >
        <WireLines numbers={numbers} dead={dead} />
        <div class="wires-row of-2">
          {(['x1', 'x2'] as const).map((name, i) => (
            <div key={name} class="wires-node">
              <Row name={`x${i + 1}`}>{box(name, ownValue(state, own, name), `input x${i + 1}`)}</Row>
              <Value name="∂" value={inputGradient[i]!} isGradient />
            </div>
          ))}
        </div>
        {weights(hidden, 0, 0)}
        {weights(hidden, 0, 1)}
        <div class="wires-row of-2">
          {[0, 1].map((j) => (
            <div key={j} class={`wires-node ${dead.includes(j) ? 'dead' : ''}`}>
              <b>
                h{j + 1}
                {dead.includes(j) && ' is dead'}
              </b>
              {bias(hidden, 0, j)}
              <div class="wires-pair">
                <Value name="sum" value={hidden.z[j]!} />
                <Value name="∂" value={hidden.zGradient[j]!} isGradient />
              </div>
              <div class="wires-pair">
                <Value name="out" value={hidden.a[j]!} />
                <Value name="∂" value={hidden.aGradient[j]!} isGradient />
              </div>
            </div>
          ))}
        </div>
        {weights(output, 1, 0)}
        {weights(output, 1, 1)}
        <div class="wires-row of-3">
          {[0, 1, 2].map((j) => (
            <div key={j} class={`wires-node ${label === j + 1 ? 'true-class' : ''}`}>
              <label class="wires-label">
                <input
                  type="radio"
                  name="true-class"
                  checked={label === j + 1}
                  onChange={() => onChange('label', j + 1)}
                />
                <b>class {j + 1}</b>
              </label>
              {bias(output, 1, j)}
              <div class="wires-pair">
                <Value name={`z${j + 1}`} value={output.z[j]!} />
                <Value name="∂" value={output.zGradient[j]!} isGradient />
              </div>
              <Value name={`p${j + 1}`} value={output.a[j]!} />
            </div>
          ))}
        </div>
      </div>
      <p class="wires-loss">
        <Term name="loss">loss</Term> = −ln p{label} = <b title={String(loss)}>{digits(loss)}</b>
        <span class="wires-sample"> → {digits(nextLoss)} after the step</span>
      </p>
    </>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div class="wires-pair">
      <span class="wires-name">{name}</span>
      {children}
    </div>
  );
}

interface ValueProps {
  readonly name: string;
  readonly value: number;
  readonly isGradient?: boolean;
}

/** A number with its name; hovering shows all its digits. */
function Value({ name, value, isGradient }: ValueProps) {
  return (
    <span class={`wires-value ${isGradient ? 'gradient' : ''}`} title={String(value)}>
      <span class="wires-name">{name}</span> {digits(value)}
    </span>
  );
}

/** Gradient of a parameter, and its value after the step. */
function After({ gradient, next }: { readonly gradient: number; readonly next: number }) {
  return (
    <span class="wires-after">
      <Value name="∂" value={gradient} isGradient />
      <Value name="→" value={next} />
    </span>
  );
}

/** Wires: each leads from its source through its weight to its target. The wires of a dead unit are grey and dashed. */
function WireLines({ numbers, dead }: { readonly numbers: Numbers; readonly dead: readonly number[] }) {
  const paths = [numbers.hidden, numbers.output].flatMap(({ bias: { length: units } }, l) => {
    const [from, to] = ends[l]!;
    return Array.from({ length: SOURCES * units }, (_, at) => {
      const [i, j] = [Math.floor(at / units), at % units];
      const row = from + 1 + i;
      const [x1, x2] = [middle(i, SOURCES), middle(j, units)];
      const [y1, y2] = [tops[from]! + heights[from]!, tops[row]!];
      const bend = (y1 + y2) / 2;
      const isDead = dead.includes(l === 0 ? j : i);
      return { line: `M${x1} ${y1}C${x1} ${bend} ${x2} ${bend} ${x2} ${y2}V${tops[to]!}`, isDead };
    });
  });
  return (
    <svg
      class="wires-lines"
      viewBox={`0 0 100 ${HEIGHT}`}
      height={HEIGHT}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {paths.map(({ line, isDead }) => (
        <path key={line} d={line} class={isDead ? 'dead' : ''} vector-effect="non-scaling-stroke" />
      ))}
    </svg>
  );
}

/** Returns the middle of a column in percent of the width. */
function middle(column: number, columns: number): number {
  return (100 * (column + 0.5)) / columns;
}
