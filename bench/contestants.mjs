/** Who runs against whom, and how each gets a library of its own. */

/** The two builds of WebAssembly, and the two backends in plain JavaScript that they have to beat. */
const all = [
  { name: 'portable', backend: 'wasm', arithmetic: 'portable' },
  { name: 'fused', backend: 'wasm', arithmetic: 'fused' },
  { name: 'javascript', backend: 'javascript', arithmetic: 'portable' },
  { name: 'javascript64', backend: 'javascript64', arithmetic: 'portable' },
];

let instances = 0;

/**
 * A module instance that nobody has used. V8 compiles a function for the types it has met: where f32 and f64
 * run through one instance, its typed arrays become polymorphic and the JavaScript backends lose a fifth of
 * their speed, which would flatter WebAssembly. A new query string is a new instance.
 */
export function freshLibrary() {
  instances += 1;
  return import(`../build/bench/library.js?${instances}`);
}

/** The contestants this engine can run: `fused` needs relaxed SIMD. */
export async function contestants() {
  const { createBackend, hasRelaxedSimd } = await freshLibrary();
  if (!hasRelaxedSimd()) return all.filter(({ name }) => name !== 'fused');
  // The check itself must not have warmed up anything that is measured.
  createBackend('wasm', 'fused');
  return all;
}
