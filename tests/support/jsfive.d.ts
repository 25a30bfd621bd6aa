/** Part of jsfive that the tests use; the package has no types. */
declare module 'jsfive' {
  export const File: new (bytes: ArrayBuffer, name: string) => unknown;
}
