/**
 * Turns normal draws into orthonormal rows, Haar distributed: Q = H_{m−1} ⋯ H_1 H_0. H_k is the Householder reflection that takes
 * row k of the draws, from column k on, to a multiple of e_k. The signs are those of an LQ decomposition whose L has a positive
 * diagonal (Stewart 1980, "The efficient generation of random orthogonal matrices"; Mezzadri 2007 for the signs). An LQ
 * decomposition would also apply each reflection to the rows below. Those rows are normal and independent, a reflection does not
 * change their distribution, and so this half of the work is left out.
 *
 * The algorithm works on rows rather than columns, so that every vector is contiguous. Reflections are combined into blocks:
 * H_{e−1} ⋯ H_s = I − Vᵀ·T·V, where the rows of V are the vectors v and T is lower triangular (Schreiber & Van Loan 1989, "A
 * storage-efficient WY representation"). Nearly all of the work is then matrix products.
 *
 * The result counts as a draw. It has the same bits in every build, so that nothing here is fused, and the same bits in
 * `src/backend/javascript/linalg.ts`, which repeats the algorithm. These rules define the bits:
 *
 *   Rows and columns are padded with zeros to a multiple of 8. A block has 32 rows; the last block has the remaining rows.
 *   v and tau of row k come from x, the draws of that row from column k on. In f64: Σ x² ascending, norm = √Σ,
 *   head = x₀ ± norm with the sign of x₀, so that nothing cancels, v = x · (1 / head), tau = |head| / norm. Then v and tau are
 *   rounded to f32. v₀ is 1, and before it v is 0. If x = 0, v and tau are 0.
 *   In a matrix product each element is one chain acc = acc + a·b in f32, ascending, from +0 unless stated otherwise.
 *   G = V·Vᵀ. N = −T: N[j][j] = −tau[j]; N[j][i] = −tau[i] · Σ N[j][k]·G[k][i], k = i + 1 … j, in f64 from 0, then rounded.
 *   U = N·V. Row k of Q starts as ±e_k: −e_k for x₀ ≥ 0, so that H_k e_k = ∓x / norm becomes the row x / norm.
 *   From the last block to the first, each row X of the block and below becomes X + (X·Vᵀ)·U, a chain that starts from X.
 */

/** Tile of the products in this file, the same in every build, independent of the tile of the gemms. */
const TILE_ROWS: usize = 4;
const TILE_COLUMNS: usize = 8;
/** Bytes of one row of a panel of eight columns. */
const PANEL_BYTES: usize = TILE_COLUMNS << 2;

/** Rows of a block. A larger block puts more of the work into one long product, but adds work. */
const BLOCK: usize = 32;
const BLOCK_BYTES: usize = BLOCK << 2;
const SQUARE_BYTES: usize = BLOCK * BLOCK_BYTES;

/** Bytes of scratch that `orthonormal_rows` uses: the rows, Vᵀ and U, G, N, and one tau per row of a block. */
export function orthonormal_rows_scratch(rows: usize, columns: usize): usize {
  return (padded(rows) + 2 * BLOCK) * (padded(columns) << 2) + 2 * SQUARE_BYTES + BLOCK_BYTES;
}

/**
 * Turns normal draws a[rows×columns], rows ≤ columns, into orthonormal rows, in place. Draws to the left of the diagonal are not
 * read. A row of zeros becomes the remaining direction e_k. Scratch has `orthonormal_rows_scratch(rows, columns)` bytes, is
 * 16-byte aligned and does not overlap a.
 */
export function orthonormal_rows(a: usize, rows: usize, columns: usize, scratch: usize): void {
  const height = padded(rows), width = padded(columns), stride = width << 2, bytes = columns << 2;
  const panels = scratch + height * stride, updates = panels + BLOCK * stride;
  const gram = updates + BLOCK * stride, minusT = gram + SQUARE_BYTES, taus = minusT + SQUARE_BYTES;
  for (let next = height; next > 0; ) {
    const s = (next - 1) & ~(BLOCK - 1), size = next - s, wide = width - s;
    const v = scratch + s * stride + (s << 2), panelBytes = wide * PANEL_BYTES;
    // Vᵀ is stored in panels of eight columns, like B of a gemm.
    memory.fill(panels, 0, (size * wide) << 2);
    for (let i: usize = 0; i < size; i++) {
      const k = s + i, row = v + i * stride, column = panels + (i >> 3) * panelBytes + ((i & 7) << 2);
      memory.fill(row, 0, wide << 2);
      const x = a + k * bytes + (k << 2), n = k < rows ? columns - k : 0;
      store<f32>(taus + (i << 2), makeReflector(row + (i << 2), column + i * PANEL_BYTES, x, n));
    }
    product(gram, BLOCK_BYTES, PANEL_BYTES, v, stride, panels, PANEL_BYTES, panelBytes, size, size, wide, false);
    makeMinusT(minusT, gram, taus, size);
    product(updates, PANEL_BYTES, size * PANEL_BYTES, minusT, BLOCK_BYTES, v, stride, PANEL_BYTES, size, wide, size, false);
    for (let i: usize = 0; i < size; i++) {
      memory.fill(scratch + (s + i) * stride, 0, stride);
      store<f32>(v + i * stride + (i << 2), load<f32>(taus + (i << 2)) > 0 ? -1 : 1);
    }
    // Four rows at a time, which use all of V and U while both are in the cache. X·Vᵀ may overwrite G.
    for (let x = v; x < panels; x += TILE_ROWS * stride) {
      product(gram, BLOCK_BYTES, PANEL_BYTES, x, stride, panels, PANEL_BYTES, panelBytes, TILE_ROWS, size, wide, false);
      product(x, stride, PANEL_BYTES, gram, BLOCK_BYTES, updates, PANEL_BYTES, size * PANEL_BYTES, TILE_ROWS, wide, size, true);
    }
    next = s;
  }
  for (let r: usize = 0; r < rows; r++) memory.copy(a + r * bytes, scratch + r * stride, bytes);
}

