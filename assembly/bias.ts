/** Adding a vector to every row, and its gradient, the sum over the rows. */

/** y[r][c] = x[r][c] + bias[c]; y may be x. */
export function bias_add(y: usize, x: usize, bias: usize, rows: usize, columns: usize): void {
  const vectorBytes = (columns & ~3) << 2,
    rowBytes = columns << 2;
  for (; rows > 0; rows--) {
    let c: usize = 0;
    for (; c < vectorBytes; c += 16) v128.store(y + c, f32x4.add(v128.load(x + c), v128.load(bias + c)));
    for (; c < rowBytes; c += 4) store<f32>(y + c, load<f32>(x + c) + load<f32>(bias + c));
    y += rowBytes;
    x += rowBytes;
  }
}

/** db[c] = Σ_r dz[r][c], over ascending rows from +0. */
export function bias_gradient(db: usize, dz: usize, rows: usize, columns: usize): void {
  const rowBytes = columns << 2,
    end = dz + rows * rowBytes;
  let left = columns;
  while (left >= 16) {
    let s0 = f32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0;
    for (let row = dz; row < end; row += rowBytes) {
      s0 = f32x4.add(s0, v128.load(row));
      s1 = f32x4.add(s1, v128.load(row, 16));
      s2 = f32x4.add(s2, v128.load(row, 32));
      s3 = f32x4.add(s3, v128.load(row, 48));
    }
    v128.store(db, s0);
    v128.store(db, s1, 16);
    v128.store(db, s2, 32);
    v128.store(db, s3, 48);
    db += 64;
    dz += 64;
    left -= 16;
  }
  while (left >= 4) {
    let sum = f32x4.splat(0);
    for (let row = dz; row < end; row += rowBytes) sum = f32x4.add(sum, v128.load(row));
    v128.store(db, sum);
    db += 16;
    dz += 16;
    left -= 4;
  }
  for (; left > 0; left--) {
    let sum: f32 = 0;
    for (let row = dz; row < end; row += rowBytes) sum += load<f32>(row);
    store<f32>(db, sum);
    db += 4;
    dz += 4;
  }
}
