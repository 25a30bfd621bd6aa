export { checks, prepare } from './iris-page.mjs';
