/** Loads and stores one to four floats as a vector, so that a loop has one body for its vectors and its rest. */

/** Loads min(count, 4) floats from `address`, with 0 in the lanes beyond; count > 0. */
// @ts-ignore: decorator
@inline
export function loadLanes(address: usize, count: isize): v128 {
  return count >= 4 ? v128.load(address) : loadRest(address, count);
}

/** Stores the first min(count, 4) lanes; count > 0. */
// @ts-ignore: decorator
@inline
export function storeLanes(address: usize, x: v128, count: isize): void {
  if (count >= 4) v128.store(address, x);
  else storeRest(address, x, count);
}

function loadRest(address: usize, count: isize): v128 {
  if (count == 1) return v128.load32_zero(address);
  const pair = v128.load64_zero(address);
  return count == 2 ? pair : v128.load_lane<f32>(address, pair, 2, 8);
}

function storeRest(address: usize, x: v128, count: isize): void {
  if (count == 1) return v128.store_lane<f32>(address, x, 0);
  v128.store_lane<f64>(address, x, 0);
  if (count == 3) v128.store_lane<f32>(address, x, 2, 8);
}
