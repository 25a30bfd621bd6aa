/** Control for any field of the state: a list or a slider. */
import { useId } from 'preact/hooks';
import { type Limits, rounded } from '../../engine/fields.js';
import { networkFields, sharedFields } from '../../engine/state.js';
import { digits } from '../numbers.js';
import { Term, type TermName } from '../terms.js';
import { nameOf } from '../words.js';

const fields = { ...sharedFields, ...networkFields };
export type FieldName = Exclude<keyof typeof fields, 'view'>;

/** Options of a slider: a logarithmic scale, narrower limits than the field's, and steps. */
interface Run {
  readonly isLog?: boolean;
  readonly low?: number;
  readonly high?: number;
  readonly step?: number;
}

/** Options of sliders; a field that is not here has an even slider over its limits. */
const runs: Partial<Record<FieldName, Run>> = {
  width: { isLog: true },
  size: { isLog: true, low: 0.01, high: 20 },
  biasStd: { high: 2, step: 0.01 },
  dropout: { step: 0.05 },
  rate: { isLog: true, low: 1e-5, high: 10 },
  batch: { isLog: true },
  strength: { isLog: true, low: 1e-5, high: 1 },
  noise: { step: 0.01 },
  train: { step: 5 },
  seed: { high: 100 },
};
/** Number of steps of a slider, if the slider is logarithmic or the field has none of its own. */
const STOPS = 400;

interface FieldControlProps {
  readonly name: FieldName;
  readonly value: number | string;
  readonly onChange: (value: number | string) => void;
  /** Label in place of the field's own. */
  readonly label?: string;
  /** Names to choose from; default all of the field. */
  readonly choices?: readonly string[];
}

export function FieldControl({ name, value, onChange, label, choices }: FieldControlProps) {
  const field = fields[name];
  const shared = { term: name, label: label ?? field.label, onChange };
  return 'names' in field ? (
    <Choice {...shared} value={String(value)} names={choices ?? field.names} />
  ) : (
    <Slider {...shared} value={Number(value)} {...field.limits} {...runs[name]} />
  );
}

interface ChoiceProps {
  readonly term?: TermName;
  readonly label: string;
  readonly value: string;
  readonly names: readonly string[];
  /** Function that returns the label of a name; default `nameOf`. */
  readonly labels?: (name: string) => string;
  readonly onChange: (value: string) => void;
}

/** List of names. */
export function Choice({ term, label, value, names, labels = nameOf, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div class="control choice">
      <Label id={id} term={term} text={label} />
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {labels(name)}
          </option>
        ))}
      </select>
    </div>
  );
}

interface SliderProps extends Limits, Run {
  readonly low: number;
  readonly high: number;
  readonly term?: TermName;
  readonly label: string;
  readonly value: number;
  readonly unit?: string;
  readonly onChange: (value: number) => void;
}

/** Slider with its value beside the label. */
export function Slider({
  term,
  label,
  value,
  low,
  high,
  whole,
  isLog,
  step,
  unit = '',
  onChange,
}: SliderProps) {
  const id = useId();
  const position = isLog ? (STOPS * Math.log(Math.max(value, low) / low)) / Math.log(high / low) : value;
  const change = (at: number) => {
    const next = isLog ? low * (high / low) ** (at / STOPS) : at;
    onChange(whole ? Math.round(next) : rounded(Number(next.toPrecision(3))));
  };
  return (
    <div class="control slider">
      <Label id={id} term={term} text={label} />
      <output for={id}>{`${digits(value)}${unit}`}</output>
      <input
        id={id}
        type="range"
        min={isLog ? 0 : low}
        max={isLog ? STOPS : high}
        step={isLog ? 1 : (step ?? (whole ? 1 : (high - low) / STOPS))}
        value={position}
        aria-valuetext={`${digits(value)}${unit}`}
        onInput={(event) => change(Number(event.currentTarget.value))}
      />
    </div>
  );
}

interface LabelProps {
  readonly id: string;
  readonly term: TermName | undefined;
  readonly text: string;
}

function Label({ id, term, text }: LabelProps) {
  const label = <label for={id}>{text}</label>;
  return <span class="label">{term ? <Term name={term}>{label}</Term> : label}</span>;
}
