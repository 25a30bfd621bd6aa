/**
 * Products of the predictor: rows of inputs with a kernel whose columns lie in panels. A panel has 32 columns, the last one 16 if
 * no more are left, and holds its rows one after another, so that a product reads it from start to end. Every sum is one chain
 * acc = acc + a·b over ascending rows from +0 and then the bias, which gives the bits of `gemm_nn` and `bias_add`.
 *
 * Widths and depths are in bytes. A width is a multiple of 64 and a depth a multiple of 16; what is added to reach that is 0 in
 * the kernel.
 */

/** Bytes of a row of a panel. */
const WIDE: usize = 128;
const NARROW: usize = 64;

/**
 * Writes the offsets of the values of x that are not 0, ascending. A sum may leave out the others: acc + 0·b is acc for every
 * finite b, unless acc is −0, and a sum from +0 never becomes −0.
 *
 * @returns the address after the last offset; up to 16 bytes beyond it are overwritten
 */
export function indexRow(list: usize, x: usize, depth: usize): usize {
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < depth; at += 16) {
    const found = i32x4.bitmask(f32x4.ne(v128.load(x + at), zero));
    // Without a branch: every offset is stored, and the next one overwrites it unless its value is not 0.
    store<usize>(list, at);
    list += (found & 1) << 2;
    store<usize>(list, at + 4);
    list += (found & 2) << 1;
    store<usize>(list, at + 8);
    list += found & 4;
    store<usize>(list, at + 12);
    list += (found & 8) >> 1;
  }
  return list;
}

/** to = x · kernel + bias for one row; [list, end) are the offsets of `indexRow`. */
export function oneRow(
  to: usize, x: usize, kernel: usize, bias: usize, depth: usize, width: usize, list: usize, end: usize,
): void {
  const last = to + width;
  for (; to + WIDE <= last; to += WIDE, bias += WIDE, kernel += depth << 5) panel(true, to, x, kernel, bias, list, end);
  if (to < last) panel(false, to, x, kernel, bias, list, end);
}

// @ts-ignore: decorator
@inline
function panel(wide: bool, to: usize, x: usize, b: usize, bias: usize, list: usize, end: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  for (; list < end; list += 4) {
    const at = load<usize>(list);
    const a = v128.load32_splat(x + at);
    const row = b + (at << (wide ? 5 : 4));
    s0 = plus(s0, a, row);
    s1 = plus(s1, a, row + 16);
    s2 = plus(s2, a, row + 32);
    s3 = plus(s3, a, row + 48);
    if (wide) {
      s4 = plus(s4, a, row + 64);
      s5 = plus(s5, a, row + 80);
      s6 = plus(s6, a, row + 96);
      s7 = plus(s7, a, row + 112);
    }
  }
  put(to, s0, bias);
  put(to + 16, s1, bias + 16);
  put(to + 32, s2, bias + 32);
  put(to + 48, s3, bias + 48);
  if (wide) {
    put(to + 64, s4, bias + 64);
    put(to + 80, s5, bias + 80);
    put(to + 96, s6, bias + 96);
    put(to + 112, s7, bias + 112);
  }
}

/** to = x · kernel + bias for four rows, with zeros included. Rows of x are `stride` bytes apart, rows of `to` `width` bytes. */
export function fourRows(
  to: usize, x: usize, stride: usize, kernel: usize, bias: usize, depth: usize, width: usize,
): void {
  for (let c: usize = 0; c < width; c += 32) {
    const inPanel = c & (WIDE - 1), first = c - inPanel;
    const step = first + WIDE <= width ? WIDE : NARROW;
    tile(to + c, width, x, stride, kernel + first * (depth >> 2) + inPanel, step, bias + c, depth);
  }
}

/** Eight columns of `fourRows`; rows of B are `step` bytes apart. */
function tile(
  to: usize, width: usize, x: usize, stride: usize, b: usize, step: usize, bias: usize, depth: usize,
): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
  const x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride;
  for (let at: usize = 0; at < depth; at += 4, b += step) {
    const p = v128.load(b), q = v128.load(b, 16);
    const a0 = v128.load32_splat(x + at);
    s0 = f32x4.add(s0, f32x4.mul(a0, p));
    t0 = f32x4.add(t0, f32x4.mul(a0, q));
    const a1 = v128.load32_splat(x1 + at);
    s1 = f32x4.add(s1, f32x4.mul(a1, p));
    t1 = f32x4.add(t1, f32x4.mul(a1, q));
    const a2 = v128.load32_splat(x2 + at);
    s2 = f32x4.add(s2, f32x4.mul(a2, p));
    t2 = f32x4.add(t2, f32x4.mul(a2, q));
    const a3 = v128.load32_splat(x3 + at);
    s3 = f32x4.add(s3, f32x4.mul(a3, p));
    t3 = f32x4.add(t3, f32x4.mul(a3, q));
  }
  put(to, s0, bias);
  put(to + 16, t0, bias + 16);
  to += width;
  put(to, s1, bias);
  put(to + 16, t1, bias + 16);
  to += width;
  put(to, s2, bias);
  put(to + 16, t2, bias + 16);
  to += width;
  put(to, s3, bias);
  put(to + 16, t3, bias + 16);
}

// @ts-ignore: decorator
@inline
function plus(acc: v128, a: v128, b: usize): v128 {
  return f32x4.add(acc, f32x4.mul(a, v128.load(b)));
}

// @ts-ignore: decorator
@inline
function put(to: usize, sum: v128, bias: usize): void {
  v128.store(to, f32x4.add(sum, v128.load(bias)));
}
