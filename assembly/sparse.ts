/**
 * Products with a matrix of mostly zeros, such as images on black. Each sum goes over the entries that are not 0, k ascending.
 * The bits are those of the gemms: acc + 0·b is acc for every finite b, unless acc is −0, and a sum from +0 never becomes −0,
 * because two floats add up to −0 only if both are −0. The fused build rounds sum and product at once, so that a product too
 * small for a float may leave −0. If that happens, the gemm computes the whole product instead.
 *
 * An index has, for each segment of each row, the address of its list, and one more address at the end. Then come the lists: byte
 * offsets within the row of the entries that are not 0, ascending. Lists are contiguous, so that each ends where the next begins.
 */
import { gemm_nn, gemm_tn } from './gemm';
import { multiplyAdd } from './simd/arithmetic';
import { loadLanes } from './simd/lanes';

/** Rows of B per segment. Thirty-two columns of so many rows are 49 KB, about the first-level cache; not all of them are used. */
const SEGMENT: usize = 392;
const SEGMENT_BYTES: usize = SEGMENT * 4;
const TILE_COLUMNS: usize = 32;
const TILE_BYTES: usize = TILE_COLUMNS * 4;
/**
 * Rows of A from which the panel of B is packed. Rows of B are often 2ⁿ bytes apart and would evict each other from the cache.
 */
const PACK_FROM: usize = 8;

// @ts-ignore: decorator
@inline
function segmentsOf(n: usize): usize {
  return (n + SEGMENT - 1) / SEGMENT;
}

/** Number of x[0..n) that are neither +0 nor −0. */
export function count_nonzeros(x: usize, n: usize): usize {
  const zero = f32x4.splat(0);
  let counts = i32x4.splat(0);
  for (; n >= 4; n -= 4, x += 16) counts = i32x4.sub(counts, f32x4.ne(v128.load(x), zero));
  if (n > 0) counts = i32x4.sub(counts, f32x4.ne(loadLanes(x, n), zero));
  counts = i32x4.add(counts, v128.shuffle<i64>(counts, counts, 1, 0));
  return i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1);
}

/** Bytes of the index of a matrix with `nonzeros` entries that are not 0. The last twelve bytes are written but not used. */
export function index_bytes(rows: usize, columns: usize, nonzeros: usize): usize {
  return (rows * segmentsOf(columns) + 1 + nonzeros + 3) << 2;
}

/** Writes the index of x[rows×columns]. */
export function index_rows(index: usize, x: usize, rows: usize, columns: usize): void {
  const rowBytes = columns << 2,
    zero = f32x4.splat(0);
  let list = index + ((rows * segmentsOf(columns) + 1) << 2);
  for (; rows > 0; rows--, x += rowBytes) {
    for (let from: usize = 0; from < rowBytes; from += SEGMENT_BYTES) {
      store<usize>(index, list);
      index += 4;
      const to = min(from + SEGMENT_BYTES, rowBytes);
      for (let at = from; at < to; at += 16) {
        const found = i32x4.bitmask(f32x4.ne(loadLanes(x + at, (to - at) >> 2), zero));
        if (found == 0) continue;
        // Without a branch: every offset is stored, and the next one overwrites it unless its entry is not 0.
        store<usize>(list, at);
        list += (found & 1) << 2;
        store<usize>(list, at + 4);
        list += (found & 2) << 1;
        store<usize>(list, at + 8);
        list += found & 4;
        store<usize>(list, at + 12);
        list += (found & 8) >> 1;
      }
    }
  }
  store<usize>(index, list);
}

/** Writes the index of xᵀ from that of x[rows×columns]. */
export function index_columns(index: usize, byRows: usize, rows: usize, columns: usize): void {
  const ends = index + 4,
    columnStride = segmentsOf(rows) << 2,
    rowStride = segmentsOf(columns) << 2;
  const lists = ends + columns * columnStride;
  memory.fill(ends, 0, lists - ends);
  // The first pass counts the length of each list. The second starts where each list begins and moves on to where it ends.
  for (let writing = 0; writing < 2; writing++) {
    for (let r: usize = 0, row = byRows; r < rows; r++, row += rowStride) {
      const segment = ends + ((r / SEGMENT) << 2),
        rowEnd = load<usize>(row + rowStride);
      for (let p = load<usize>(row); p < rowEnd; p += 4) {
        const end = segment + (load<usize>(p) >> 2) * columnStride;
        const at = load<usize>(end);
        store<usize>(end, at + 4);
        if (writing) store<usize>(at, r << 2);
      }
    }
    if (writing) break;
    let next = lists;
    for (let end = ends; end < lists; end += 4) {
      const length = load<usize>(end);
      store<usize>(end, next);
      next += length;
    }
  }
  store<usize>(index, lists);
}

/** C[m×n] = A[m×k] · B[k×n]; `index` is that of A. C overlaps neither A, B, index nor scratch. */
export function sparse_nn(
  c: usize,
  a: usize,
  index: usize,
  b: usize,
  m: usize,
  n: usize,
  k: usize,
  scratch: usize,
): void {
  if (!product(c, a, k << 2, 1, index, b, m, n, k, scratch)) gemm_nn(c, a, b, m, n, k, scratch);
}

