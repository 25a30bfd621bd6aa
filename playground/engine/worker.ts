/** The worker: passes each request of the page to the engine, and transfers the arrays of its answer. */
import { useJavascript, useNames, useSaving } from 'evenkeel/extras';
import { Lab } from './lab.js';
import { buffersOf, type Request } from './messages.js';

useNames();
useSaving();
// Networks need it where the page's policy forbids WebAssembly.
useJavascript();
const lab = new Lab();

/** Global scope of the worker. The types of a page have no name for it. */
const scope = globalThis as unknown as {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  onmessage: (event: { readonly data: Request }) => void;
};

scope.onmessage = ({ data }) => {
  const answer = lab.answer(data);
  scope.postMessage(answer, buffersOf(answer));
};
