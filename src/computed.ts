/**
 * Returns what a function returns. A constant that is written `@__PURE__ computed(() => …)` has no effect that a bundler could see,
 * so that a page which does not use it does not contain it. Bundlers take spreading, indexing and most calls for effects.
 */
export function computed<Value>(compute: () => Value): Value {
  return compute();
}
