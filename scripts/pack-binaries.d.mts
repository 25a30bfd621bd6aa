import type { PackedBinaries, PackedFused } from '../src/backend/unpack.js';

export function packBinaries(
  portable: Uint8Array,
  fused: Uint8Array,
): {
  readonly binaries: PackedBinaries;
  readonly fused: PackedFused;
};
