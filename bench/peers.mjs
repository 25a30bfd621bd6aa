/** The libraries that are raced against, where `npm run bench:peers` has installed them; see peers/. */

const files = ['jax', 'tfjs', 'onnxruntime', 'brain', 'ml-matrix', 'pytorch', 'pandas'];
/** What Node says of a package that is not there, and pytorch.mjs of Python's. */
const ABSENT = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ENOENT']);

/**
 * @returns peers, each with a name and version and some of
 *          `train(net)`, `predict(net)`, `epoch(net)`, `multiply(product, inputs, repeats)`, `online(net)`,
 *          `elementwise(name, x, repeats)`, `draw(what, shape, options)`,
 *          `readCsv(table)`, all of which make a contestant, and `close()`;
 *          and those that are missing, with the reason
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
