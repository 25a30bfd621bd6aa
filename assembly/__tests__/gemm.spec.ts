/** Parts of a gemm: packing of blocks, and strips of tiles that read A and B packed or in place. */
import { NARROW_COLUMNS, NARROW_PANEL, narrowStrip } from '../gemm-narrow';
import { packColumns, packRows } from '../gemm-pack';
import { A_PANEL, B_PANEL, TILE_COLUMNS, TILE_ROWS, strip } from '../gemm-tile';

const MOST: usize = 19;
/** Row length of the source. It is longer than the packed part of a row, as in a block of a larger matrix. */
const STRIDE: usize = MOST + 3;
const source = new StaticArray<f32>(<i32>(STRIDE * STRIDE));
const panel = new StaticArray<f32>(<i32>((MOST + 2) * NARROW_COLUMNS));
const at = (array: StaticArray<f32>, index: usize = 0): usize => changetype<usize>(array) + (index << 2);

/** Gives every element a number that tells its place; none is 0. */
function number(): void {
  const side = <i32>STRIDE;
  for (let r = 0; r < side; r++) {
    for (let c = 0; c < side; c++) {
      const place = 100 * (r + 1) + c + 1;
      source[r * side + c] = <f32>place;
    }
  }
}

/**
 * Packs one panel with slices of `width` elements and counts wrong ones; behind the second element after it, only NaN is right.
 */
function mistakes(transposed: bool, slice: usize, width: usize, depth: usize): i32 {
  panel.fill(NaN);
  // The source begins at its second element, because an operand need not be 16-byte aligned.
  if (transposed) packRows(at(panel), slice, at(source, 1), STRIDE << 2, width, depth);
  else packColumns(at(panel), slice, at(source, 1), STRIDE << 2, width, depth);
  let wrong = 0;
  for (let p: usize = 0; p < depth; p++) {
    for (let j: usize = 0; j < width; j++) {
      const stored = transposed ? j * STRIDE + p : p * STRIDE + j;
      if (panel[<i32>(p * (slice >> 2) + j)] != source[<i32>(stored + 1)]) wrong++;
    }
  }
  for (let i = <i32>(depth * (slice >> 2) + 2); i < panel.length; i++) if (!isNaN(panel[i])) wrong++;
  return wrong;
}

function mistakesOfEverySize(transposed: bool): i32 {
  number();
  let wrong = 0;
  for (let depth: usize = 0; depth <= MOST; depth++) {
    for (let width: usize = 1; width <= TILE_ROWS; width++) wrong += mistakes(transposed, A_PANEL, width, depth);
    for (let width: usize = 1; width <= TILE_COLUMNS; width++) wrong += mistakes(transposed, B_PANEL, width, depth);
    for (let width: usize = 8; width <= NARROW_COLUMNS; width++) wrong += mistakes(transposed, NARROW_PANEL, width, depth);
  }
  return wrong;
}

describe('packing', () => {
  it('cuts slices out of rows with packColumns', () => {
    expect<i32>(mistakesOfEverySize(false)).toBe(0);
  });
  it('cuts equal slices out of the transposed matrix with packRows', () => {
    expect<i32>(mistakesOfEverySize(true)).toBe(0);
  });
  it('is checked so that slices of the other kind are noticed', () => {
    number();
    panel.fill(NaN);
    packRows(at(panel), B_PANEL, at(source), STRIDE << 2, 3, 2);
    expect<f32>(panel[1]).toBe(source[<i32>STRIDE]);
    expect<f32>(panel[1]).not.toBe(source[1]);
  });
});

const LONGEST: usize = 9;
/** Rows of two whole tiles and of the largest edge after them. */
const MOST_ROWS: usize = TILE_ROWS * 3 - 1;
/** Row lengths of A and of C, which are longer than the rows in use. */
const A_STRIDE: usize = LONGEST + 2;
const C_STRIDE: usize = TILE_COLUMNS + 3;
const a = new StaticArray<f32>(<i32>(MOST_ROWS * A_STRIDE));
const aTransposed = new StaticArray<f32>(<i32>(MOST_ROWS * LONGEST));
const aPacked = new StaticArray<f32>(<i32>(TILE_ROWS * LONGEST * 3 + 2));
const b = new StaticArray<f32>(<i32>(TILE_COLUMNS * LONGEST));
const c = new StaticArray<f32>(<i32>((MOST_ROWS + 1) * C_STRIDE));
const other = new StaticArray<f32>(<i32>((MOST_ROWS + 1) * C_STRIDE));