// @ts-ignore: decorator
@inline
function padded(count: usize): usize {
  return (count + TILE_COLUMNS - 1) & ~(TILE_COLUMNS - 1);
}

/** Writes v of the n floats at x to a row and to a column of a panel, unless x is 0. Returns tau with the sign of x₀. */
function makeReflector(row: usize, column: usize, x: usize, n: usize): f32 {
  const end = x + (n << 2);
  let squares: f64 = 0;
  for (let p = x; p < end; p += 4) {
    const value = <f64>load<f32>(p);
    squares += value * value;
  }
  if (squares == 0) return 0;
  const x0 = <f64>load<f32>(x), norm = sqrt(squares);
  const head = x0 < 0 ? x0 - norm : x0 + norm;
  const inverse = 1 / head;
  let v: f32 = 1;
  while (true) {
    store<f32>(row, v);
    store<f32>(column, v);
    x += 4;
    if (x == end) break;
    v = <f32>(<f64>load<f32>(x) * inverse);
    row += 4;
    column += PANEL_BYTES;
  }
  return <f32>(head / norm);
}

/** Computes N from G and the taus, which are stored with a sign. */
function makeMinusT(minusT: usize, gram: usize, taus: usize, size: usize): void {
  memory.fill(minusT, 0, SQUARE_BYTES);
  for (let j: usize = 0; j < size; j++) {
    const row = minusT + j * BLOCK_BYTES;
    store<f32>(row + (j << 2), -abs(load<f32>(taus + (j << 2))));
    for (let i = j; i-- > 0; ) {
      let sum: f64 = 0;
      for (let k = i + 1; k <= j; k++) {
        sum += <f64>load<f32>(row + (k << 2)) * <f64>load<f32>(gram + k * BLOCK_BYTES + (i << 2));
      }
      store<f32>(row + (i << 2), <f32>(-<f64>abs(load<f32>(taus + (i << 2))) * sum));
    }
  }
}

/**
 * C[rows×columns] = A·B, or C + A·B if `accumulate`, in whole tiles of 4 × 8. Rows of A and C are a stride apart, panels of eight
 * columns of B and C a step, and rows within a panel of B `bStride`.
 */
function product(
  c: usize, cStride: usize, cStep: usize, a: usize, aStride: usize, b: usize, bStride: usize, bStep: usize,
  rows: usize, columns: usize, k: usize, accumulate: bool,
): void {
  for (const end = a + rows * aStride; a < end; a += TILE_ROWS * aStride, c += TILE_ROWS * cStride) {
    for (let j: usize = 0, cj = c, bj = b; j < columns; j += TILE_COLUMNS, cj += cStep, bj += bStep) {
      unfusedTile(cj, cStride, a, aStride, bj, bStride, k, accumulate);
    }
  }
}

/** Computes four rows by eight columns; every product and every sum is rounded. */
function unfusedTile(c: usize, cStride: usize, a: usize, aStride: usize, b: usize, bStride: usize, k: usize, accumulate: bool): void {
  const c1 = c + cStride, c2 = c1 + cStride, c3 = c2 + cStride;
  let a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride;
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  if (accumulate) {
    s00 = v128.load(c); s01 = v128.load(c, 16);
    s10 = v128.load(c1); s11 = v128.load(c1, 16);
    s20 = v128.load(c2); s21 = v128.load(c2, 16);
    s30 = v128.load(c3); s31 = v128.load(c3, 16);
  }
  for (const end = a + (k << 2); a < end; a += 4, a1 += 4, a2 += 4, a3 += 4, b += bStride) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    const r0 = v128.load32_splat(a), r1 = v128.load32_splat(a1), r2 = v128.load32_splat(a2), r3 = v128.load32_splat(a3);
    s00 = f32x4.add(s00, f32x4.mul(r0, b0)); s01 = f32x4.add(s01, f32x4.mul(r0, b1));
    s10 = f32x4.add(s10, f32x4.mul(r1, b0)); s11 = f32x4.add(s11, f32x4.mul(r1, b1));
    s20 = f32x4.add(s20, f32x4.mul(r2, b0)); s21 = f32x4.add(s21, f32x4.mul(r2, b1));
    s30 = f32x4.add(s30, f32x4.mul(r3, b0)); s31 = f32x4.add(s31, f32x4.mul(r3, b1));
  }
  v128.store(c, s00); v128.store(c, s01, 16);
  v128.store(c1, s10); v128.store(c1, s11, 16);
  v128.store(c2, s20); v128.store(c2, s21, 16);
  v128.store(c3, s30); v128.store(c3, s31, 16);
}
