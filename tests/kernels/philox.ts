/** Philox4x32-10 in BigInt as Salmon et al. 2011 describe it: slow, short, and independent of the library. */

const WORD = 0xffffffffn;

/** Returns the four words of a counter (four words) and a key (two words). */
export function philox(counter: readonly bigint[], key: readonly bigint[]): number[] {
  let [c0, c1, c2, c3] = counter as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const left = 0xd2511f53n * c0;
    const right = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(right >> 32n) ^ c1 ^ k0, right & WORD, (left >> 32n) ^ c3 ^ k1, left & WORD];
    k0 = (k0 + 0x9e3779b9n) & WORD;
    k1 = (k1 + 0xbb67ae85n) & WORD;
  }
  return [c0, c1, c2, c3].map(Number);
}

/** Position in a stream of draws: value i comes from block ⌊i / 4⌋. */
export interface Place {
  key: readonly [number, number];
  path: readonly [number, number];
  index: bigint;
}

/** Returns n words from a position on. */
export function philoxWords({ key, path, index }: Place, n: number): number[] {
  const words: number[] = [];
  for (let i = index; i < index + BigInt(n); i++) {
    const block = i >> 2n;
    const counter = [block & WORD, block >> 32n, BigInt(path[0]), BigInt(path[1])];
    words.push(philox(counter, key.map(BigInt))[Number(i & 3n)]!);
  }
  return words;
}
