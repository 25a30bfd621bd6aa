/** A number that the visitor changes in place, by typing or by the arrow keys. */
import { useRef, useState } from 'preact/hooks';

const STEP = 0.05;
const LARGE_STEP = 0.5;
/** A key that follows the last one sooner goes on from the last one's value, which may not be on the screen yet. */
const SAME_PRESS_MS = 400;

interface NumberBoxProps {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly onChange: (value: number) => void;
}

export function NumberBox({ label, value, low, high, onChange }: NumberBoxProps) {
  // Text that is being typed. It need not be a number yet.
  const [draft, setDraft] = useState<string>();
  const shown = String(Number(value.toPrecision(3)));
  const set = (next: number) => onChange(Math.min(high, Math.max(low, next)));
  const type = (text: string) => {
    setDraft(text);
    const typed = Number(text.replace(',', '.').replace('−', '-'));
    if (text.trim() !== '' && Number.isFinite(typed)) set(typed);
  };
  const last = useRef({ at: Number.NEGATIVE_INFINITY, value });
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === 'Escape') setDraft(undefined);
    const sign = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (sign === 0) return;
    event.preventDefault();
    setDraft(undefined);
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const now = performance.now();
    const from = now - last.current.at < SAME_PRESS_MS ? last.current.value : Number(shown);
    last.current = { at: now, value: Number((from + sign * step).toPrecision(6)) };
    set(last.current.value);
  };
  return (
    <input
      class="wires-box"
      type="text"
      inputMode="decimal"
      role="spinbutton"
      aria-label={label}
      aria-valuenow={Number(shown)}
      aria-valuemin={low}
      aria-valuemax={high}
      value={draft ?? shown}
      onInput={(event) => type(event.currentTarget.value)}
      onKeyDown={press}
      onBlur={() => setDraft(undefined)}
    />
  );
}
