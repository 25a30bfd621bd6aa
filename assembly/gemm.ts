/**
 * Matrix products. Each element of C is one chain acc = acc + a·b over ascending k from +0,
 * whatever path it takes, so that paths may be chosen by speed alone.
 *
 * Loop order after Goto & van de Geijn 2008, "Anatomy of high-performance matrix multiplication":
 * columns by NC, k by KC, B packed into panels, rows by MC, then panels, then tiles. A is read in
 * place through one stride for its rows and one for its columns, so that A and Aᵀ share the tile.
 * Between blocks of k the tile is reloaded from C and the chain goes on.
 */
import { packColumns, packRows } from './gemm-pack';
import { rowTimesMatrix } from './gemm-row';
import { PANEL_BYTES, TILE_COLUMNS, TILE_ROWS, tile } from './gemm-tile';

/** A packed block of B is at most KC × NC: 512 KB, which stays in the second-level cache. */
const KC: usize = 256;
const NC: usize = 512;
/** Rows of A that every panel of B meets before the next rows: MC × KC is 120 KB. */
const MC: usize = 120;

const PACKED_BYTES: usize = KC * NC * 4;
const EDGE_BYTES: usize = TILE_ROWS * PANEL_BYTES;

/** Bytes of scratch that any gemm may use: one packed block of B and one tile for the edges of C. */
export function gemm_scratch(): usize {
  return PACKED_BYTES + EDGE_BYTES;
}

/** C[m×n] = A[m×k] · B[k×n]. C overlaps neither A, B nor scratch. */
export function gemm_nn(c: usize, a: usize, b: usize, m: usize, n: usize, k: usize, scratch: usize): void {
  if (m == 1) rowTimesMatrix(c, a, b, n, k);
  else product(c, a, k << 2, 4, b, false, m, n, k, scratch);
}

/** C[m×n] = A[m×k] · Bᵀ, B stored [n×k]. C overlaps neither A, B nor scratch. */
export function gemm_nt(c: usize, a: usize, b: usize, m: usize, n: usize, k: usize, scratch: usize): void {
  product(c, a, k << 2, 4, b, true, m, n, k, scratch);
}

/** C[m×n] = Aᵀ · B[k×n], A stored [k×m]. C overlaps neither A, B nor scratch. */
export function gemm_tn(c: usize, a: usize, b: usize, m: usize, n: usize, k: usize, scratch: usize): void {
  if (m == 1) rowTimesMatrix(c, a, b, n, k);
  else product(c, a, 4, m << 2, b, false, m, n, k, scratch);
}

/** The same for m of the columns of A, stored [k×stored], from `a` on: what one of several threads computes. */
export function gemm_tn_rows(
  c: usize,
  a: usize,
  b: usize,
  m: usize,
  n: usize,
  k: usize,
  stored: usize,
  scratch: usize,
): void {
  product(c, a, 4, stored << 2, b, false, m, n, k, scratch);
}

/**
 * The blocked product. `rowStride` and `columnStride` are the bytes between A's rows and columns as
 * the product sees them; `transposed` says that B is stored [n×k].
 */
function product(
  c: usize,
  a: usize,
  rowStride: usize,
  columnStride: usize,
  b: usize,
  transposed: bool,
  m: usize,
  n: usize,
  k: usize,
  scratch: usize,
): void {
  const edge = scratch + PACKED_BYTES;
  if (k == 0) memory.fill(c, 0, (m * n) << 2);
  for (let jc: usize = 0; jc < n; jc += NC) {
    const nc = min(NC, n - jc);
    for (let pc: usize = 0; pc < k; pc += KC) {
      const kc = min(KC, k - pc);
      if (transposed) packRows(scratch, b + ((jc * k + pc) << 2), k << 2, nc, kc);
      else packColumns(scratch, b + ((pc * n + jc) << 2), n << 2, nc, kc);
      for (let ic: usize = 0; ic < m; ic += MC) {
        const blockC = c + ((ic * n + jc) << 2),
          blockA = a + ic * rowStride + pc * columnStride;
        block(
          blockC,
          n << 2,
          blockA,
          rowStride,
          columnStride,
          scratch,
          min(MC, m - ic),
          nc,
          kc,
          pc > 0,
          edge,
        );
      }
    }
  }
}

/** Rows of A against the packed panels of B: one block of C, tile by tile. */
function block(
  c: usize,
  stride: usize,
  a: usize,
  rowStride: usize,
  columnStride: usize,
  panels: usize,
  rows: usize,
  columns: usize,
  k: usize,
  accumulate: bool,
  edge: usize,
): void {
  for (let j: usize = 0; j < columns; j += TILE_COLUMNS) {
    const width = min(TILE_COLUMNS, columns - j);
    const panel = panels + ((j * k) << 2);
    for (let i: usize = 0; i < rows; i += TILE_ROWS) {
      const height = min(TILE_ROWS, rows - i);
      const target = c + i * stride + (j << 2);
      const a0 = a + i * rowStride;
      if (height == TILE_ROWS && width == TILE_COLUMNS) {
        tile(
          target,
          stride,
          a0,
          a0 + rowStride,
          a0 + 2 * rowStride,
          a0 + 3 * rowStride,
          columnStride,
          panel,
          k,
          accumulate,
        );
      } else {
        const a1 = height > 1 ? a0 + rowStride : a0;
        const a2 = height > 2 ? a1 + rowStride : a1;
        const a3 = height > 3 ? a2 + rowStride : a2;
        if (accumulate) copyTile(edge, PANEL_BYTES, target, stride, height, width);
        tile(edge, PANEL_BYTES, a0, a1, a2, a3, columnStride, panel, k, accumulate);
        copyTile(target, stride, edge, PANEL_BYTES, height, width);
      }
    }
  }
}

/** Copies height × width floats between rows `toStride` and `fromStride` bytes apart. */
function copyTile(
  to: usize,
  toStride: usize,
  from: usize,
  fromStride: usize,
  height: usize,
  width: usize,
): void {
  for (; height > 0; height--) {
    for (let j: usize = 0; j < width; j++) store<f32>(to + (j << 2), load<f32>(from + (j << 2)));
    to += toStride;
    from += fromStride;
  }
}
