/** The parts of a gemm: how B is packed, and the tile that runs over what was packed. */
import { packColumns, packRows } from '../gemm-pack';
import { PANEL_BYTES, TILE_COLUMNS, TILE_ROWS, tile } from '../gemm-tile';

const MOST: usize = 19;
/** A row of a source is longer than what is packed of it, as in a block of a larger matrix. */
const STRIDE: usize = MOST + 3;
const source = new StaticArray<f32>(<i32>(STRIDE * STRIDE));
const packed = new StaticArray<f32>(<i32>((MOST + TILE_COLUMNS) * MOST + TILE_COLUMNS));
const at = (array: StaticArray<f32>, index: usize = 0): usize => changetype<usize>(array) + (index << 2);

/** Every element tells where it stands; none is 0. */
function number(): void {
  const side = <i32>STRIDE;
  for (let r = 0; r < side; r++) {
    for (let c = 0; c < side; c++) {
      const place = 100 * (r + 1) + c + 1;
      source[r * side + c] = <f32>place;
    }
  }
}

/** Packs k × n and counts what is not as it should be: panels of k rows of eight, zeros beyond n, NaN behind. */
function mistakes(transposed: bool, n: usize, k: usize): i32 {
  packed.fill(NaN);
  if (transposed) packRows(at(packed), at(source), STRIDE << 2, n, k);
  else packColumns(at(packed), at(source), STRIDE << 2, n, k);
  let wrong = 0;
  let index = 0;
  for (let panel: usize = 0; panel < n; panel += TILE_COLUMNS) {
    for (let p: usize = 0; p < k; p++) {
      for (let j = panel; j < panel + TILE_COLUMNS; j++) {
        const stored = transposed ? j * STRIDE + p : p * STRIDE + j;
        const expected: f32 = j < n ? source[<i32>stored] : 0;
        if (packed[index++] != expected) wrong++;
      }
    }
  }
  for (; index < packed.length; index++) if (!isNaN(packed[index])) wrong++;
  return wrong;
}

function mistakesOfEverySize(transposed: bool): i32 {
  number();
  let wrong = 0;
  for (let n: usize = 0; n <= MOST; n++) {
    for (let k: usize = 0; k <= MOST; k++) wrong += mistakes(transposed, n, k);
  }
  return wrong;
}

describe('packing', () => {
  it('packColumns lays out panels of eight columns, filled up with zeros', () => {
    expect<i32>(mistakesOfEverySize(false)).toBe(0);
  });
  it('packRows lays out the same panels of the transposed matrix', () => {
    expect<i32>(mistakesOfEverySize(true)).toBe(0);
  });
  it('reads from any element', () => {
    number();
    packed.fill(NaN);
    packColumns(at(packed), at(source, 1), STRIDE << 2, 3, 1);
    expect<f32>(packed[0]).toBe(source[1]);
    packRows(at(packed), at(source, 1), STRIDE << 2, 9, 5);
    expect<f32>(packed[1]).toBe(source[<i32>(STRIDE + 1)]);
  });
  it('these checks notice a zero that is missing', () => {
    number();
    packed.fill(NaN);
    packColumns(at(packed), at(source), STRIDE << 2, 3, 2);
    expect<f32>(packed[3]).toBe(0);
    // The source goes on where the columns end: what a copy of eight would have taken.
    expect<f32>(source[3]).not.toBe(0);
  });
});

const LONGEST: usize = 21;
/** Rows of A and of C lie further apart than they are long. */
const A_STRIDE: usize = LONGEST + 2;
const C_STRIDE: usize = TILE_COLUMNS + 3;
const a = new StaticArray<f32>(<i32>(TILE_ROWS * A_STRIDE));
const aTransposed = new StaticArray<f32>(<i32>(TILE_ROWS * LONGEST));
const b = new StaticArray<f32>(<i32>(TILE_COLUMNS * LONGEST));
const c = new StaticArray<f32>(<i32>(TILE_ROWS * C_STRIDE));
const other = new StaticArray<f32>(<i32>(TILE_ROWS * C_STRIDE));

/** Small whole numbers, whose products and sums are exact whether rounded once or twice; or fractions, which are not. */
function fill(whole: bool): void {
  let state: u32 = 1;
  for (let r: usize = 0; r < TILE_ROWS; r++) {
    for (let p: usize = 0; p < LONGEST; p++) {
      state = state * 1664525 + 1013904223;
      const value: f32 = whole ? <f32>((state >> 24) & 15) - 7 : <f32>(state >> 8) / 16777216 - 0.5;
      a[<i32>(r * A_STRIDE + p)] = value;
      aTransposed[<i32>(p * TILE_ROWS + r)] = value;
    }
  }
  for (let i = 0; i < b.length; i++) {
    state = state * 1664525 + 1013904223;
    b[i] = whole ? <f32>((state >> 24) & 15) - 7 : <f32>(state >> 8) / 16777216 - 0.5;
  }
}

