/** Bundles the library with all its parts and some internal modules into one file, build/bench/library.js. */
export function bundleLibrary(): Promise<void>;
