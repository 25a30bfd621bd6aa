/** Merges shared chunks of esbuild, because each file adds about a millisecond to the start of a program. */
import { posix } from 'node:path';
import { rollup } from 'rollup';

/** Entry whose chunks are merged. It loads all of the library that a program in Node loads. */
const root = 'build/js/index.node.js';
/**
 * Entries that a page may load without a bundler and without the rest of the library. They load no larger file than before, because
 * only chunks that the same of these entries load are merged.
 */
const light = ['metrics', 'theory', 'predictor', 'predictor-javascript'].map((name) => `build/js/${name}.js`);

/**
 * Merges chunks that the root loads. Merged chunks never import each other in a circle, because all entries that load a chunk also
 * load what it imports.
 *
 * @param outputs  files of esbuild by path, as in its metafile
 * @param texts    texts of these files by path
 * @returns {Promise<{ path: string, text: string, inputs: object, bytes: number }[]>} the new files; `inputs` and `bytes` are as in
 *          the metafile
 */
export async function mergeChunks(outputs, texts) {
  const groups = groupsOf(outputs);
  const bundle = await rollup({
    input: Object.keys(outputs).filter((path) => !isChunk(path)),
    treeshake: false,
    preserveEntrySignatures: 'strict',
    plugins: [filesInMemory(texts)],
    onwarn: ({ message }) => {
      throw new Error(`merged chunks: ${message}`);
    },
  });
  const { output } = await bundle.generate({
    entryFileNames: ({ facadeModuleId }) => facadeModuleId,
    chunkFileNames: 'build/js/shared-[hash].js',
    hashCharacters: 'base36',
    manualChunks: (path) => groups.get(path),
    minifyInternalExports: false,
  });
  await bundle.close();
  return output
    .filter(({ code }) => code.trim() !== '')
    .map(({ fileName, code, moduleIds }) => {
      const merged = moduleIds.map((path) => outputs[path]);
      return {
        path: fileName,
        text: withoutBareImports(code),
        inputs: Object.assign({}, ...merged.map(({ inputs }) => inputs)),
        bytes: merged.reduce((sum, { bytes }) => sum + bytes, 0),
      };
    });
}

/** Removes imports of chunks for their effects. Chunks have no effects, and a user's bundler warns of such imports. */
function withoutBareImports(text) {
  return text.replace(/^import '(?:\.|\.\.\/js)\/shared-\w+\.js';\n/gm, '');
}

function isChunk(path) {
  return posix.basename(path).startsWith('shared-');
}

/** Returns a Map from the path of each chunk of the root to the name of its group: the light entries that load it. */
function groupsOf(outputs) {
  const loadedBy = light.map((entry) => [entry, loads(outputs, entry)]);
  const chunks = [...loads(outputs, root)].filter(isChunk);
  return new Map(
    chunks.map((path) => {
      const entries = loadedBy.filter(([, loaded]) => loaded.has(path)).map(([entry]) => entry);
      return [path, `of ${entries.join()}`];
    }),
  );
}

/** Returns the paths of all files that a file loads, with its own. */
function loads(outputs, path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const { path: imported, external } of outputs[path].imports) {
    if (!external) loads(outputs, imported, found);
  }
  return found;
}

/** Rollup plugin: files that are not on the disk yet. Everything else is external. */
function filesInMemory(texts) {
  return {
    name: 'files in memory',
    resolveId(source, importer) {
      const path = importer ? posix.join(posix.dirname(importer), source) : source;
      return texts.has(path) ? path : { id: source, external: true };
    },
    load: (path) => texts.get(path),
  };
}
