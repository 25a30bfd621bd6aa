/** The class `Rng` for code that may draw before there is a model. */
import { usePlainDraws } from '../backend/plain-draws.js';
import { Rng as Stream } from './random.js';

/** The class of `random.ts`, under whose name it is published. */
export const Rng: typeof Stream = /* @__PURE__ */ drawing(Stream);
/** An immutable stream of random numbers. */
export type Rng = Stream;

/** Returns the class, whose draws now need no WebAssembly. A page that only has models does not carry this code. */
function drawing(stream: typeof Stream): typeof Stream {
  usePlainDraws();
  return stream;
}
