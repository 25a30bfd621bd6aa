import type { PackedBinaries } from '../src/backend/unpack.js';

export function packBinaries(portable: Uint8Array, fused: Uint8Array): PackedBinaries;