/** Fills A and B with small whole numbers, which are exact if rounded once or twice, or with fractions, which are not. */
function fill(whole: bool): void {
  let state: u32 = 1;
  for (let r: usize = 0; r < MOST_ROWS; r++) {
    for (let p: usize = 0; p < LONGEST; p++) {
      state = state * 1664525 + 1013904223;
      const value: f32 = whole ? <f32>((state >> 24) & 15) - 7 : <f32>(state >> 8) / 16777216 - 0.5;
      a[<i32>(r * A_STRIDE + p)] = value;
      aTransposed[<i32>(p * MOST_ROWS + r)] = value;
    }
  }
  for (let i = 0; i < b.length; i++) {
    state = state * 1664525 + 1013904223;
    b[i] = whole ? <f32>((state >> 24) & 15) - 7 : <f32>(state >> 8) / 16777216 - 0.5;
  }
}

/** Form in which A is read. */
const enum Form { rows, columns, packed }

/** Runs a strip over k columns from column p on. */
function run(to: StaticArray<f32>, form: Form, p: usize, rows: usize, k: usize, two: bool, accumulate: bool): void {
  const panelOfB = at(b, p * TILE_COLUMNS), cRow = C_STRIDE << 2;
  if (form == Form.rows) {
    strip(at(to), cRow, at(a, p), A_STRIDE << 2, 4, panelOfB, B_PANEL, rows, k, two, accumulate);
  } else if (form == Form.columns) {
    strip(at(to), cRow, at(aTransposed, p * MOST_ROWS), 4, MOST_ROWS << 2, panelOfB, B_PANEL, rows, k, two, accumulate);
  } else {
    aPacked.fill(NaN);
    for (let i: usize = 0; i < rows; i += TILE_ROWS) {
      packRows(at(aPacked, i * k), A_PANEL, at(a, i * A_STRIDE + p), A_STRIDE << 2, min(TILE_ROWS, rows - i), k);
    }
    strip(at(to), cRow, at(aPacked), 0, 0, panelOfB, B_PANEL, rows, k, two, accumulate);
  }
}

/** Initial content of C, different in every place. */
function held(r: usize, j: usize): f32 {
  const place = 1000 + 10 * <i32>r + <i32>j;
  return <f32>place;
}

function prepare(accumulated: bool): void {
  c.fill(NaN);
  if (!accumulated) return;
  for (let r: usize = 0; r < MOST_ROWS; r++) {
    for (let j: usize = 0; j < TILE_COLUMNS; j++) c[<i32>(r * C_STRIDE + j)] = held(r, j);
  }
}

/** Counts elements of C that are neither A·B nor held + A·B, and changed elements beside and behind the strip. */
function wrongElements(rows: usize, k: usize, two: bool, accumulated: bool): i32 {
  let wrong = 0;
  const width: usize = two ? 8 : 4;
  for (let r: usize = 0; r <= MOST_ROWS; r++) {
    for (let j: usize = 0; j < C_STRIDE; j++) {
      const actual = c[<i32>(r * C_STRIDE + j)];
      if (r >= rows || j >= width) {
        const had = accumulated && r < MOST_ROWS && j < TILE_COLUMNS;
        if (had ? actual != held(r, j) : !isNaN(actual)) wrong++;
        continue;
      }
      let sum: f32 = accumulated ? held(r, j) : 0;
      for (let p: usize = 0; p < k; p++) sum += a[<i32>(r * A_STRIDE + p)] * b[<i32>(p * TILE_COLUMNS + j)];
      if (actual != sum) wrong++;
    }
  }
  return wrong;
}

/** Tests strips of every height and length, of four and of eight columns, with A in every form. */
function wrongStrips(accumulated: bool): i32 {
  fill(true);
  let wrong = 0;
  for (let form = Form.rows; form <= Form.packed; form++) {
    for (let two = 0; two < 2; two++) {
      for (let rows: usize = 1; rows <= MOST_ROWS; rows++) {
        for (let k: usize = 1; k <= LONGEST; k++) {
          prepare(accumulated);
          run(c, form, 0, rows, k, two == 1, accumulated);
          wrong += wrongElements(rows, k, two == 1, accumulated);
        }
      }
    }
  }
  return wrong;
}