/** C[m×n] = Aᵀ · B[k×n], A stored [k×m]; `index` is that of Aᵀ. C overlaps neither A, B, index nor scratch. */
export function sparse_tn(
  c: usize,
  a: usize,
  index: usize,
  b: usize,
  m: usize,
  n: usize,
  k: usize,
  scratch: usize,
): void {
  if (!product(c, a, 4, m, index, b, m, n, k, scratch)) gemm_tn(c, a, b, m, n, k, scratch);
}

/**
 * Loops over columns of C, then segments of k, then rows. The last 32 columns overlap those before; what is computed twice has
 * the same bits. Rows of A are `rowStride` bytes apart, and an entry is its offset times `step` into its row.
 *
 * @returns false if the gemm has to compute C, because it is narrow or empty, or because a sum became −0
 */
function product(
  c: usize,
  a: usize,
  rowStride: usize,
  step: usize,
  index: usize,
  b: usize,
  m: usize,
  n: usize,
  k: usize,
  scratch: usize,
): bool {
  const segments = segmentsOf(k),
    stride = n << 2,
    end = index + ((m * segments) << 2);
  let least = i32x4.splat(0);
  if (n < TILE_COLUMNS || k == 0) return false;
  for (let tile: usize = 0; tile < stride; tile += TILE_BYTES) {
    const j = min(tile, stride - TILE_BYTES);
    for (let s: usize = 0; s < segments; s++) {
      let panel = b + j,
        panelStep = n;
      if (m >= PACK_FROM) {
        const first = s * SEGMENT;
        pack(scratch, panel + first * stride, stride, min(SEGMENT, k - first));
        // Offsets count from the first segment, so that the panel's address is moved back.
        panel = scratch - first * TILE_BYTES;
        panelStep = TILE_COLUMNS;
      }
      let row = a,
        target = c + j;
      for (let list = index + (s << 2); list < end; list += segments << 2) {
        least = i32x4.min_s(least, sumList(target, row, step, list, panel, panelStep, s > 0));
        row += rowStride;
        target += stride;
      }
    }
  }
  // Minus zero is the smallest integer.
  return !ASC_FEATURE_RELAXED_SIMD || !v128.any_true(i32x4.eq(least, i32x4.splat(i32.MIN_VALUE)));
}

/** Packs 32 columns of `rows` rows, which are `stride` bytes apart. */
function pack(out: usize, b: usize, stride: usize, rows: usize): void {
  for (const end = out + rows * TILE_BYTES; out < end; out += TILE_BYTES, b += stride) {
    for (let at: usize = 0; at < TILE_BYTES; at += 16) v128.store(out + at, v128.load(b + at));
  }
}

/**
 * C[1×32] = Σ a·B over one list, or C + Σ a·B if `accumulate`.
 *
 * @returns in the fused build, the smallest of the sums as integers, lane by lane
 */
function sumList(
  c: usize,
  a: usize,
  step: usize,
  list: usize,
  b: usize,
  stride: usize,
  accumulate: bool,
): v128 {
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0,
    s4 = s0,
    s5 = s0,
    s6 = s0,
    s7 = s0;
  if (accumulate) {
    s0 = v128.load(c);
    s1 = v128.load(c, 16);
    s2 = v128.load(c, 32);
    s3 = v128.load(c, 48);
    s4 = v128.load(c, 64);
    s5 = v128.load(c, 80);
    s6 = v128.load(c, 96);
    s7 = v128.load(c, 112);
  }
  const end = load<usize>(list, 4);
  for (let p = load<usize>(list); p < end; p += 4) {
    const offset = load<usize>(p);
    const x = v128.load32_splat(a + offset * step);
    const row = b + offset * stride;
    s0 = multiplyAdd(x, v128.load(row), s0);
    s1 = multiplyAdd(x, v128.load(row, 16), s1);
    s2 = multiplyAdd(x, v128.load(row, 32), s2);
    s3 = multiplyAdd(x, v128.load(row, 48), s3);
    s4 = multiplyAdd(x, v128.load(row, 64), s4);
    s5 = multiplyAdd(x, v128.load(row, 80), s5);
    s6 = multiplyAdd(x, v128.load(row, 96), s6);
    s7 = multiplyAdd(x, v128.load(row, 112), s7);
  }
  v128.store(c, s0);
  v128.store(c, s1, 16);
  v128.store(c, s2, 32);
  v128.store(c, s3, 48);
  v128.store(c, s4, 64);
  v128.store(c, s5, 80);
  v128.store(c, s6, 96);
  v128.store(c, s7, 112);
  if (!ASC_FEATURE_RELAXED_SIMD) return s0;
  const left = i32x4.min_s(i32x4.min_s(s0, s1), i32x4.min_s(s2, s3));
  const right = i32x4.min_s(i32x4.min_s(s4, s5), i32x4.min_s(s6, s7));
  return i32x4.min_s(left, right);
}
