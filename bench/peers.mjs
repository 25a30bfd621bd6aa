/** Opens the libraries that are raced against, if `npm run bench:peers` has installed them; see peers/. */

const files = [
  'jax',
  'tfjs',
  'onnxruntime',
  'onnxruntime-node',
  'numpy',
  'brain',
  'ml-matrix',
  'pytorch',
  'pandas',
];
/** Error codes of Node for a missing package, and of pytorch.mjs for a missing Python package. */
const ABSENT = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ENOENT']);

/**
 * Opens all peers that are installed.
 *
 * @returns peers, each with a name and version, `close()`, and some of
 *          `train(net)`, `predict(net)`, `epoch(net)`, `multiply(product, inputs, repeats)`, `online(net)`,
 *          `elementwise(name, x, repeats)`, `draw(what, shape, options)` and `readCsv(table)`, each of which makes a contestant;
 *          and the missing libraries, with the reason
 */
export async function openPeers() {
  const [peers, missing] = [[], []];
  for (const file of files) {
    try {
      const { open } = await import(`./peers/${file}.mjs`);
      peers.push(await open());
    } catch (error) {
      if (!ABSENT.has(error.code)) throw error;
      missing.push({ name: file, reason: error.message.split(/\n| imported from/)[0] });
    }
  }
  return { peers, missing };
}
