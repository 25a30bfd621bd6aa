/** Script of workers of each kind, and of a sandboxed frame: trains iris and answers with the backend and a hash of the weights. */
import { adam, MLP } from 'evenkeel';
import { iris } from 'evenkeel/data';
import { useSaving } from 'evenkeel/extras';
import { train } from '../consumers/program.mjs';
import { hash } from '../reproducibility/fingerprints.mjs';

const result = () => train({ MLP, adam, iris, useSaving }, hash).catch(String);

if ('document' in globalThis) {
  result().then((text) => parent.postMessage(text, '*'));
} else if ('onconnect' in globalThis) {
  globalThis.onconnect = ({ ports: [port] }) => result().then((text) => port.postMessage(text));
} else if ('clients' in globalThis) {
  globalThis.onmessage = (event) =>
    event.waitUntil(result().then((text) => event.ports[0].postMessage(text)));
} else {
  result().then((text) => postMessage(text));
}
