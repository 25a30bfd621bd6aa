/**
 * Two WebAssembly binaries as text, which scripts/pack-binaries.mjs writes. The fused binary is stored as its difference from the
 * portable one.
 */
export interface PackedBinaries {
  /** Identity of the two binaries, which their files carry too. */
  readonly id: string;
  readonly characters: string;
  /** Bytes that are stored as one character; all others take two. */
  readonly alphabet: readonly number[];
  readonly portable: string;
}

/** Binary as its difference from the portable one. */
export interface PackedFused {
  readonly literals: string;
  /** Three numbers per copy: literals before it, bytes of the portable binary to skip beyond that number, and its length. */
  readonly copies: readonly number[];
}

/** Returns the bytes of the portable binary. */
export function unpackPortable(packed: PackedBinaries): Uint8Array {
  return decode(packed.portable, packed);
}

/** Returns the bytes of the fused binary. */
export function unpackFused(packed: PackedBinaries, fused: PackedFused): Uint8Array {
  const portable = unpackPortable(packed);
  const literals = decode(fused.literals, packed);
  const { copies } = fused;
  const length = copies.reduce((sum, n, i) => (i % 3 === 2 ? sum + n : sum), literals.length);
  const bytes = new Uint8Array(length);
  let read = 0;
  let at = 0;
  let from = 0;
  const copyLiterals = (n: number) => {
    bytes.set(literals.subarray(read, read + n), at);
    read += n;
    at += n;
  };
  for (let c = 0; c < copies.length; c += 3) {
    const [before, skip, n] = [copies[c]!, copies[c + 1]!, copies[c + 2]!];
    copyLiterals(before);
    from += before + skip;
    bytes.set(portable.subarray(from, from + n), at);
    from += n;
    at += n;
  }
  copyLiterals(literals.length - read);
  return bytes;
}

function decode(text: string, { characters, alphabet }: PackedBinaries): Uint8Array {
  const single = alphabet.length;
  // Indexed by ASCII code: a Map takes twice as long for 50 000 look-ups.
  const ranks = new Uint8Array(128);
  for (let rank = 0; rank < characters.length; rank++) ranks[characters.charCodeAt(rank)] = rank;
  const rare = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !alphabet.includes(byte));
  const bytes = new Uint8Array(text.length);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const rank = ranks[text.charCodeAt(i)]!;
    if (rank < single) bytes[n++] = alphabet[rank]!;
    else bytes[n++] = rare[(rank - single) * single + ranks[text.charCodeAt(++i)]!]!;
  }
  return bytes.slice(0, n);
}
