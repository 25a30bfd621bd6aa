/** Texts of numbers on the page. */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Returns the text of a number, such as 0.0123, 12.3, 1230 or 1.2·10⁻⁷; powers of ten have one digit fewer. */
export function digits(value: number | undefined, significant = 3): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) {
    const [mantissa, exponent] = value.toExponential(Math.max(0, significant - 2)).split('e');
    return `${signed(mantissa!)}·10${superscript(Number(exponent))}`;
  }
  const rounded = Number(value.toPrecision(significant));
  return signed(size >= 1000 ? String(Math.round(rounded)) : String(rounded));
}

/** Returns a share as a percentage with three significant digits. */
export function percent(share: number | undefined): string {
  return share === undefined || Number.isNaN(share) ? '–' : `${digits(100 * share)} %`;
}

/** Returns a count with thin spaces between thousands. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u2009');
}

/** Returns a whole number in superscript. */
export function superscript(exponent: number): string {
  const text = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return exponent < 0 ? `⁻${text}` : text;
}

function signed(text: string): string {
  return text.replace('-', '−');
}
