/** Answers of the worker as the page gets them, for comparisons bit for bit. */
import { stepsOf, until } from './visit.mjs';

/**
 * Script of a page that keeps the last of each part of the answers in `globalThis.kept`, and counts them in `globalThis.counts`.
 * Networks keep their last map, curves and verdict, as on the page.
 */
export function keepAnswers() {
  globalThis.kept = {};
  globalThis.counts = {};
  globalThis.Worker = class extends Worker {
    constructor(...options) {
      super(...options);
      this.addEventListener('message', ({ data }) => {
        const before = globalThis.kept.networks ?? [];
        const networks = data.networks?.map((network, n) => ({ ...before[n], ...network }));
        const parts = { ...data, networks: networks?.length ? networks : undefined };
        for (const [name, part] of Object.entries(parts)) {
          if (part === undefined) continue;
          globalThis.kept[name] = part;
          globalThis.counts[name] = (globalThis.counts[name] ?? 0) + 1;
        }
      });
    }
  };
}

/** Returns a value with arrays in place of typed ones, and with all digits of its numbers as text. */
export function plain(value) {
  if (typeof value === 'number') return String(value);
  if (ArrayBuffer.isView(value)) return Array.from(value, String);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

/** Returns a kept part of the answers, as `plain` does. */
export function kept(page, name) {
  return page.evaluate(`(${plain})(globalThis.kept.${name})`);
}

/** Returns how many answers had a part. */
export function countOf(page, name) {
  return page.evaluate((part) => globalThis.counts[part] ?? 0, name);
}

/** Waits until a kept part is that of the step on the screen, and returns it. */
export async function keptNow(page, name) {
  const steps = String(await stepsOf(page));
  await until(async () => (await kept(page, `${name}?.step`)) === steps, `${name} of step ${steps}`);
  return kept(page, name);
}

/**
 * Returns the first place at which two values of `plain` differ; undefined if there is none.
 *
 * @param isEqual  comparison of two texts, for numbers that need not have equal bits
 */
export function difference(a, b, isEqual = Object.is, place = '') {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return isEqual(a, b) ? undefined : `${place}: ${a} is not ${b}`;
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = difference(a[name], b[name], isEqual, `${place}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
