/** Makes properties use the same examples in every run, so that a failure repeats, and loads all parts of the library, as Node does. */
import fc from 'fast-check';
import { useEverything } from '../../src/extras/index.js';

fc.configureGlobal({ seed: 1912 });
useEverything();