describe('strip', () => {
  it('overwrites C with A·B, and nothing else', () => {
    expect<i32>(wrongStrips(false)).toBe(0);
  });
  it('adds A·B to C if it accumulates', () => {
    expect<i32>(wrongStrips(true)).toBe(0);
  });
  it('continues an interrupted chain bit for bit, for every form of A', () => {
    fill(false);
    prepare(false);
    run(c, Form.rows, 0, MOST_ROWS, LONGEST, true, false);
    let different = 0;
    for (let form = Form.rows; form <= Form.packed; form++) {
      for (let k: usize = 1; k < LONGEST; k++) {
        other.fill(NaN);
        run(other, form, 0, MOST_ROWS, k, true, false);
        run(other, form, k, MOST_ROWS, LONGEST - k, true, true);
        for (let r: usize = 0; r < MOST_ROWS; r++) {
          const row = r * C_STRIDE;
          different += memory.compare(at(other, row), at(c, row), TILE_COLUMNS << 2) == 0 ? 0 : 1;
        }
      }
    }
    expect<i32>(different).toBe(0);
  });
  it('is checked so that a missing product, another start of the sum and an extra row are noticed', () => {
    fill(true);
    prepare(false);
    run(c, Form.rows, 0, 3, LONGEST - 1, true, false);
    expect<i32>(wrongElements(3, LONGEST, true, false)).toBeGreaterThan(0);
    prepare(true);
    run(c, Form.rows, 0, 3, LONGEST, true, true);
    expect<i32>(wrongElements(3, LONGEST, true, false)).toBeGreaterThan(0);
    prepare(false);
    run(c, Form.rows, 0, 4, LONGEST, true, false);
    expect<i32>(wrongElements(3, LONGEST, true, false)).toBeGreaterThan(0);
  });
});

const NARROW_STRIDE: usize = NARROW_COLUMNS + 3;
/** Rows of two whole narrow tiles and of the largest edge after them. */
const NARROW_MOST: usize = 8;
const narrowB = new StaticArray<f32>(<i32>(NARROW_COLUMNS * LONGEST));
const narrowC = new StaticArray<f32>(<i32>((NARROW_MOST + 1) * NARROW_STRIDE));

/** Counts wrong elements of a narrow strip, and changed elements beside and behind it. */
function wrongNarrow(transposed: bool, rows: usize, k: usize, accumulate: bool): i32 {
  narrowC.fill(accumulate ? 1000 : NaN);
  const from = transposed ? at(aTransposed) : at(a),
    aRow: usize = transposed ? 4 : A_STRIDE << 2,
    aColumn: usize = transposed ? MOST_ROWS << 2 : 4;
  narrowStrip(at(narrowC), NARROW_STRIDE << 2, from, aRow, aColumn, at(narrowB), rows, k, accumulate);
  let wrong = 0;
  for (let r: usize = 0; r <= NARROW_MOST; r++) {
    for (let j: usize = 0; j < NARROW_STRIDE; j++) {
      const index = <i32>(r * NARROW_STRIDE + j);
      const inside = r < rows && j < NARROW_COLUMNS;
      let sum: f32 = accumulate ? 1000 : 0;
      for (let p: usize = 0; inside && p < k; p++) {
        sum += a[<i32>(r * A_STRIDE + p)] * narrowB[<i32>(p * NARROW_COLUMNS + j)];
      }
      if (inside || accumulate ? narrowC[index] != sum : !isNaN(narrowC[index])) wrong++;
    }
  }
  return wrong;
}

describe('narrowStrip', () => {
  it('overwrites twelve columns with A·B or adds A·B to them, and changes nothing else', () => {
    fill(true);
    for (let i = 0; i < narrowB.length; i++) {
      const value = (i * 7) % 15 - 7;
      narrowB[i] = <f32>value;
    }
    let wrong = 0;
    for (let rows: usize = 1; rows <= NARROW_MOST; rows++) {
      for (let k: usize = 1; k <= LONGEST; k++) {
        for (let form = 0; form < 4; form++) wrong += wrongNarrow((form & 1) == 1, rows, k, form >= 2);
      }
    }
    expect<i32>(wrong).toBe(0);
  });
});
