/** Makes properties use the same examples in every run, so that a failure repeats. */
import fc from 'fast-check';

fc.configureGlobal({ seed: 1912 });
