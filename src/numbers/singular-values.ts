/** Sweeps after which the columns count as orthogonal. Quadratic convergence needs fewer than ten. */
const MOST_SWEEPS = 60;
/** Cosine of two columns below which they count as orthogonal. */
const ORTHOGONAL = 1e-15;

/**
 * Returns the singular values of a matrix, largest first, by one-sided Jacobi rotations in f64 (Hestenes 1958): pairs of columns are
 * rotated until all are orthogonal, and their norms are the singular values. Small ones keep their relative accuracy if the columns
 * are scaled well (Demmel & Veselić 1992).
 *
 * @param matrix   rows · columns finite values, row by row
 * @returns        min(rows, columns) values ≥ 0
 */
export function singularValues(matrix: ArrayLike<number>, rows: number, columns: number): Float64Array {
  // Each column is stored as a run of its own. A wide matrix is transposed, which changes no singular value.
  const wide = columns > rows;
  const [n, length] = wide ? [rows, columns] : [columns, rows];
  const runs = Array.from({ length: n }, (_, c) =>
    Float64Array.from({ length }, (_, r) => matrix[wide ? c * columns + r : r * columns + c]!),
  );
  for (let sweep = 0, rotated = true; rotated && sweep < MOST_SWEEPS; sweep++) {
    rotated = false;
    for (let i = 0; i < n - 1; i++) {
      for (let j = i + 1; j < n; j++) rotated = rotate(runs[i]!, runs[j]!) || rotated;
    }
  }
  return Float64Array.from(runs, (run) => Math.sqrt(dot(run, run)))
    .sort()
    .reverse();
}

/** Rotates two columns so that they are orthogonal. Returns false if they were. */
function rotate(a: Float64Array, b: Float64Array): boolean {
  const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
  if (!(Math.abs(ab) > ORTHOGONAL * Math.sqrt(aa * bb))) return false;
  const zeta = (bb - aa) / (2 * ab);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = cosine * tangent;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    a[i] = cosine * x - sine * y;
    b[i] = sine * x + cosine * y;
  }
  return true;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