/** Runs the tile over k columns from p on, out of A or out of Aᵀ. */
function run(to: StaticArray<f32>, p: usize, k: usize, transposed: bool, accumulate: bool): void {
  const panel = at(b) + p * PANEL_BYTES;
  if (transposed) {
    const a0 = at(aTransposed, p * TILE_ROWS);
    tile(at(to), C_STRIDE << 2, a0, a0 + 4, a0 + 8, a0 + 12, TILE_ROWS << 2, panel, k, accumulate);
  } else {
    const a0 = at(a, p), step = A_STRIDE << 2;
    tile(at(to), C_STRIDE << 2, a0, a0 + step, a0 + 2 * step, a0 + 3 * step, 4, panel, k, accumulate);
  }
}

/** What C holds before the tile: another number in every place. */
function held(r: usize, j: usize): f32 {
  const place = 1000 + 10 * <i32>r + <i32>j;
  return <f32>place;
}

/** Elements of C that are not A·B, or held + A·B, and elements between its rows that are not NaN any more. */
function wrongElements(k: usize, accumulated: bool): i32 {
  let wrong = 0;
  for (let r: usize = 0; r < TILE_ROWS; r++) {
    for (let j: usize = 0; j < C_STRIDE; j++) {
      const actual = c[<i32>(r * C_STRIDE + j)];
      if (j >= TILE_COLUMNS) {
        if (!isNaN(actual)) wrong++;
        continue;
      }
      let sum: f32 = accumulated ? held(r, j) : 0;
      for (let p: usize = 0; p < k; p++) sum += a[<i32>(r * A_STRIDE + p)] * b[<i32>(p * TILE_COLUMNS + j)];
      if (actual != sum) wrong++;
    }
  }
  return wrong;
}

function prepare(accumulated: bool): void {
  c.fill(NaN);
  if (!accumulated) return;
  for (let r: usize = 0; r < TILE_ROWS; r++) {
    for (let j: usize = 0; j < TILE_COLUMNS; j++) c[<i32>(r * C_STRIDE + j)] = held(r, j);
  }
}

/** Tiles out of A and out of Aᵀ, of every length up to LONGEST. */
function wrongTiles(accumulated: bool): i32 {
  fill(true);
  let wrong = 0;
  for (let k: usize = 0; k <= LONGEST; k++) {
    for (let transposed = 0; transposed < 2; transposed++) {
      prepare(accumulated);
      run(c, 0, k, transposed == 1, accumulated);
      wrong += wrongElements(k, accumulated);
    }
  }
  return wrong;
}

describe('tile', () => {
  it('writes A·B over whatever was there', () => {
    expect<i32>(wrongTiles(false)).toBe(0);
  });
  it('adds A·B to what was there where it accumulates', () => {
    expect<i32>(wrongTiles(true)).toBe(0);
  });
  it('goes on with a chain where it was broken off, bit by bit', () => {
    fill(false);
    prepare(false);
    run(c, 0, LONGEST, false, false);
    let different = 0;
    for (let k: usize = 0; k <= LONGEST; k++) {
      other.fill(NaN);
      run(other, 0, k, false, false);
      run(other, k, LONGEST - k, true, true);
      different += memory.compare(at(other), at(c), TILE_COLUMNS << 2) == 0 ? 0 : 1;
      const last = (TILE_ROWS - 1) * C_STRIDE;
      different += memory.compare(at(other, last), at(c, last), TILE_COLUMNS << 2) == 0 ? 0 : 1;
    }
    expect<i32>(different).toBe(0);
  });
  it('may be given one row several times', () => {
    fill(true);
    prepare(false);
    run(c, 0, LONGEST, false, false);
    const row = at(a);
    tile(at(other), C_STRIDE << 2, row, row, row, row, 4, at(b), LONGEST, false);
    for (let r: usize = 0; r < TILE_ROWS; r++) {
      expect<i32>(memory.compare(at(other, r * C_STRIDE), at(c), TILE_COLUMNS << 2)).toBe(0);
    }
  });
  it('these checks notice a product too few, and a sum that begins elsewhere', () => {
    fill(true);
    prepare(false);
    run(c, 0, LONGEST - 1, false, false);
    expect<i32>(wrongElements(LONGEST, false)).toBeGreaterThan(0);
    prepare(true);
    run(c, 0, LONGEST, false, true);
    expect<i32>(wrongElements(LONGEST, false)).toBeGreaterThan(0);
  });
});
