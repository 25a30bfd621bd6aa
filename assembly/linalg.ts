/**
 * Orthonormal rows from independent ones: A = L·Q by Householder reflections, the diagonal of L made positive, which makes
 * Q unique and, for normal A, Haar distributed (Mezzadri 2007, "How to generate random matrices from the classical compact
 * groups"). LQ rather than QR, so that every vector is a contiguous row.
 *
 * The result counts as a draw: the same bits in every build, so nothing here is fused, and in
 * `src/backend/javascript/linalg.ts`, which repeats it. What defines the bits, every operation rounded to f32 unless said:
 *
 *   Reflector k, of x = row k from column k on, after reflectors 0 … k−1 have been applied to it. In f64: Σ x² ascending,
 *   norm = √Σ, head = x₀ ± norm with the sign of x₀, so that nothing cancels, v = x · (1 / head), tau = |head| / norm; then
 *   v and tau are rounded. v₀ is 1. Of x = 0, v and tau are 0.
 *   Applied to row r: d = Σ v[c]·r[c] in eight lanes, column c in lane c mod 8, ascending from +0; the lanes are added as
 *   ((d0 + d4) + (d2 + d6)) + ((d1 + d5) + (d3 + d7)); s = tau·d; r[c] = r[c] − s·v[c].
 *   Row k of Q starts as x / norm: ±tau·v with the sign of x₀, its first entry ±(tau − 1). (So the sign of L's diagonal is
 *   mended before it arises: that row reflected, e₀ − tau·v, is x / norm up to this sign.) Of x = 0 it starts as e₀.
 *   Reflectors k−1 … 0 are applied to it.
 *
 * A row meets the reflectors in this order; which row does so first is free.
 */

/** Two vectors: the eight lanes of a sum. */
const STEP: usize = 8;
const STEP_BYTES: usize = STEP << 2;

/** Bytes of scratch that `orthogonalize` uses: the rows, filled up to whole steps, and a tau for each. */
export function orthogonalize_scratch(rows: usize, columns: usize): usize {
  return rows * (strideOf(columns) + 4);
}

/**
 * Makes the rows of a[rows×columns], rows ≤ columns, orthonormal, in place: what Gram–Schmidt would make of them, in a stable
 * way. Rows that depend on those above, zeros included, become some direction that is left. Scratch is 16-byte aligned,
 * `orthogonalize_scratch(rows, columns)` bytes, apart from a.
 */
export function orthogonalize(a: usize, rows: usize, columns: usize, scratch: usize): void {
  const stride = strideOf(columns),
    taus = scratch + rows * stride,
    bytes = columns << 2;
  for (let r: usize = 0; r < rows; r++) {
    const row = scratch + r * stride;
    memory.copy(row, a + r * bytes, bytes);
    // Zeros behind the row add nothing to any sum, and stay zeros.
    memory.fill(row + bytes, 0, stride - bytes);
  }
  for (let k: usize = 0; k < rows; k++) {
    store<f32>(taus + (k << 2), makeReflector(scratch + k * stride, k, columns));
    reflectBelow(scratch, stride, taus, k, rows);
  }
  // From below, since a row of Q takes the place of its reflector.
  for (let k = rows; k-- > 0; ) {
    reflectBelow(scratch, stride, taus, k, rows);
    startRow(scratch + k * stride, stride, k, load<f32>(taus + (k << 2)));
  }
  for (let r: usize = 0; r < rows; r++) memory.copy(a + r * bytes, scratch + r * stride, bytes);
}

// @ts-ignore: decorator
@inline
function strideOf(columns: usize): usize {
  return ((columns + STEP - 1) & ~(STEP - 1)) << 2;
}

/** Row k from column k on becomes v, what is before it 0. Returns tau with the sign of x₀. */
function makeReflector(row: usize, k: usize, columns: usize): f32 {
  const from = row + (k << 2),
    end = row + (columns << 2);
  let squares: f64 = 0;
  for (let p = from; p < end; p += 4) {
    const x = <f64>load<f32>(p);
    squares += x * x;
  }
  // L stood here and is not wanted: v is 0 there, and so is a row of Q that has yet to meet reflectors k − 1 … 0.
  memory.fill(row, 0, k << 2);
  if (squares == 0) {
    memory.fill(from, 0, end - from);
    return 0;
  }
  const x0 = <f64>load<f32>(from),
    norm = sqrt(squares);
  const head = x0 < 0 ? x0 - norm : x0 + norm;
  const inverse = 1 / head;
  store<f32>(from, 1);
  for (let p = from + 4; p < end; p += 4) store<f32>(p, <f32>(<f64>load<f32>(p) * inverse));
  return <f32>(head / norm);
}

/** Row k, which is v, becomes x / norm; `tau` carries the sign of x₀. */
function startRow(row: usize, stride: usize, k: usize, tau: f32): void {
  const scale = f32x4.splat(tau);
  const end = row + stride;
  for (let p = row + start(k); p < end; p += 16) v128.store(p, f32x4.mul(scale, v128.load(p)));
  store<f32>(row + (k << 2), tau > 0 ? tau - 1 : tau + 1);
}

