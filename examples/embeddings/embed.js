import { Rng } from 'evenkeel';

/** Number of values of an embedding. */
export const SIZE = 384;

// A real model, which also knows that a refund is money back, is one line of transformers.js:
// const embed = async (texts) => (await (await pipeline('feature-extraction', 'Xenova/all-MiniLM-L6-v2'))(texts, { pooling: 'mean', normalize: true })).data;

/**
 * Embeds texts without a model: every word has a random vector of its own, and a text has the sum of them, with length 1. Texts with
 * common words are close to each other, all others nearly orthogonal.
 *
 * @param {string[]} texts
 * @returns {Promise<Float32Array>} rows of SIZE values
 */
export async function embed(texts) {
  const rows = new Float32Array(texts.length * SIZE);
  for (const [r, text] of texts.entries()) {
    const row = rows.subarray(r * SIZE, (r + 1) * SIZE);
    for (const word of text.toLowerCase().match(/[\p{L}']+/gu) ?? []) {
      for (const [i, value] of vectorOf(word).entries()) row[i] += value;
    }
    const length = Math.hypot(...row) || 1;
    for (const i of row.keys()) row[i] /= length;
  }
  return rows;
}

const words = new Rng('words');
const vectors = new Map();

/** Returns the vector of a word, which depends on nothing but the word. */
function vectorOf(word) {
  if (!vectors.has(word)) vectors.set(word, words.split(word).normal(SIZE));
  return vectors.get(word);
}
