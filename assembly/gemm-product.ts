/**
 * The blocked product. Each element of C is one chain acc = acc + a·b over ascending k from +0 on every path, so that speed alone
 * decides which path is taken.
 *
 * The loop order follows Goto & van de Geijn 2008, "Anatomy of high-performance matrix multiplication": columns by NC, k by KC, B
 * packed into panels, rows by MC, A packed, then panels, then tiles. Between blocks of k the tile is reloaded from C and the
 * chain goes on. If packing costs more than it saves, A or B or both are read in place. The last columns of B are always packed
 * if they do not fill a vector, and their strip of C is computed in scratch. Where A is not packed, the last nine to twelve columns
 * are one narrow strip.
 */
import { NARROW_COLUMNS, NARROW_PANEL, narrowStrip } from './gemm-narrow';
import { packColumns, packRows } from './gemm-pack';
import { A_PANEL, B_PANEL, TILE_COLUMNS, strip } from './gemm-tile';
import { loadLanes, storeLanes } from './simd/lanes';

/**
 * Sizes of the packed blocks: B at most KC × NC, A at most MC × KC. Together they are 400 KB and stay in the second-level cache.
 */
const KC: usize = 256;
const NC: usize = 256;
/** Rows of a packed block of A: a multiple of four and of six, the rows of a tile, and at least a usual batch of 128. */
const MC: usize = 144;
/** Number of columns of C from which packing A pays, and number of rows from which packing B pays. */
const PACK_A_FROM: usize = ASC_FEATURE_RELAXED_SIMD ? 64 : 32;
const PACK_B_FROM: usize = ASC_FEATURE_RELAXED_SIMD ? 48 : 12;
/** Number of rows from which a narrow strip pays, whose columns of B are always packed. */
const NARROW_FROM: usize = 12;
/** Rows whose columns are packed at a time, so that a cache line of each row serves two panels before it is evicted. */
const PACKED_ROWS: usize = 16;

const A_BYTES: usize = MC * KC * 4;
const B_BYTES: usize = KC * NC * 4;
const EDGE_BYTES: usize = MC * NARROW_PANEL;

/** Bytes of scratch that a gemm may use: a packed block of B, one of A, and a strip of C. */
export function gemm_scratch(): usize {
  return B_BYTES + A_BYTES + EDGE_BYTES;
}

/**
 * C[m×n] = A[m×k] · B[k×n]. After each operand come its distances in bytes from row to row and from column to column. One of the
 * two is 4, and columns of C are 4 bytes apart. C overlaps neither A, B nor scratch.
 */
export function product(
  c: usize, cRow: usize, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize,
  m: usize, n: usize, k: usize, scratch: usize,
): void {
  if (k == 0) for (let i: usize = 0; i < m; i++) memory.fill(c + i * cRow, 0, n << 2);
  const packB = bColumn != 4 || m >= PACK_B_FROM,
    packA = n >= PACK_A_FROM && m >= PACK_B_FROM;
  const packedA = scratch + B_BYTES,
    edge = packedA + A_BYTES;
  // Blocks have equal depth, because a short last one would load and store all of C for little work.
  const depths = (k + KC - 1) / KC;
  for (let jc: usize = 0; jc < n; jc += NC) {
    const columns = min(NC, n - jc),
      narrow = packA || m < NARROW_FROM ? 0 : narrowColumns(columns),
      others = columns - narrow,
      ragged = others & 3 ? others & 7 : 0;
    for (let d: usize = 0, pc: usize = 0; d < depths; d++) {
      const depth = (k - pc) / (depths - d);
      const blockB = b + pc * bRow + jc * bColumn;
      const first: usize = packB ? 0 : others - ragged,
        narrowB = scratch + others * (depth << 2);
      pack(scratch, B_PANEL, blockB + first * bColumn, bColumn, bRow, packB ? others : ragged, depth);
      pack(narrowB, NARROW_PANEL, blockB + others * bColumn, bColumn, bRow, narrow, depth);
      for (let ic: usize = 0; ic < m; ic += MC) {
        const rows = min(MC, m - ic);
        const blockC = c + ic * cRow + (jc << 2);
        let blockA = a + ic * aRow + pc * aColumn;
        if (packA) {
          pack(packedA, A_PANEL, blockA, aRow, aColumn, rows, depth);
          blockA = packedA;
        }
        for (let j: usize = 0; j < others; j += TILE_COLUMNS) {
          const width = others - j,
            whole = width >= TILE_COLUMNS || width == 4,
            inPlace = !packB && whole;
          const target = blockC + (j << 2);
          if (!whole && pc > 0) copyColumns(edge, B_PANEL, target, cRow, rows, width);
          strip(
            whole ? target : edge, whole ? cRow : B_PANEL,
            blockA, aRow, packA ? 0 : aColumn,
            inPlace ? blockB + (j << 2) : scratch + (packB ? j * (depth << 2) : 0), inPlace ? bRow : B_PANEL,
            rows, depth, width > 4, pc > 0,
          );
          if (!whole) copyColumns(target, cRow, edge, B_PANEL, rows, width);
        }
        if (narrow == NARROW_COLUMNS) {
          narrowStrip(blockC + (others << 2), cRow, blockA, aRow, aColumn, narrowB, rows, depth, pc > 0);
        } else if (narrow > 0) {
          const target = blockC + (others << 2);
          if (pc > 0) copyColumns(edge, NARROW_PANEL, target, cRow, rows, narrow);
          narrowStrip(edge, NARROW_PANEL, blockA, aRow, aColumn, narrowB, rows, depth, pc > 0);
          copyColumns(target, cRow, edge, NARROW_PANEL, rows, narrow);
        }
      }
      pc += depth;
    }
  }
}

/**
 * Packs a block into panels: `count` rows of A or columns of B, `across` bytes apart, each with `depth` elements that are `along`
 * bytes apart. `slice` is A_PANEL or B_PANEL.
 */
function pack(to: usize, slice: usize, from: usize, across: usize, along: usize, count: usize, depth: usize): void {
  const inRows = across == 4,
    step = inRows ? PACKED_ROWS : depth,
    panelWidth = slice >> 2;
  for (let p: usize = 0; p < depth; p += step) {
    const height = min(step, depth - p);
    for (let j: usize = 0; j < count; j += panelWidth) {
      const panel = to + j * (depth << 2) + p * slice,
        source = from + j * across + p * along,
        width = min(panelWidth, count - j);
      if (inRows) packColumns(panel, slice, source, along, width, height);
      else packRows(panel, slice, source, across, width, height);
    }
  }
}

/** Number of columns in the narrow strip at the end of a block, or 0 if the block has none. */
function narrowColumns(columns: usize): usize {
  const rest = columns & 7;
  return columns > 8 && rest > 0 && rest <= 4 ? 8 + rest : 0;
}

/** Copies `width` < 12 columns between matrices whose rows lie toRow and fromRow bytes apart. */
function copyColumns(to: usize, toRow: usize, from: usize, fromRow: usize, rows: usize, width: isize): void {
  for (; rows > 0; rows--, to += toRow, from += fromRow) {
    for (let j: isize = 0; j < width; j += 4) {
      storeLanes(to + (j << 2), loadLanes(from + (j << 2), width - j), width - j);
    }
  }
}