/** Reflects the rows below row k by reflector k. */
function reflectBelow(matrix: usize, stride: usize, taus: usize, k: usize, rows: usize): void {
  let r = k + 1;
  for (; r + 4 <= rows; r += 4) reflectFour(matrix + r * stride, matrix, stride, taus, k);
  for (; r < rows; r++) reflectRow(matrix + r * stride, matrix, stride, taus, k);
}

function reflectRow(row: usize, matrix: usize, stride: usize, taus: usize, k: usize): void {
  const v = matrix + k * stride + start(k),
    end = matrix + (k + 1) * stride;
  const x = row + start(k);
  let low = f32x4.splat(0),
    high = low;
  for (let p = v, q = x; p < end; p += STEP_BYTES, q += STEP_BYTES) {
    low = f32x4.add(low, f32x4.mul(v128.load(p), v128.load(q)));
    high = f32x4.add(high, f32x4.mul(v128.load(p, 16), v128.load(q, 16)));
  }
  const s = f32x4.mul(size(taus, k), total(low, high));
  for (let p = v, q = x; p < end; p += STEP_BYTES, q += STEP_BYTES) {
    v128.store(q, f32x4.sub(v128.load(q), f32x4.mul(s, v128.load(p))));
    v128.store(q, f32x4.sub(v128.load(q, 16), f32x4.mul(s, v128.load(p, 16))), 16);
  }
}

/** Four rows, so that eight independent sums hide the latency of the addition and v is loaded once for all. */
function reflectFour(row: usize, matrix: usize, stride: usize, taus: usize, k: usize): void {
  const v = matrix + k * stride + start(k),
    end = matrix + (k + 1) * stride;
  const x0 = row + start(k),
    x1 = x0 + stride,
    x2 = x1 + stride,
    x3 = x2 + stride;
  let low0 = f32x4.splat(0),
    low1 = low0,
    low2 = low0,
    low3 = low0,
    high0 = low0,
    high1 = low0,
    high2 = low0,
    high3 = low0;
  for (let p = v, q0 = x0, q1 = x1, q2 = x2, q3 = x3; p < end; ) {
    const low = v128.load(p),
      high = v128.load(p, 16);
    low0 = f32x4.add(low0, f32x4.mul(low, v128.load(q0)));
    low1 = f32x4.add(low1, f32x4.mul(low, v128.load(q1)));
    low2 = f32x4.add(low2, f32x4.mul(low, v128.load(q2)));
    low3 = f32x4.add(low3, f32x4.mul(low, v128.load(q3)));
    high0 = f32x4.add(high0, f32x4.mul(high, v128.load(q0, 16)));
    high1 = f32x4.add(high1, f32x4.mul(high, v128.load(q1, 16)));
    high2 = f32x4.add(high2, f32x4.mul(high, v128.load(q2, 16)));
    high3 = f32x4.add(high3, f32x4.mul(high, v128.load(q3, 16)));
    p += STEP_BYTES;
    q0 += STEP_BYTES;
    q1 += STEP_BYTES;
    q2 += STEP_BYTES;
    q3 += STEP_BYTES;
  }
  const tau = size(taus, k);
  const s0 = f32x4.mul(tau, total(low0, high0)),
    s1 = f32x4.mul(tau, total(low1, high1)),
    s2 = f32x4.mul(tau, total(low2, high2)),
    s3 = f32x4.mul(tau, total(low3, high3));
  for (let p = v, q0 = x0, q1 = x1, q2 = x2, q3 = x3; p < end; ) {
    const low = v128.load(p),
      high = v128.load(p, 16);
    v128.store(q0, f32x4.sub(v128.load(q0), f32x4.mul(s0, low)));
    v128.store(q0, f32x4.sub(v128.load(q0, 16), f32x4.mul(s0, high)), 16);
    v128.store(q1, f32x4.sub(v128.load(q1), f32x4.mul(s1, low)));
    v128.store(q1, f32x4.sub(v128.load(q1, 16), f32x4.mul(s1, high)), 16);
    v128.store(q2, f32x4.sub(v128.load(q2), f32x4.mul(s2, low)));
    v128.store(q2, f32x4.sub(v128.load(q2, 16), f32x4.mul(s2, high)), 16);
    v128.store(q3, f32x4.sub(v128.load(q3), f32x4.mul(s3, low)));
    v128.store(q3, f32x4.sub(v128.load(q3, 16), f32x4.mul(s3, high)), 16);
    p += STEP_BYTES;
    q0 += STEP_BYTES;
    q1 += STEP_BYTES;
    q2 += STEP_BYTES;
    q3 += STEP_BYTES;
  }
}

/** Bytes to the step that column k is in: v is 0 in front of column k, and leaves the sums and the rows there as they are. */
// @ts-ignore: decorator
@inline
function start(k: usize): usize {
  return (k & ~(STEP - 1)) << 2;
}

/** tau of reflector k, which is kept with a sign, in all lanes. */
// @ts-ignore: decorator
@inline
function size(taus: usize, k: usize): v128 {
  return f32x4.abs(v128.load32_splat(taus + (k << 2)));
}

/** The sum of eight lanes, in all lanes. */
// @ts-ignore: decorator
@inline
function total(low: v128, high: v128): v128 {
  const four = f32x4.add(low, high);
  const two = f32x4.add(four, v128.shuffle<f32>(four, four, 2, 3, 0, 1));
  return f32x4.add(two, v128.shuffle<f32>(two, two, 1, 0, 3, 2));
}
