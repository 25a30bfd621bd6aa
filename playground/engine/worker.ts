/** The worker: answers each request of the page with the engine's answer, and transfers its arrays. */
import { useNames, useSaving } from 'evenkeel/extras';
import { Lab } from './lab.js';
import { buffersOf, type Request } from './messages.js';

useNames();
useSaving();
const lab = new Lab();

/** Scope of a worker; the types of a page have no name for it. */
const scope = globalThis as unknown as {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  onmessage: (event: { readonly data: Request }) => void;
};

scope.onmessage = ({ data }) => {
  const answer = lab.answer(data);
  scope.postMessage(answer, buffersOf(answer));
};
