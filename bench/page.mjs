/** Sizes of the pages that programs become. */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Returns the script of a page, bundled and minified. Imports of the code are relative to the folder. */
export async function bundlePage(code, folder, logLevel = 'warning') {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    write: false,
    logLevel,
  });
  return outputFiles[0].contents;
}

/** Returns the number of gzipped bytes. */
export function gzippedSize(bytes) {
  return gzipSync(bytes, { level: 9 }).length;
}

/** Makes a measurement of a size, which does not vary, in kB. */
export function kilobytesExactly(bytes) {
  const kilobytes = bytes / 1000;
  return { min: kilobytes, median: kilobytes, sd: 0 };
}
