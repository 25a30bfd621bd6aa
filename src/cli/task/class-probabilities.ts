/** Probabilities of classes, from the outputs of a network. */

/** Returns the probabilities of all classes, row by row. A single sigmoid unit has only that of the second class. */
export function ofEachClass(outputs: ArrayLike<number>, rows: number): Float64Array {
  if (outputs.length !== rows) return Float64Array.from(outputs);
  return Float64Array.from({ length: 2 * rows }, (_, i) => {
    const second = outputs[i >> 1]!;
    return i % 2 === 0 ? 1 - second : second;
  });
}

/** Returns the likeliest class of each row, the first one of equals. */
export function likeliest(probabilities: ArrayLike<number>, classes: number): Uint32Array {
  return Uint32Array.from({ length: probabilities.length / classes }, (_, r) => {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (probabilities[r * classes + c]! > probabilities[r * classes + best]!) best = c;
    }
    return best;
  });
}
